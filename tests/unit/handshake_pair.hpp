// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/cookie.hpp>
#include <egret/crypto/handshake.hpp>
#include <egret/crypto/random.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

namespace egret::test {

using InitiationBytes = std::array<std::byte, crypto::kInitiationSize>;
using ResponseBytes = std::array<std::byte, crypto::kResponseSize>;

/// A caller and a called node in memory, the same in every run.
class HandshakePair {
  public:
    static constexpr uint32_t kCallerIndex = 0x01020304;
    static constexpr uint32_t kCalledIndex = 0x0a0b0c0d;
    static constexpr uint64_t kTime = 1'700'000'000'000'000'000;

    explicit HandshakePair(crypto::Suite used)
        : suite(used) {
        psk.writable()[0] = std::byte{0x77};
        called_identity = crypto::PeerIdentity::derive(caller, called.public_key);
        caller_identity = crypto::PeerIdentity::derive(called, caller.public_key);
    }

    /// Message 1 with its mac1; `initiator` waits for the response.
    InitiationBytes call() {
        InitiationBytes message{};
        auto started = crypto::Initiator::start(
            {suite, caller, *called_identity, kCallerIndex, crypto::Tai64n::from_unix_ns(kTime)},
            crypto::KeyPair::generate(random),
            message
        );
        initiator.emplace(std::move(*started));
        crypto::Mac1Key(called.public_key).write(message);
        return message;
    }

    /// What the called node makes of message 1 before it answers.
    tl::expected<crypto::Responder, crypto::HandshakeError> read(crypto::ByteView message) const {
        auto responder = crypto::Responder::read_initiation(called, message);
        if (!responder) {
            return responder;
        }
        const auto time = responder->authenticate(caller_identity->static_shared);
        if (!time) {
            return tl::unexpected(time.error());
        }
        return responder;
    }

    /// Message 2 with its mac1; `called_keys` are the called node's.
    ResponseBytes answer(crypto::Responder& responder) {
        ResponseBytes message{};
        auto keys =
            responder.write_response(crypto::KeyPair::generate(random), psk, kCalledIndex, message);
        called_keys = std::move(*keys);
        crypto::Mac1Key(caller.public_key).write(message);
        return message;
    }

    tl::expected<crypto::SessionKeys, crypto::HandshakeError> finish(crypto::ByteView message
    ) const {
        return initiator->read_response(caller, psk, message);
    }

    crypto::Suite suite;
    crypto::Random random = crypto::Random::seeded({});
    crypto::KeyPair caller = crypto::KeyPair::generate(random);
    crypto::KeyPair called = crypto::KeyPair::generate(random);
    crypto::PresharedKey psk;
    std::optional<crypto::PeerIdentity> called_identity;
    std::optional<crypto::PeerIdentity> caller_identity;
    std::optional<crypto::Initiator> initiator;
    crypto::SessionKeys called_keys;
};

}  // namespace egret::test
