// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "stages/egret_header.hpp"

#include <egret/api/address.hpp>

#include <cstdint>
#include <optional>
#include <span>

namespace egret {

// Payloads by which the ends of a tunnel measure each other (contract section 1.2, types 1 and 2).

inline constexpr uint16_t kProbeSize = kEgretHeaderSize + 16;
inline constexpr uint16_t kProbeReplySize = kProbeSize + 28;

struct Probe {
    uint64_t id = 0;       ///< random; the sender's
    uint64_t time_ns = 0;  ///< by the sender's clock
};

struct ProbeReply {
    Probe probe;               ///< as it came
    uint64_t received_ns = 0;  ///< by the receiver's clock
    api::Endpoint observed;    ///< where the probe came from
};

/// True of an authentic payload that is neither a packet nor one with a claim: only then `read_probe` is worth the call.
[[nodiscard]] inline bool may_be_probe(std::span<const uint8_t> payload) noexcept {
    return payload.size() >= kEgretHeaderSize && payload[0] == kEgretVersion1 &&
           payload[1] != kEgretTypePacket;
}

/// Writes kProbeSize bytes at `at`.
void write_probe(uint8_t* at, const Probe& probe) noexcept;

/// Writes kProbeReplySize bytes at `at`.
void write_probe_reply(uint8_t* at, const ProbeReply& reply) noexcept;

/// Reads what a payload begins with; padding may follow. Nothing if it is something else, or anything in its header is
/// unknown.
[[nodiscard]] std::optional<Probe> read_probe(std::span<const uint8_t> payload) noexcept;
[[nodiscard]] std::optional<ProbeReply> read_probe_reply(std::span<const uint8_t> payload) noexcept;

}  // namespace egret
