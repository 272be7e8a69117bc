// SPDX-License-Identifier: Apache-2.0
// Published vectors of Noise IK and IKpsk2 with both ciphers, through the code the handshake uses.
#include "suites.hpp"
#include "vectors.hpp"

#include <egret/crypto/aead.hpp>
#include <egret/crypto/noise_ik.hpp>

#include <utility>

#include <CppUTest/TestHarness.h>

namespace egret::crypto {

using test::array_from_hex;
using test::Bytes;
using test::bytes_from_hex;
using test::to_hex;

namespace {

using Json = nlohmann::json;

Bytes field(const Json& object, const char* name) {
    return bytes_from_hex(object.at(name).get<std::string>());
}

KeyPair key_pair(const Json& vector, const char* name) {
    return KeyPair(PrivateKey(array_from_hex<kKeySize>(vector.at(name).get<std::string>())));
}

PresharedKey psk_of(const Json& vector) {
    if (!vector.contains("init_psks")) {
        return {};
    }
    return PresharedKey(array_from_hex<32>(vector.at("init_psks").at(0).get<std::string>()));
}

struct NoiseVectorsTests : Utest {
    struct Results {
        IkResult initiator;
        IkResult responder;
    };

    /// Message 1 written by us equals the vector's, and is read by us.
    static void first_message(
        const Json& vector,
        const SharedSecret& shared,
        IkInitiator& initiator,
        IkResponder& responder
    ) {
        const Json& message = vector.at("messages").at(0);
        const Bytes payload = field(message, "payload");
        Bytes wire(payload.size() + kIkFirstOverhead);
        const KeyPair own = key_pair(vector, "init_static");
        CHECK_TRUE(initiator.write_first(own, shared, payload, wire));
        STRCMP_EQUAL(message.at("ciphertext").get<std::string>().c_str(), to_hex(wire).c_str());

        const auto peer = responder.read_static(key_pair(vector, "resp_static"), wire);
        CHECK_TRUE(peer.has_value());
        CHECK_TRUE(*peer == own.public_key);
        Bytes received(payload.size());
        CHECK_TRUE(responder.read_payload(shared, wire, received));
        CHECK_TRUE(received == payload);
    }

    static Results
    second_message(const Json& vector, const IkInitiator& initiator, IkResponder& responder) {
        const Json& message = vector.at("messages").at(1);
        const Bytes payload = field(message, "payload");
        Bytes wire(payload.size() + kIkSecondOverhead);
        const PresharedKey psk = psk_of(vector);
        auto at_responder =
            responder.write_second(key_pair(vector, "resp_ephemeral"), psk, payload, wire);
        CHECK_TRUE(at_responder.has_value());
        STRCMP_EQUAL(message.at("ciphertext").get<std::string>().c_str(), to_hex(wire).c_str());

        Bytes received(payload.size());
        auto at_initiator =
            initiator.read_second(key_pair(vector, "init_static"), psk, wire, received);
        CHECK_TRUE(at_initiator.has_value());
        CHECK_TRUE(received == payload);
        return {std::move(*at_initiator), std::move(*at_responder)};
    }

    /// The transport messages of a vector alternate; each side counts its own from zero.
    static void transport_messages(const Json& vector, Suite suite, const Results& results) {
        const AeadBackend& backend = sodium_backend(suite);
        const AeadKey initiator_sends(backend, results.initiator.send_key.bytes());
        const AeadKey responder_sends(backend, results.responder.send_key.bytes());
        const AeadKey initiator_receives(backend, results.initiator.receive_key.bytes());
        const AeadKey responder_receives(backend, results.responder.receive_key.bytes());
        for (size_t i = 2; i < vector.at("messages").size(); ++i) {
            const Json& message = vector.at("messages").at(i);
            const Bytes payload = field(message, "payload");
            const bool by_initiator = i % 2 == 0;
            Bytes text = payload;
            text.resize(payload.size() + kAeadTagSize);
            AeadJob job{
                .key = by_initiator ? &initiator_sends : &responder_sends,
                .counter = (i - 2) / 2,
                .text = text.data(),
                .size_bytes = static_cast<uint32_t>(payload.size()),
            };
            backend.seal({&job, 1});
            STRCMP_EQUAL(message.at("ciphertext").get<std::string>().c_str(), to_hex(text).c_str());
            job.key = by_initiator ? &responder_receives : &initiator_receives;
            job.size_bytes = static_cast<uint32_t>(text.size());
            backend.open({&job, 1});
            CHECK_TRUE(job.ok);
            text.resize(payload.size());
            CHECK_TRUE(text == payload);
        }
    }

    static void run(Suite suite, IkPattern pattern) {
        const auto file = test::shared_json("vectors/noise_cacophony.json");
        if (!file || !test::suite_or_skip(suite)) {
            return;
        }
        size_t n_vectors = 0;
        for (const Json& vector : file->at("vectors")) {
            if (vector.at("protocol_name").get<std::string>() != protocol_name(suite, pattern)) {
                continue;
            }
            ++n_vectors;
            const Bytes prologue = field(vector, "init_prologue");
            const IkParameters parameters{suite, pattern, prologue};
            const KeyPair called = key_pair(vector, "resp_static");
            const KeyPair caller = key_pair(vector, "init_static");
            const auto shared = caller.private_key.agree(called.public_key);
            CHECK_TRUE(shared.has_value());
            IkInitiator initiator(
                parameters,
                called.public_key,
                key_pair(vector, "init_ephemeral")
            );
            IkResponder responder(parameters, called.public_key);
            first_message(vector, *shared, initiator, responder);
            const Results results = second_message(vector, initiator, responder);
            const std::string hash = vector.at("handshake_hash").get<std::string>();
            STRCMP_EQUAL(hash.c_str(), to_hex(results.initiator.handshake_hash).c_str());
            STRCMP_EQUAL(hash.c_str(), to_hex(results.responder.handshake_hash).c_str());
            transport_messages(vector, suite, results);
        }
        UNSIGNED_LONGS_EQUAL(1, n_vectors);
    }
};

}  // namespace

TEST_GROUP_BASE(NoiseVectors, NoiseVectorsTests){};

TEST(NoiseVectors, IkWithChaChaPoly) {
    run(Suite::wireguard, IkPattern::ik);
}

TEST(NoiseVectors, IkPsk2WithChaChaPoly) {
    run(Suite::wireguard, IkPattern::ikpsk2);
}

TEST(NoiseVectors, IkWithAesGcm) {
    run(Suite::aes256gcm, IkPattern::ik);
}

TEST(NoiseVectors, IkPsk2WithAesGcm) {
    run(Suite::aes256gcm, IkPattern::ikpsk2);
}

}  // namespace egret::crypto
