// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>

#include <cstdint>
#include <optional>
#include <span>

namespace egret {

/// The Egret header (contract section 1.2): a claim in front of the packet it is about.
inline constexpr uint8_t kEgretVersion1 = 0xe1;
inline constexpr uint8_t kEgretTypePacket = 0;
inline constexpr uint16_t kEgretHeaderSize = 8;  // without the origin
inline constexpr uint16_t kEgretHeaderMaxSize = kEgretHeaderSize + 16;

/// What a header says; its type is "packet".
struct EgretHeader {
    api::IpAddress origin;  ///< absent: no claim
    uint16_t size_bytes = kEgretHeaderSize;
};

/// Size of the header that claims an origin of this family.
[[nodiscard]] constexpr uint16_t egret_header_size(api::Family family) noexcept {
    return static_cast<uint16_t>(
        kEgretHeaderSize + (family == api::Family::ipv4   ? 4
                            : family == api::Family::ipv6 ? 16
                                                          : 0)
    );
}

/// Writes egret_header_size(origin.family) bytes at `at`.
void write_egret_header(uint8_t* at, const api::IpAddress& origin) noexcept;

/// Reads the header a payload begins with. Nothing if version, type, family, flags or a reserved byte is unknown, or the
/// payload ends too soon: an unknown header is never guessed at.
[[nodiscard]] std::optional<EgretHeader> read_egret_header(std::span<const uint8_t> payload
) noexcept;

}  // namespace egret
