// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/crypto/bytes.hpp>

#include <array>
#include <compare>
#include <cstdint>

namespace egret::crypto {

/// A wall-clock time as initiations carry it (TAI64N, cr.yp.to/libtai/tai64.html): seconds since
/// 1970 plus 2^62 + 10, then nanoseconds, both big endian. Only ever compared: a responder takes an
/// initiation only if its time is later than the last one's. The default is earlier than any.
struct Tai64n {
    std::array<std::byte, 12> bytes{};

    /// Times closer than this, in nanoseconds, may be equal (16.8 ms).
    static constexpr uint64_t kStep = uint64_t{1} << 24;

    /// From nanoseconds since 1970 UTC. Rounded down to kStep, so that initiations do not tell how
    /// long this node takes for what it does.
    [[nodiscard]] static Tai64n from_unix_ns(uint64_t unix_ns) noexcept;

    /// Big endian, so the order of the bytes is the order of the times.
    friend bool operator==(const Tai64n&, const Tai64n&) = default;

    friend std::strong_ordering operator<=>(const Tai64n& a, const Tai64n& b) noexcept {
        return a.bytes <=> b.bytes;
    }
};

}  // namespace egret::crypto
