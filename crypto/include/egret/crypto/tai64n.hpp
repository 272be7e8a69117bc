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

    /// From nanoseconds since 1970 UTC, rounded down to 2^24 ns (16.8 ms), so that a peer that
    /// answers initiations does not serve as a precise clock.
    [[nodiscard]] static Tai64n from_unix_ns(uint64_t unix_ns) noexcept;

    /// Big endian, so the order of the bytes is the order of the times.
    friend auto operator<=>(const Tai64n&, const Tai64n&) = default;
};

}  // namespace egret::crypto
