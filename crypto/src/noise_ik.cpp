// SPDX-License-Identifier: Apache-2.0
#include <egret/crypto/noise_ik.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace egret::crypto {

namespace {

constexpr size_t kEncryptedStaticSize = kKeySize + kAeadTagSize;

/// The token "e": in patterns with a preshared key the ephemeral is mixed into the keys too
/// (Noise specification section 9.2).
void mix_ephemeral(SymmetricState& state, IkPattern pattern, const PublicKey& ephemeral) noexcept {
    state.mix_hash(ephemeral.bytes);
    if (pattern == IkPattern::ikpsk2) {
        state.mix_key(ephemeral.bytes);
    }
}

/// The tokens "ee", "es" and "se": false if the agreement gives nothing.
bool mix_agreement(SymmetricState& state, const PrivateKey& own, const PublicKey& other) noexcept {
    const std::optional<SharedSecret> shared = own.agree(other);
    if (!shared) {
        return false;
    }
    state.mix_key(shared->bytes());
    return true;
}

void mix_psk(SymmetricState& state, IkPattern pattern, const PresharedKey& psk) noexcept {
    if (pattern == IkPattern::ikpsk2) {
        state.mix_key_and_hash(psk.bytes());
    }
}

SymmetricState initial_state(const IkParameters& parameters, const PublicKey& responder) noexcept {
    SymmetricState state(
        parameters.suite,
        protocol_name(parameters.suite, parameters.pattern),
        parameters.prologue
    );
    state.mix_hash(responder.bytes);
    return state;
}

PublicKey read_public_key(ByteView bytes) noexcept {
    PublicKey key;
    std::copy_n(bytes.begin(), kKeySize, key.bytes.begin());
    return key;
}

void write_public_key(const PublicKey& key, ByteSpan out) noexcept {
    std::copy(key.bytes.begin(), key.bytes.end(), out.begin());
}

}  // namespace

std::string_view protocol_name(Suite suite, IkPattern pattern) noexcept {
    if (suite == Suite::aes256gcm) {
        return pattern == IkPattern::ikpsk2 ? "Noise_IKpsk2_25519_AESGCM_BLAKE2s"
                                            : "Noise_IK_25519_AESGCM_BLAKE2s";
    }
    return pattern == IkPattern::ikpsk2 ? "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s"
                                        : "Noise_IK_25519_ChaChaPoly_BLAKE2s";
}

IkInitiator::IkInitiator(
    const IkParameters& parameters,
    const PublicKey& responder,
    KeyPair ephemeral
) noexcept
    : pattern_(parameters.pattern),
      state_(initial_state(parameters, responder)),
      responder_(responder),
      ephemeral_(std::move(ephemeral)) {}

bool IkInitiator::write_first(
    const KeyPair& own,
    const SharedSecret& static_shared,
    ByteView payload,
    ByteSpan out
) noexcept {
    mix_ephemeral(state_, pattern_, ephemeral_.public_key);
    write_public_key(ephemeral_.public_key, out.first(kKeySize));
    if (!mix_agreement(state_, ephemeral_.private_key, responder_)) {
        return false;
    }
    state_.encrypt_and_hash(own.public_key.bytes, out.subspan(kKeySize, kEncryptedStaticSize));
    state_.mix_key(static_shared.bytes());
    state_.encrypt_and_hash(payload, out.subspan(kKeySize + kEncryptedStaticSize));
    return true;
}

tl::expected<IkResult, HandshakeError> IkInitiator::read_second(
    const KeyPair& own,
    const PresharedKey& psk,
    ByteView message,
    ByteSpan payload
) const noexcept {
    SymmetricState state = state_.copy();
    const PublicKey ephemeral = read_public_key(message);
    mix_ephemeral(state, pattern_, ephemeral);
    if (!mix_agreement(state, ephemeral_.private_key, ephemeral) ||
        !mix_agreement(state, own.private_key, ephemeral)) {
        return tl::unexpected(HandshakeError::low_order_point);
    }
    mix_psk(state, pattern_, psk);
    if (!state.decrypt_and_hash(message.subspan(kKeySize), payload)) {
        return tl::unexpected(HandshakeError::not_authentic);
    }
    auto [initiator_key, responder_key] = state.split();
    return IkResult{std::move(initiator_key), std::move(responder_key), state.handshake_hash()};
}

IkResponder::IkResponder(const IkParameters& parameters, const PublicKey& own) noexcept
    : pattern_(parameters.pattern),
      state_(initial_state(parameters, own)) {}

tl::expected<PublicKey, HandshakeError>
IkResponder::read_static(const KeyPair& own, ByteView message) noexcept {
    initiator_ephemeral_ = read_public_key(message);
    mix_ephemeral(state_, pattern_, initiator_ephemeral_);
    if (!mix_agreement(state_, own.private_key, initiator_ephemeral_)) {
        return tl::unexpected(HandshakeError::low_order_point);
    }
    const ByteView encrypted_static = message.subspan(kKeySize, kEncryptedStaticSize);
    if (!state_.decrypt_and_hash(encrypted_static, initiator_.bytes)) {
        return tl::unexpected(HandshakeError::not_authentic);
    }
    return initiator_;
}

bool IkResponder::read_payload(
    const SharedSecret& static_shared,
    ByteView message,
    ByteSpan payload
) noexcept {
    state_.mix_key(static_shared.bytes());
    return state_.decrypt_and_hash(message.subspan(kKeySize + kEncryptedStaticSize), payload);
}

tl::expected<IkResult, HandshakeError> IkResponder::write_second(
    const KeyPair& ephemeral,
    const PresharedKey& psk,
    ByteView payload,
    ByteSpan out
) const noexcept {
    SymmetricState state = state_.copy();
    mix_ephemeral(state, pattern_, ephemeral.public_key);
    write_public_key(ephemeral.public_key, out.first(kKeySize));
    if (!mix_agreement(state, ephemeral.private_key, initiator_ephemeral_) ||
        !mix_agreement(state, ephemeral.private_key, initiator_)) {
        return tl::unexpected(HandshakeError::low_order_point);
    }
    mix_psk(state, pattern_, psk);
    state.encrypt_and_hash(payload, out.subspan(kKeySize));
    auto [initiator_key, responder_key] = state.split();
    return IkResult{std::move(responder_key), std::move(initiator_key), state.handshake_hash()};
}

}  // namespace egret::crypto
