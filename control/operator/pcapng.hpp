// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Captures as pcapng, the format of Wireshark (draft-ietf-opsawg-pcapng): blocks of 32-bit words in the machine's byte
/// order, which the first block tells. Times are nanoseconds.
namespace egret::control {

/// One frame as it was captured.
struct CapturedBytes {
    uint64_t unix_ns = 0;
    uint32_t frame_bytes = 0;            ///< before it was cut
    uint32_t n_missed = 0;               ///< frames lost since the one before
    bool is_sent = false;                ///< else received
    std::span<const std::byte> bytes{};  ///< from the Ethernet header on
};

/// What a file begins with: a section header and one Ethernet interface of that name.
[[nodiscard]] std::string pcapng_head(std::string_view interface, uint32_t snap_bytes);

/// One enhanced packet block, direction and missed frames among its options.
[[nodiscard]] std::string pcapng_packet(const CapturedBytes& frame);

}  // namespace egret::control
