// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "message.hpp"

#include <span>

/// The two halves of the AEAD as each target implements them. Messages are named by index, in whatever order suits.
namespace egret::crypto::multilane {

/// ChaCha20 over a pass: block 0 of the messages in `keys` becomes the one-time key of the same position; then
/// the texts of the messages in `texts` are encrypted or decrypted.
struct KeystreamWork {
    const Message* messages;
    std::span<const uint8_t> keys;
    std::span<const uint8_t> texts;
    OneTimeKeys& one_time_keys;
};

/// The tag of a message as two little-endian words.
using Tag = std::array<uint64_t, 2>;

/// Poly1305 over a pass: the one-time key at each position of `order` is that of the message named there. Those
/// with more blocks come first. `tags` are by message.
struct TagWork {
    const Message* messages;
    std::span<const uint8_t> order;
    const OneTimeKeys& one_time_keys;
    std::array<Tag, kMaxMessages>& tags;
};

/// One target. Nothing in it branches or indexes by a key, a text or what comes of them.
struct Kernels {
    void (*keystream)(const KeystreamWork& work) noexcept;
    void (*tags)(const TagWork& work) noexcept;
};

#if defined(__x86_64__)
extern const Kernels kAvx512IfmaKernels;
extern const Kernels kAvx512Kernels;
extern const Kernels kAvx2Kernels;
extern const Kernels kSse4Kernels;
#elif defined(__aarch64__)
extern const Kernels kNeonKernels;
#endif

}  // namespace egret::crypto::multilane
