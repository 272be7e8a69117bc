// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>

#include <compare>
#include <cstdint>

/// Addresses as numbers, for whatever sorts, searches and counts them. IPv4 is `uint32_t`, IPv6 `Wide`.
namespace egret::control {

/// An IPv6 address as a number.
struct Wide {
    uint64_t high = 0;
    uint64_t low = 0;

    friend constexpr auto operator<=>(const Wide&, const Wide&) = default;
};

/// The address as a number of type `Word`; its family must be the one `Word` stands for.
template <class Word>
[[nodiscard]] Word word_of(const api::IpAddress& address) noexcept;

[[nodiscard]] api::IpAddress address_of(uint32_t word) noexcept;
[[nodiscard]] api::IpAddress address_of(const Wide& word) noexcept;

/// The last address of the range that begins at `network`, which has no host bits.
[[nodiscard]] uint32_t last_of(uint32_t network, uint32_t length) noexcept;
[[nodiscard]] Wide last_of(const Wide& network, uint32_t length) noexcept;

/// The next address; zero behind the last.
[[nodiscard]] constexpr uint32_t next_of(uint32_t word) noexcept {
    return word + 1;
}

[[nodiscard]] constexpr Wide next_of(const Wide& word) noexcept {
    return {word.low == UINT64_MAX ? word.high + 1 : word.high, word.low + 1};
}

}  // namespace egret::control
