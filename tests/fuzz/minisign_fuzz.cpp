// SPDX-License-Identifier: Apache-2.0
#include "fuzz_check.hpp"

#include <egret/crypto/minisign.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace egret::crypto;
using egret::test::require;

namespace {

/// Made anew for each input: nothing a fuzzer finds verifies by it.
SigningPublicKey unknown_key() {
    Random random = Random::seeded({});
    return SigningKey::generate(random).public_key();
}

void check_signature(std::string_view text) {
    const auto signature = parse_file_signature(text);
    if (!signature) {
        require(!text_of(signature.error()).empty());
        return;
    }
    require(signature->trusted_comment.size() <= kMaxTrustedComment);
    require(signature->trusted_comment.find('\n') == std::string::npos);
    // What was read is written as it means.
    const auto again = parse_file_signature(signature->file_text("comment"));
    require(again && again->signature == signature->signature);
    require(again->trusted_comment == signature->trusted_comment);
    SigningPublicKey key = unknown_key();
    key.id = signature->key_id;
    require(!verify_signature(key, bytes_of(text), *signature));
}

}  // namespace

/// Every kind of minisign file sees every input. Passwords are not tried: one takes a second.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_signature(text);
    if (const auto key = parse_signing_public_key(text)) {
        require(parse_signing_public_key(key->file_text()) == *key);
        require(parse_signing_public_key(key->text()) == *key);
    }
    if (const auto key = SigningKey::parse(text, std::nullopt)) {
        const auto made = key->sign(bytes_of("message"), "comment");
        require(made && verify_signature(key->public_key(), bytes_of("message"), *made));
    }
    return 0;
}
