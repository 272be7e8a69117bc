// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

/// Numbers and fields of the wire, and the one's-complement arithmetic of its checksums (RFC 1071, RFC 1624).
namespace egret::wire {

inline constexpr uint16_t kEtherIpv4 = 0x0800;
inline constexpr uint16_t kEtherArp = 0x0806;
inline constexpr uint16_t kEtherIpv6 = 0x86dd;
inline constexpr uint16_t kEtherVlan = 0x8100;  // IEEE 802.1Q
inline constexpr uint16_t kEtherQinq = 0x88a8;  // IEEE 802.1ad
inline constexpr uint16_t kEtherSize = 14;
inline constexpr uint16_t kVlanSize = 4;
inline constexpr uint16_t kMacSize = 6;
inline constexpr uint16_t kIpv4Size = 20;  // without options
inline constexpr uint16_t kIpv6Size = 40;
inline constexpr uint16_t kUdpSize = 8;
inline constexpr uint16_t kTcpSize = 20;  // without options
inline constexpr uint16_t kIcmpSize = 8;

inline constexpr uint8_t kHopByHop = 0;
inline constexpr uint8_t kIcmp = 1;
inline constexpr uint8_t kTcp = 6;
inline constexpr uint8_t kUdp = 17;
inline constexpr uint8_t kRouting = 43;
inline constexpr uint8_t kFragment = 44;
inline constexpr uint8_t kAuthentication = 51;
inline constexpr uint8_t kIcmpv6 = 58;
inline constexpr uint8_t kDestinationOptions = 60;
inline constexpr uint8_t kMobility = 135;

inline constexpr uint8_t kTcpFin = 0x01;
inline constexpr uint8_t kTcpSyn = 0x02;
inline constexpr uint8_t kTcpRst = 0x04;
inline constexpr uint8_t kTcpAck = 0x10;

// Offsets of fields within their header.
inline constexpr uint16_t kIpv4Checksum = 10;
inline constexpr uint16_t kIpv4Source = 12;
inline constexpr uint16_t kIpv4Destination = 16;
inline constexpr uint16_t kIpv6Source = 8;
inline constexpr uint16_t kIpv6Destination = 24;
inline constexpr uint16_t kTcpChecksum = 16;
inline constexpr uint16_t kUdpChecksum = 6;
inline constexpr uint16_t kIcmpChecksum = 2;

[[nodiscard]] inline uint16_t load16(const uint8_t* at) noexcept {
    return static_cast<uint16_t>(at[0] << 8 | at[1]);
}

[[nodiscard]] inline uint32_t load32(const uint8_t* at) noexcept {
    return static_cast<uint32_t>(load16(at)) << 16 | load16(at + 2);
}

inline void store16(uint8_t* at, uint16_t value) noexcept {
    at[0] = static_cast<uint8_t>(value >> 8);
    at[1] = static_cast<uint8_t>(value);
}

inline void store32(uint8_t* at, uint32_t value) noexcept {
    store16(at, static_cast<uint16_t>(value >> 16));
    store16(at + 2, static_cast<uint16_t>(value));
}

[[nodiscard]] inline uint64_t load64(const uint8_t* at) noexcept {
    return static_cast<uint64_t>(load32(at)) << 32 | load32(at + 4);
}

inline void store64(uint8_t* at, uint64_t value) noexcept {
    store32(at, static_cast<uint32_t>(value >> 32));
    store32(at + 4, static_cast<uint32_t>(value));
}

[[nodiscard]] inline uint32_t load32_le(const uint8_t* at) noexcept {
    return static_cast<uint32_t>(at[0]) | static_cast<uint32_t>(at[1]) << 8 |
           static_cast<uint32_t>(at[2]) << 16 | static_cast<uint32_t>(at[3]) << 24;
}

inline void store32_le(uint8_t* at, uint32_t value) noexcept {
    for (int i = 0; i < 4; ++i) {
        at[i] = static_cast<uint8_t>(value >> (8 * i));
    }
}

[[nodiscard]] inline uint64_t load64_le(const uint8_t* at) noexcept {
    return load32_le(at) | static_cast<uint64_t>(load32_le(at + 4)) << 32;
}

inline void store64_le(uint8_t* at, uint64_t value) noexcept {
    store32_le(at, static_cast<uint32_t>(value));
    store32_le(at + 4, static_cast<uint32_t>(value >> 32));
}

// Copies of sizes the compiler knows are a move or two. Of other sizes, and of six bytes that might overlap, it makes a call.

inline void copy_mac(uint8_t* to, const uint8_t* from) noexcept {
    std::memcpy(to, from, kMacSize);
}

/// An address of 4 or 16 bytes; with any other size nothing is copied.
inline void copy_address(uint8_t* to, const uint8_t* from, size_t size_bytes) noexcept {
    if (size_bytes == 4) {
        std::memcpy(to, from, 4);
    } else if (size_bytes == 16) {
        std::memcpy(to, from, 16);
    }
}

/// One's-complement sum of 16-bit words, folded to 16 bits; an odd last byte counts as the high half of a word.
[[nodiscard]] inline uint16_t fold(uint64_t sum) noexcept {
    while (sum >> 16 != 0) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<uint16_t>(sum);
}

/// A word with the bytes in the order they lie in memory.
template <class Word>
[[nodiscard]] inline Word load_native(const uint8_t* at) noexcept {
    Word word;
    std::memcpy(&word, at, sizeof(word));
    return word;
}

/// The sum of `bytes` as 16-bit words, folded: what a checksum is the complement of. It does not depend on the order of the
/// bytes within words (RFC 1071 section 2(B)), so larger words are added as they lie in memory, and the result is turned
/// once. Two independent sums let a core add two words at a time.
[[nodiscard]] inline uint64_t sum_words(const uint8_t* bytes, size_t size_bytes) noexcept {
    constexpr uint64_t kLowHalf = 0xffffffff;
    uint64_t even = 0;
    uint64_t odd = 0;
    size_t i = 0;
    for (; i + 16 <= size_bytes; i += 16) {
        const auto first = load_native<uint64_t>(bytes + i);
        const auto second = load_native<uint64_t>(bytes + i + 8);
        even += (first & kLowHalf) + (first >> 32);
        odd += (second & kLowHalf) + (second >> 32);
    }
    uint64_t sum = even + odd;
    for (; i + 4 <= size_bytes; i += 4) {
        sum += load_native<uint32_t>(bytes + i);
    }
    if (i + 2 <= size_bytes) {
        sum += load_native<uint16_t>(bytes + i);
        i += 2;
    }
    if (i < size_bytes) {
        const uint8_t last[2] = {bytes[i], 0};
        sum += load_native<uint16_t>(last);
    }
    const uint16_t in_memory = fold(sum);
    uint8_t turned[2];
    std::memcpy(turned, &in_memory, sizeof(in_memory));
    return load16(turned);
}

/// What replacing words that sum to `before` by words that sum to `after` adds to the sum a checksum is the complement of
/// (RFC 1624 equation 3: HC' = ~(~HC + ~m + m')).
[[nodiscard]] inline uint16_t checksum_delta(uint64_t before, uint64_t after) noexcept {
    return fold(static_cast<uint64_t>(static_cast<uint16_t>(~fold(before))) + fold(after));
}

/// A checksum with a delta added to what it is the complement of. One that was wrong stays wrong by the same amount.
[[nodiscard]] inline uint16_t add_delta(uint16_t checksum, uint16_t delta) noexcept {
    const uint32_t sum = uint32_t{static_cast<uint16_t>(~checksum)} + delta;
    return static_cast<uint16_t>(~((sum & 0xffff) + (sum >> 16)));
}

/// Applies a delta to the checksum field at `field`.
inline void apply_delta(uint8_t* field, uint16_t delta) noexcept {
    store16(field, add_delta(load16(field), delta));
}

}  // namespace egret::wire
