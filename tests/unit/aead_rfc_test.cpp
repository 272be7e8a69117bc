// SPDX-License-Identifier: Apache-2.0
// The examples of the documents that define the AEADs.
#include "suites.hpp"
#include "vectors.hpp"

#include <egret/crypto/aead.hpp>
#include <egret/crypto/cipher.hpp>

#include <string>

#include <CppUTest/TestHarness.h>

namespace egret::crypto {

using test::array_from_hex;
using test::Bytes;
using test::bytes_from_hex;
using test::to_hex;

namespace {

struct Example {
    std::string key;
    Nonce nonce;
    std::string associated_data;
    std::string text;
    std::string sealed;
};

std::string sealed_alone(const AeadBackend& backend, uint64_t counter, size_t size_bytes) {
    const std::array<std::byte, kAeadKeySize> zero{};
    const AeadKey key(backend, zero);
    Bytes text(size_bytes + kAeadTagSize);
    AeadJob job{
        .key = &key,
        .counter = counter,
        .text = text.data(),
        .size_bytes = static_cast<uint32_t>(size_bytes),
    };
    backend.seal({&job, 1});
    return to_hex(text);
}

struct AeadRfcTests : Utest {
    static void check(const Example& example) {
        const Secret<32> key(array_from_hex<32>(example.key));
        const Bytes associated_data = bytes_from_hex(example.associated_data);
        const MessageCipher cipher{Suite::wireguard, key, example.nonce, associated_data};
        Bytes sealed(example.text.size() + kAeadTagSize);
        seal_message(cipher, bytes_of(example.text), sealed);
        STRCMP_EQUAL(example.sealed.c_str(), to_hex(sealed).c_str());
        Bytes opened(example.text.size());
        CHECK_TRUE(open_message(cipher, sealed, opened));
        CHECK_TRUE(to_hex(opened) == to_hex(bytes_of(example.text)));
    }
};

}  // namespace

TEST_GROUP_BASE(AeadRfc, AeadRfcTests){};

TEST(AeadRfc, SealsAsInRfc8439Section2) {
    check({
        "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
        {7, 0, 0, 0, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47},
        "50515253c0c1c2c3c4c5c6c7",
        "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
        "future, sunscreen would be it.",
        "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
        "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
        "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
        "3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691",
    });
}

TEST(AeadRfc, SealsAsInRfc8439AppendixA5) {
    check({
        "1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0",
        {0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8},
        "f33388860000000000004e91",
        "Internet-Drafts are draft documents valid for a maximum of six months and may be "
        "updated, replaced, or obsoleted by other documents at any time. It is inappropriate to "
        "use Internet-Drafts as reference material or to cite them other than as /\xe2\x80\x9cwork "
        "in progress./\xe2\x80\x9d",
        "64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb2"
        "4c6cfc18755d43eea09ee94e382d26b0bdb7b73c321b0100d4f03b7f355894cf"
        "332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c855"
        "9797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4"
        "b9166c767b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523e"
        "af4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a"
        "0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a10"
        "49e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29"
        "a6ad5cb4022b02709beead9d67890cbb22392336fea1851f38",
    });
}

// Test cases 13 and 14 of the GCM specification (McGrew and Viega), whose nonce is counter 0.
TEST(AeadRfc, SealsAsInTheGcmSpecification) {
    if (!test::suite_or_skip(Suite::aes256gcm)) {
        return;
    }
    const AeadBackend& backend = sodium_backend(Suite::aes256gcm);
    STRCMP_EQUAL("530f8afbc74536b9a963b4f1c4cb738b", sealed_alone(backend, 0, 0).c_str());
    STRCMP_EQUAL(
        "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
        sealed_alone(backend, 0, 16).c_str()
    );
}

}  // namespace egret::crypto
