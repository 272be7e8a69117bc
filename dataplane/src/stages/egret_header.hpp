// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "stages/wire.hpp"

#include <egret/api/address.hpp>

#include <cstdint>
#include <span>

namespace egret {

/// The Egret header (contract section 1.2): a claim in front of the packet it is about.
inline constexpr uint8_t kEgretVersion1 = 0xe1;
inline constexpr uint8_t kEgretTypePacket = 0;
inline constexpr uint16_t kEgretHeaderSize = 8;  // without the origin
inline constexpr uint16_t kEgretHeaderMaxSize = kEgretHeaderSize + 16;

/// Size of the header that claims an origin of this family.
[[nodiscard]] constexpr uint16_t egret_header_size(api::Family family) noexcept {
    return static_cast<uint16_t>(
        kEgretHeaderSize + (family == api::Family::ipv4   ? 4
                            : family == api::Family::ipv6 ? 16
                                                          : 0)
    );
}

/// The first eight bytes of a header, as a number in host byte order.
[[nodiscard]] constexpr uint64_t egret_header_start(api::Family family) noexcept {
    return uint64_t{kEgretVersion1} << 56 | uint64_t{kEgretTypePacket} << 48 |
           uint64_t{static_cast<uint8_t>(family)} << 40;
}

/// Writes egret_header_size(origin.family) bytes at `at`.
inline void write_egret_header(uint8_t* at, const api::IpAddress& origin) noexcept {
    wire::store64(at, egret_header_start(origin.family));
    wire::copy_address(at + kEgretHeaderSize, origin.bytes.data(), origin.size_bytes());
}

/// Reads the header a payload begins with into `origin`, absent where it makes no claim, and returns the header's size in
/// bytes. 0, and `origin` means nothing, if version, type, family, flags or a reserved byte is unknown, or the payload ends too
/// soon: an unknown header is never guessed at.
[[nodiscard]] uint16_t
read_egret_header(std::span<const uint8_t> payload, api::IpAddress& origin) noexcept;

}  // namespace egret
