// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

namespace egret::test {

/// A number nobody sends: the datagram asks how many of the run have arrived, and does not count.
inline constexpr uint64_t kHowMany = UINT64_MAX;

/// How the payload of a test datagram begins; the rest is padding. In the byte order of the host.
struct Numbered {
    uint64_t run = 0;  ///< random, of one sender
    uint64_t number = 0;
    uint64_t arrived =
        0;  ///< datagrams of the run the echo has seen, itself included; 0 on the way there
    uint64_t sent_ns = 0;
};

/// Nothing if the payload is too short for one.
inline std::optional<Numbered> read_numbered(std::span<const std::byte> payload) noexcept {
    Numbered numbered;
    if (payload.size() < sizeof(numbered)) {
        return std::nullopt;
    }
    std::memcpy(&numbered, payload.data(), sizeof(numbered));
    return numbered;
}

/// `payload` has room for it.
inline void write_numbered(const Numbered& numbered, std::span<std::byte> payload) noexcept {
    std::memcpy(payload.data(), &numbered, sizeof(numbered));
}

}  // namespace egret::test
