// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace egret::api {

enum class Family : uint8_t { none = 0, ipv4 = 4, ipv6 = 6 };

/// An IPv4 or IPv6 address in network byte order; an IPv4 address fills the first four bytes, the rest is zero.
/// A default-constructed one is no address at all (Family::none).
struct IpAddress {
    Family family = Family::none;
    std::array<uint8_t, 16> bytes{};

    friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;

    /// As two words: sixteen bytes are otherwise compared by a call.
    friend constexpr bool operator==(const IpAddress& a, const IpAddress& b) noexcept {
        const auto x = std::bit_cast<std::array<uint64_t, 2>>(a.bytes);
        const auto y = std::bit_cast<std::array<uint64_t, 2>>(b.bytes);
        return a.family == b.family && ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;
    }

    [[nodiscard]] constexpr bool present() const noexcept { return family != Family::none; }

    /// Length of an address of this family: 0, 4 or 16 bytes.
    [[nodiscard]] constexpr uint32_t size_bytes() const noexcept {
        return family == Family::ipv4 ? 4 : family == Family::ipv6 ? 16 : 0;
    }

    /// Length of an address of this family in bits: 0, 32 or 128.
    [[nodiscard]] constexpr uint8_t bits() const noexcept {
        return static_cast<uint8_t>(size_bytes() * 8);
    }
};

/// An address range `address/length`. `address` may carry host bits (a port's own address does); see `masked`.
struct Prefix {
    IpAddress address;
    uint8_t length = 0;

    friend constexpr auto operator<=>(const Prefix&, const Prefix&) = default;
};

/// A UDP or TCP end: address and port (host byte order).
struct Endpoint {
    IpAddress address;
    uint16_t port = 0;

    friend constexpr auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

/// True if `address` is of the prefix's family and lies in it; host bits of the prefix are ignored.
[[nodiscard]] bool contains(const Prefix& prefix, const IpAddress& address) noexcept;

/// True if every address of `inner` lies in `outer`.
[[nodiscard]] bool covers(const Prefix& outer, const Prefix& inner) noexcept;

/// The prefix with its host bits cleared.
[[nodiscard]] Prefix masked(const Prefix& prefix) noexcept;

/// Reads an address in its usual text form; nothing if it is not one. An IPv4-mapped IPv6 address stays IPv6.
[[nodiscard]] std::optional<IpAddress> parse_address(std::string_view text);

/// Reads `ADDRESS/LENGTH`, or an address alone as its /32 or /128; host bits are kept. Nothing if it is neither.
[[nodiscard]] std::optional<Prefix> parse_prefix(std::string_view text);

/// Reads `ADDRESS:PORT`, IPv6 as `[ADDRESS]:PORT`; port 1 to 65535. Nothing if it is not one.
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text);

/// Canonical text (RFC 5952 for IPv6); empty for no address.
[[nodiscard]] std::string to_text(const IpAddress& address);
[[nodiscard]] std::string to_text(const Prefix& prefix);
[[nodiscard]] std::string to_text(const Endpoint& endpoint);

}  // namespace egret::api
