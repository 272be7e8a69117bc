// SPDX-License-Identifier: Apache-2.0
#include "stages/egret_header.hpp"

#include "stages/wire.hpp"

namespace egret {
namespace {

/// The first eight bytes of a header, as a number in host byte order.
constexpr uint64_t start_of(api::Family family) noexcept {
    return uint64_t{kEgretVersion1} << 56 | uint64_t{kEgretTypePacket} << 48 |
           uint64_t{static_cast<uint8_t>(family)} << 40;
}

}  // namespace

void write_egret_header(uint8_t* at, const api::IpAddress& origin) noexcept {
    wire::store64(at, start_of(origin.family));
    wire::copy_address(at + kEgretHeaderSize, origin.bytes.data(), origin.size_bytes());
}

uint16_t read_egret_header(std::span<const uint8_t> payload, api::IpAddress& origin) noexcept {
    if (payload.size() < kEgretHeaderSize) {
        return 0;
    }
    const uint64_t start = wire::load64(payload.data());
    const auto family = static_cast<api::Family>(payload[2]);
    const bool known =
        family == api::Family::ipv4 || family == api::Family::ipv6 || family == api::Family::none;
    const uint16_t size = egret_header_size(family);
    if (start != start_of(family) || !known || payload.size() < size) {
        return 0;
    }
    origin.family = family;
    origin.bytes = {};
    wire::copy_address(
        origin.bytes.data(),
        payload.data() + kEgretHeaderSize,
        static_cast<size_t>(size - kEgretHeaderSize)
    );
    return size;
}

}  // namespace egret
