// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/noise.hpp>
#include <egret/crypto/x25519.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>

/// The IK pattern of the Noise specification, section 7.5, with and without a preshared key:
///
///     <- s
///     ...
///     -> e, es, s, ss, payload
///     <- e, ee, se, [psk,] payload
///
/// WireGuard's handshake is IKpsk2; IK is here so that published vectors of both prove this code.
namespace egret::crypto {

enum class IkPattern : uint8_t { ik, ikpsk2 };

/// Why a handshake message was not taken, or not made.
enum class HandshakeError : uint8_t {
    malformed,          ///< not of the size, type or suite bytes it should have
    suite_unavailable,  ///< this processor cannot do the suite
    low_order_point,    ///< a public key that makes the shared secret zero
    not_authentic,      ///< made with another key, or changed on the way
    wrong_receiver,     ///< answers another handshake
};

/// E.g. `Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s`.
[[nodiscard]] std::string_view protocol_name(Suite suite, IkPattern pattern) noexcept;

struct IkParameters {
    Suite suite = Suite::wireguard;
    IkPattern pattern = IkPattern::ikpsk2;
    ByteView prologue;  ///< borrowed for the call
};

/// A finished handshake as one side sees it.
struct IkResult {
    Secret<kHashSize> send_key;
    Secret<kHashSize> receive_key;
    Digest handshake_hash{};
};

/// What each message adds to its payload.
inline constexpr size_t kIkFirstOverhead = kKeySize + (kKeySize + kAeadTagSize) + kAeadTagSize;
inline constexpr size_t kIkSecondOverhead = kKeySize + kAeadTagSize;

/// The side that knows the other's static key. Deterministic: the ephemeral key comes from the
/// caller and must be fresh for each handshake.
class IkInitiator {
  public:
    IkInitiator(
        const IkParameters& parameters,
        const PublicKey& responder,
        KeyPair ephemeral
    ) noexcept;

    /// Writes message 1 into `out`, kIkFirstOverhead longer than `payload`. `static_shared` is the
    /// agreement of both static keys. False if the responder's key is of low order. Call once.
    [[nodiscard]] bool write_first(
        const KeyPair& own,
        const SharedSecret& static_shared,
        ByteView payload,
        ByteSpan out
    ) noexcept;

    /// Reads message 2; `payload` is kIkSecondOverhead shorter. `psk` is not looked at in pattern
    /// IK. Changes nothing, so a forged message does no harm and another psk can be tried.
    [[nodiscard]] tl::expected<IkResult, HandshakeError> read_second(
        const KeyPair& own,
        const PresharedKey& psk,
        ByteView message,
        ByteSpan payload
    ) const noexcept;

  private:
    IkPattern pattern_;
    SymmetricState state_;
    PublicKey responder_;
    KeyPair ephemeral_;
};

/// The side that learns from message 1 who its peer is, in two steps: `read_static`, then, once the
/// caller knows that peer, `read_payload`. After an error the object is of no more use.
class IkResponder {
  public:
    IkResponder(const IkParameters& parameters, const PublicKey& own) noexcept;

    /// Reads up to the initiator's static key. `message`: all of message 1, kIkFirstOverhead or
    /// longer.
    [[nodiscard]] tl::expected<PublicKey, HandshakeError>
    read_static(const KeyPair& own, ByteView message) noexcept;

    /// Reads the rest of the same message; `payload` is kIkFirstOverhead shorter than it. Only now
    /// has the initiator proved to hold its key.
    [[nodiscard]] bool
    read_payload(const SharedSecret& static_shared, ByteView message, ByteSpan payload) noexcept;

    /// Writes message 2 into `out`, kIkSecondOverhead longer than `payload`. Changes nothing: with
    /// another ephemeral key it can be written again.
    [[nodiscard]] tl::expected<IkResult, HandshakeError> write_second(
        const KeyPair& ephemeral,
        const PresharedKey& psk,
        ByteView payload,
        ByteSpan out
    ) const noexcept;

  private:
    IkPattern pattern_;
    SymmetricState state_;
    PublicKey initiator_;
    PublicKey initiator_ephemeral_;
};

}  // namespace egret::crypto
