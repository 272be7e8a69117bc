// SPDX-License-Identifier: Apache-2.0
#include "stages/egret_header.hpp"

#include "stages/wire.hpp"

#include <algorithm>

namespace egret {
void write_egret_header(uint8_t* at, const api::IpAddress& origin) noexcept {
    std::fill_n(at, kEgretHeaderSize, uint8_t{0});
    at[0] = kEgretVersion1;
    at[1] = kEgretTypePacket;
    at[2] = static_cast<uint8_t>(origin.family);
    wire::copy_address(at + kEgretHeaderSize, origin.bytes.data(), origin.size_bytes());
}

std::optional<EgretHeader> read_egret_header(std::span<const uint8_t> payload) noexcept {
    if (payload.size() < kEgretHeaderSize || payload[0] != kEgretVersion1 ||
        payload[1] != kEgretTypePacket) {
        return std::nullopt;
    }
    const auto is_zero = [](uint8_t byte) { return byte == 0; };
    const auto family = static_cast<api::Family>(payload[2]);
    const bool known =
        family == api::Family::none || family == api::Family::ipv4 || family == api::Family::ipv6;
    if (!known || !std::all_of(payload.begin() + 3, payload.begin() + kEgretHeaderSize, is_zero)) {
        return std::nullopt;
    }
    EgretHeader header;
    header.size_bytes = egret_header_size(family);
    if (payload.size() < header.size_bytes) {
        return std::nullopt;
    }
    header.origin.family = family;
    wire::copy_address(
        header.origin.bytes.data(),
        payload.data() + kEgretHeaderSize,
        header.origin.size_bytes()
    );
    return header;
}

}  // namespace egret
