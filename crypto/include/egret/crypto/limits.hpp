// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/aead.hpp>

#include <cstdint>

/// Constants of the protocol, from the WireGuard paper section 6 and the kernel's messages.h; those
/// of the aes256gcm suite from contract section 1.1. Times in nanoseconds.
namespace egret::crypto {

inline constexpr uint64_t kSecond = 1'000'000'000;

inline constexpr uint64_t kRekeyAfterTime = 120 * kSecond;
inline constexpr uint64_t kRejectAfterTime = 180 * kSecond;
inline constexpr uint64_t kRekeyTimeout = 5 * kSecond;
inline constexpr uint64_t kRekeyTimeoutJitterMax = 334'000'000;
inline constexpr uint64_t kRekeyAttemptTime = 90 * kSecond;
inline constexpr uint64_t kKeepaliveTimeout = 10 * kSecond;
/// Whoever sent data and heard nothing for this long wants a new session (the kernel's timers.c).
inline constexpr uint64_t kSilenceTimeout = kKeepaliveTimeout + kRekeyTimeout;
/// Keys of a session are wiped this long after it was made (WireGuard paper, section 6.3).
inline constexpr uint64_t kWipeKeysAfterTime = 3 * kRejectAfterTime;
inline constexpr uint64_t kCookieSecretMaxAge = 120 * kSecond;
inline constexpr uint64_t kCookieSecretLatency = 5 * kSecond;
/// A receiver is under load while its queue of handshakes is filled to this part, and for this long
/// after (the kernel's receive.c).
inline constexpr uint32_t kUnderLoadShare = 8;
inline constexpr uint64_t kUnderLoadTime = kSecond;
/// An initiator that only receives renews this long after the handshake, so that the answer still
/// arrives in time.
inline constexpr uint64_t kRekeyOnReceiveAfterTime =
    kRejectAfterTime - kKeepaliveTimeout - kRekeyTimeout;

/// Messages one sending key may carry: start a handshake at `rekey`, refuse at `reject`.
struct MessageLimits {
    uint64_t rekey;
    uint64_t reject;
};

constexpr MessageLimits message_limits(Suite suite) noexcept {
    if (suite == Suite::aes256gcm) {
        return {uint64_t{1} << 28, uint64_t{1} << 32};
    }
    return {uint64_t{1} << 60, UINT64_MAX - 8128 - 1};  // messages.h: U64_MAX - window - 1
}

// Message types and sizes (bytes), padding included.
inline constexpr uint8_t kMessageInitiation = 1;
inline constexpr uint8_t kMessageResponse = 2;
inline constexpr uint8_t kMessageCookieReply = 3;
inline constexpr uint8_t kMessageData = 4;
inline constexpr uint32_t kInitiationSize = 148;
inline constexpr uint32_t kResponseSize = 92;
inline constexpr uint32_t kCookieReplySize = 64;
inline constexpr uint32_t kDataHeaderSize = 16;
inline constexpr uint32_t kDataMinSize = kDataHeaderSize + kAeadTagSize;
inline constexpr uint32_t kPadding = 16;

}  // namespace egret::crypto
