// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

/// What the multi-lane ChaCha20-Poly1305 (RFC 8439) works on. Words are read as they lie in memory.
namespace egret::crypto::multilane {

static_assert(std::endian::native == std::endian::little);

/// Messages one pass takes; longer bursts go through in several.
inline constexpr size_t kMaxMessages = 64;

/// No target computes more blocks of ChaCha20 together than this.
inline constexpr size_t kMaxLanes = 32;

inline constexpr size_t kBlockBytes = 64;      ///< of ChaCha20
inline constexpr size_t kAuthBlockBytes = 16;  ///< of Poly1305

/// One message of a burst, in place. Borrows everything it points to.
///
/// Associated data lie directly in front of the text, filled up with zeros to a multiple of 16. The
/// tag's 16 bytes lie behind the text. Sizes, nonces and places are public; key and text are not.
struct Message {
    const uint32_t* key = nullptr;  ///< 8 words
    std::array<uint32_t, 3> nonce{};
    uint32_t associated_bytes = 0;
    uint32_t size_bytes = 0;  ///< of the text, without tag
    uint8_t* text = nullptr;
};

/// Whole and partial Poly1305 blocks of associated data and text, without the block of lengths.
constexpr uint32_t auth_blocks(const Message& message) noexcept {
    constexpr auto kBytes = static_cast<uint32_t>(kAuthBlockBytes);
    return (message.associated_bytes + kBytes - 1) / kBytes +
           (message.size_bytes + kBytes - 1) / kBytes;
}

/// The Poly1305 keys of a pass: word `w` of the key at position `p` is `words[w][p]`. r is words 0 to 3, s words 4 to 7.
/// Behind the positions is room for what whole vectors write beyond them.
struct OneTimeKeys {
    alignas(64) std::array<std::array<uint32_t, kMaxMessages + kMaxLanes>, 8> words;
};

/// Lists of messages, as indices.
struct Order {
    std::array<uint8_t, kMaxMessages> indices;
    size_t count = 0;
};

}  // namespace egret::crypto::multilane
