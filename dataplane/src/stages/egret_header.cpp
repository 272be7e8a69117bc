// SPDX-License-Identifier: Apache-2.0
#include "stages/egret_header.hpp"

#include "stages/wire.hpp"

namespace egret {
uint16_t read_egret_header(std::span<const uint8_t> payload, api::IpAddress& origin) noexcept {
    if (payload.size() < kEgretHeaderSize) {
        return 0;
    }
    const uint64_t start = wire::load64(payload.data());
    const auto family = static_cast<api::Family>(payload[2]);
    const bool known =
        family == api::Family::ipv4 || family == api::Family::ipv6 || family == api::Family::none;
    const uint16_t size = egret_header_size(family);
    if (start != egret_header_start(family) || !known || payload.size() < size) {
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
