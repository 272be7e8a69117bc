// SPDX-License-Identifier: Apache-2.0
// crypto/PROTOCOL.md and the code must say the same: its vectors are read from the page.
#include "suites.hpp"
#include "vectors.hpp"

#include <egret/crypto/aead.hpp>
#include <egret/crypto/cookie.hpp>
#include <egret/crypto/handshake.hpp>
#include <egret/crypto/messages.hpp>

#include <fstream>
#include <map>
#include <string>

#include <CppUTest/TestHarness.h>

namespace egret::crypto {

using test::array_from_hex;
using test::Bytes;
using test::bytes_from_hex;
using test::to_hex;

namespace {

using Values = std::map<std::string, std::string>;

constexpr uint64_t kPageTime = 1'700'000'000'123'456'789;

std::string trimmed(const std::string& text) {
    const size_t first = text.find_first_not_of(' ');
    const size_t last = text.find_last_not_of(' ');
    return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

/// The `name = value` lines of the code block below `heading`; a line without a name continues
/// the value above it.
Values read_block(const std::string& heading) {
    std::ifstream page(EGRET_SOURCE_DIR "/crypto/PROTOCOL.md");
    std::string line;
    while (std::getline(page, line) && line != "### " + heading) {
    }
    while (std::getline(page, line) && line != "```") {
    }
    Values values;
    std::string name;
    while (std::getline(page, line) && line != "```") {
        const size_t equals = line.find('=');
        if (equals != std::string::npos) {
            name = trimmed(line.substr(0, equals));
        }
        values[name] += trimmed(line.substr(equals == std::string::npos ? 0 : equals + 1));
    }
    return values;
}

std::string heading(const std::string& what, Suite suite) {
    return what + (suite == Suite::aes256gcm ? ", aes256gcm" : ", wireguard");
}

KeyPair key_pair(const Values& values, const std::string& name) {
    return KeyPair(PrivateKey(array_from_hex<kKeySize>(values.at(name))));
}

uint64_t number(const Values& values, const std::string& name) {
    return std::stoull(values.at(name), nullptr, 16);
}

struct ProtocolPageTests : Utest {
    static void same(const Values& values, const std::string& name, ByteView bytes) {
        STRCMP_EQUAL_TEXT(values.at(name).c_str(), to_hex(bytes).c_str(), name.c_str());
    }

    static void check_handshake(Suite suite) {
        const Values inputs = read_block("Inputs of the handshake");
        const Values expected = read_block(heading("Handshake", suite));
        const KeyPair initiator_key = key_pair(inputs, "initiator static");
        const KeyPair responder_key = key_pair(inputs, "responder static");
        const auto to_responder = PeerIdentity::derive(initiator_key, responder_key.public_key);
        const PresharedKey psk(array_from_hex<32>(inputs.at("psk")));
        const auto initiator_index = static_cast<uint32_t>(number(inputs, "initiator index"));
        const auto responder_index = static_cast<uint32_t>(number(inputs, "responder index"));

        std::array<std::byte, kInitiationSize> initiation{};
        const auto initiator = Initiator::start(
            {suite, initiator_key, *to_responder, initiator_index, Tai64n::from_unix_ns(kPageTime)},
            key_pair(inputs, "initiator ephemeral"),
            initiation
        );
        Mac1Key(responder_key.public_key).write(initiation);
        same(expected, "initiation", initiation);

        auto responder = Responder::read_initiation(responder_key, initiation);
        CHECK_TRUE(responder->authenticate(to_responder->static_shared).has_value());
        std::array<std::byte, kResponseSize> response{};
        const auto at_responder = responder->write_response(
            key_pair(inputs, "responder ephemeral"),
            psk,
            responder_index,
            response
        );
        Mac1Key(initiator_key.public_key).write(response);
        same(expected, "response", response);

        const auto at_initiator = initiator->read_response(initiator_key, psk, response);
        same(expected, "initiator sends", at_initiator->send_key.bytes());
        same(expected, "responder sends", at_initiator->receive_key.bytes());
        same(expected, "responder sends", at_responder->send_key.bytes());
    }

    static void check_data_message(Suite suite) {
        const Values inputs = read_block("Inputs of the data message");
        const Values expected = read_block(heading("Data message", suite));
        const uint64_t counter = number(inputs, "counter");
        CHECK_TRUE(counter == 0x0102030405060708);
        const Nonce nonce = nonce_of(suite, counter);
        same(expected, "nonce", std::as_bytes(std::span(nonce)));

        const AeadBackend& backend = sodium_backend(suite);
        const AeadKey key(backend, array_from_hex<32>(inputs.at("key")));
        const Bytes payload = bytes_from_hex(inputs.at("payload"));
        DataHeader header{message_header(kMessageData, suite), {}, {}};
        store_le<uint32_t>(
            header.receiver,
            static_cast<uint32_t>(number(inputs, "receiver index"))
        );
        store_le<uint64_t>(header.counter, counter);
        Bytes message(kDataHeaderSize);
        write_message(header, std::span(message).first<kDataHeaderSize>());
        message.insert(message.end(), payload.begin(), payload.end());
        message.resize(message.size() + kAeadTagSize);
        AeadJob job{
            .key = &key,
            .counter = counter,
            .text = message.data() + kDataHeaderSize,
            .size_bytes = static_cast<uint32_t>(payload.size()),
        };
        backend.seal({&job, 1});
        same(expected, "message", message);
    }
};

}  // namespace

TEST_GROUP_BASE(ProtocolPage, ProtocolPageTests){};

TEST(ProtocolPage, InputsAreConsistent) {
    const Values inputs = read_block("Inputs of the handshake");
    same(inputs, "initiator public", key_pair(inputs, "initiator static").public_key.bytes);
    same(inputs, "responder public", key_pair(inputs, "responder static").public_key.bytes);
    same(inputs, "timestamp", Tai64n::from_unix_ns(kPageTime).bytes);
}

TEST(ProtocolPage, PrintsTheHandshakesTheCodeMakes) {
    for (const Suite suite : test::suites_here()) {
        check_handshake(suite);
    }
}

TEST(ProtocolPage, PrintsTheDataMessagesTheCodeMakes) {
    for (const Suite suite : test::suites_here()) {
        check_data_message(suite);
    }
}

}  // namespace egret::crypto
