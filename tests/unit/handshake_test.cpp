// SPDX-License-Identifier: Apache-2.0
#include "handshake_pair.hpp"
#include "suites.hpp"

#include <egret/crypto/aead.hpp>
#include <egret/crypto/handshake.hpp>

#include <cstring>
#include <vector>

#include <CppUTest/TestHarness.h>

namespace egret::crypto {

using test::HandshakePair;
using test::InitiationBytes;
using test::ResponseBytes;

namespace {

struct HandshakeTests : Utest {
    static void check_error(HandshakeError expected, HandshakeError actual) {
        LONGS_EQUAL(static_cast<int>(expected), static_cast<int>(actual));
    }

    /// One message sealed with a key and opened with another.
    static bool carries(Suite suite, const Secret<32>& send, const Secret<32>& receive) {
        const AeadBackend& backend = sodium_backend(suite);
        const AeadKey sealing(backend, send.bytes());
        const AeadKey opening(backend, receive.bytes());
        std::array<std::byte, 16 + kAeadTagSize> text{};
        AeadJob job{.key = &sealing, .text = text.data(), .size_bytes = 16};
        backend.seal({&job, 1});
        job.key = &opening;
        job.size_bytes = text.size();
        backend.open({&job, 1});
        return job.ok;
    }
};

}  // namespace

TEST_GROUP_BASE(Handshake, HandshakeTests){};

TEST(Handshake, BothSidesEndWithTheSameKeys) {
    for (const Suite suite : test::suites_here()) {
        HandshakePair pair(suite);
        auto responder = pair.read(pair.call());
        CHECK_TRUE(responder.has_value());
        CHECK_TRUE(responder->peer() == pair.caller.public_key);
        CHECK_TRUE(responder->suite() == suite);
        const auto keys = pair.finish(pair.answer(*responder));
        CHECK_TRUE(keys.has_value());
        CHECK_TRUE(keys->send_key == pair.called_keys.receive_key);
        CHECK_TRUE(keys->receive_key == pair.called_keys.send_key);
        CHECK_FALSE(keys->send_key == keys->receive_key);
        CHECK_TRUE(carries(suite, keys->send_key, pair.called_keys.receive_key));
        CHECK_FALSE(carries(suite, keys->send_key, pair.called_keys.send_key));
    }
}

TEST(Handshake, IndexesAndRolesAreEachSidesOwn) {
    HandshakePair pair(Suite::wireguard);
    auto responder = pair.read(pair.call());
    const auto keys = pair.finish(pair.answer(*responder));
    CHECK_TRUE(keys->initiator);
    UNSIGNED_LONGS_EQUAL(HandshakePair::kCallerIndex, keys->local_index);
    UNSIGNED_LONGS_EQUAL(HandshakePair::kCalledIndex, keys->remote_index);
    CHECK_FALSE(pair.called_keys.initiator);
    UNSIGNED_LONGS_EQUAL(HandshakePair::kCalledIndex, pair.called_keys.local_index);
    UNSIGNED_LONGS_EQUAL(HandshakePair::kCallerIndex, pair.called_keys.remote_index);
}

TEST(Handshake, TheTimeArrives) {
    HandshakePair pair(Suite::wireguard);
    auto responder = Responder::read_initiation(pair.called, pair.call());
    const auto time = responder->authenticate(pair.caller_identity->static_shared);
    CHECK_TRUE(time == Tai64n::from_unix_ns(HandshakePair::kTime));
}

TEST(Handshake, EveryHandshakeHasItsOwnKeys) {
    HandshakePair pair(Suite::wireguard);
    auto first = pair.read(pair.call());
    const auto first_keys = pair.finish(pair.answer(*first));
    auto second = pair.read(pair.call());
    const auto second_keys = pair.finish(pair.answer(*second));
    CHECK_FALSE(first_keys->send_key == second_keys->send_key);
    CHECK_FALSE(first_keys->receive_key == second_keys->receive_key);
}

TEST(Handshake, AWrongPskIsRefusedAndTheRightOneStillWorks) {
    HandshakePair pair(Suite::wireguard);
    auto responder = pair.read(pair.call());
    const ResponseBytes response = pair.answer(*responder);
    const auto wrong = pair.initiator->read_response(pair.caller, PresharedKey(), response);
    check_error(HandshakeError::not_authentic, wrong.error());
    CHECK_TRUE(pair.finish(response).has_value());
}

TEST(Handshake, AnotherNodeCannotReadACall) {
    HandshakePair pair(Suite::wireguard);
    const KeyPair other = KeyPair::generate(pair.random);
    const auto responder = Responder::read_initiation(other, pair.call());
    check_error(HandshakeError::not_authentic, responder.error());
}

// Who knows the caller's public key alone can name it, but cannot go on.
TEST(Handshake, ACallerMustHoldTheKeyItNames) {
    HandshakePair pair(Suite::wireguard);
    pair.caller.private_key = PrivateKey::generate(pair.random);
    pair.called_identity = PeerIdentity::derive(pair.caller, pair.called.public_key);
    auto responder = Responder::read_initiation(pair.called, pair.call());
    CHECK_TRUE(responder->peer() == pair.caller.public_key);
    const auto time = responder->authenticate(pair.caller_identity->static_shared);
    check_error(HandshakeError::not_authentic, time.error());
}

TEST(Handshake, OnlyTheCalledNodeCanAnswer) {
    HandshakePair pair(Suite::wireguard);
    auto responder = pair.read(pair.call());
    pair.answer(*responder);
    HandshakePair other(Suite::wireguard);
    other.called = KeyPair::generate(other.random);
    other.called_identity = PeerIdentity::derive(other.caller, other.called.public_key);
    other.caller_identity = PeerIdentity::derive(other.called, other.caller.public_key);
    auto impostor = other.read(other.call());
    const auto keys = pair.finish(other.answer(*impostor));
    check_error(HandshakeError::not_authentic, keys.error());
}

TEST(Handshake, AResponseToAnotherCallIsRefused) {
    HandshakePair pair(Suite::wireguard);
    auto responder = pair.read(pair.call());
    ResponseBytes response = pair.answer(*responder);
    response[8] ^= std::byte{1};
    check_error(HandshakeError::wrong_receiver, pair.finish(response).error());
    response[8] ^= std::byte{1};
    CHECK_TRUE(pair.finish(response).has_value());
    pair.call();
    check_error(HandshakeError::not_authentic, pair.finish(response).error());
}

TEST(Handshake, SuitesDoNotMix) {
    if (!test::suite_or_skip(Suite::aes256gcm)) {
        return;
    }
    HandshakePair pair(Suite::wireguard);
    InitiationBytes call = pair.call();
    call[1] = std::byte{1};
    check_error(HandshakeError::not_authentic, pair.read(call).error());
    call[1] = std::byte{0};
    auto responder = pair.read(call);
    ResponseBytes response = pair.answer(*responder);
    response[1] = std::byte{1};
    check_error(HandshakeError::malformed, pair.finish(response).error());
}

}  // namespace egret::crypto
