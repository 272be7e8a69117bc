// SPDX-License-Identifier: Apache-2.0
#include "stages/ip_headers.hpp"

#include "stages/wire.hpp"

namespace egret {
namespace {

/// More extension headers than any real packet has; what goes on is `unreachable`.
constexpr int kMaxExtensionHeaders = 8;

bool is_extension_header(uint8_t protocol) noexcept {
    switch (protocol) {
        case wire::kHopByHop:
        case wire::kRouting:
        case wire::kFragment:
        case wire::kAuthentication:
        case wire::kDestinationOptions:
        case wire::kMobility:
            return true;
        default:
            return false;
    }
}

}  // namespace

TransportPlace skip_extension_headers(
    std::span<const uint8_t> bytes,
    uint16_t offset,
    uint32_t end,
    uint8_t protocol
) noexcept {
    for (int i = 0; i < kMaxExtensionHeaders; ++i) {
        if (!is_extension_header(protocol)) {
            return {PacketKind::transport, protocol, offset};
        }
        if (end < offset + 8U) {
            return {};
        }
        const uint8_t* header = bytes.data() + offset;
        // A fragment header that holds the whole packet (RFC 6946) is one more header to skip.
        if (protocol == wire::kFragment && (wire::load16(header + 2) & 0xfff9) != 0) {
            return {PacketKind::fragment, header[0], offset};
        }
        // With segments left the destination in the IPv6 header is not the last one: nothing to classify by.
        if (protocol == wire::kRouting && header[3] != 0) {
            return {};
        }
        const uint32_t size = protocol == wire::kFragment         ? 8U
                              : protocol == wire::kAuthentication ? (header[1] + 2U) * 4
                                                                  : (header[1] + 1U) * 8;
        if (end < offset + size) {
            return {};
        }
        protocol = header[0];
        offset = static_cast<uint16_t>(offset + size);
    }
    return {};
}

bool is_source_routed(std::span<const uint8_t> options) noexcept {
    constexpr uint8_t kEnd = 0;
    constexpr uint8_t kNop = 1;
    constexpr uint8_t kLooseRoute = 131;
    constexpr uint8_t kStrictRoute = 137;
    while (options.size() >= 2 && options[0] != kEnd) {
        if (options[0] == kNop) {
            options = options.subspan(1);
            continue;
        }
        const size_t size = options[1];
        if (size < 2 || size > options.size()) {
            return false;
        }
        const bool route = options[0] == kLooseRoute || options[0] == kStrictRoute;
        if (route && size >= 3 && options[2] <= size) {
            return true;
        }
        options = options.subspan(size);
    }
    return false;
}

}  // namespace egret
