// SPDX-License-Identifier: Apache-2.0
#include "stages/probe_message.hpp"

#include "stages/wire.hpp"

#include <algorithm>

namespace egret {
namespace {

constexpr uint8_t kTypeProbe = 1;
constexpr uint8_t kTypeReply = 2;

// Where the fields stand.
constexpr size_t kId = kEgretHeaderSize;
constexpr size_t kTime = kId + 8;
constexpr size_t kReceived = kProbeSize;
constexpr size_t kFamily = kReceived + 8;
constexpr size_t kPort = kFamily + 2;
constexpr size_t kAddress = kPort + 2;
static_assert(kAddress + 16 == kProbeReplySize);

void write_header(uint8_t* at, uint8_t type) noexcept {
    std::fill_n(at, kEgretHeaderSize, uint8_t{0});
    at[0] = kEgretVersion1;
    at[1] = type;
}

void write_body(uint8_t* at, const Probe& probe) noexcept {
    wire::store64(at + kId, probe.id);
    wire::store64(at + kTime, probe.time_ns);
}

bool has_header(std::span<const uint8_t> payload, uint8_t type, size_t size) noexcept {
    // Family, flags and reserved bytes: a probe has none of them.
    const auto is_zero = [](uint8_t byte) { return byte == 0; };
    return payload.size() >= size && payload[0] == kEgretVersion1 && payload[1] == type &&
           std::all_of(payload.begin() + 2, payload.begin() + kEgretHeaderSize, is_zero);
}

Probe read_body(const uint8_t* at) noexcept {
    return {.id = wire::load64(at + kId), .time_ns = wire::load64(at + kTime)};
}

}  // namespace

void write_probe(uint8_t* at, const Probe& probe) noexcept {
    write_header(at, kTypeProbe);
    write_body(at, probe);
}

void write_probe_reply(uint8_t* at, const ProbeReply& reply) noexcept {
    write_header(at, kTypeReply);
    write_body(at, reply.probe);
    wire::store64(at + kReceived, reply.received_ns);
    at[kFamily] = static_cast<uint8_t>(reply.observed.address.family);
    at[kFamily + 1] = 0;
    wire::store16(at + kPort, reply.observed.port);
    std::copy(
        reply.observed.address.bytes.begin(),
        reply.observed.address.bytes.end(),
        at + kAddress
    );
}

std::optional<Probe> read_probe(std::span<const uint8_t> payload) noexcept {
    return has_header(payload, kTypeProbe, kProbeSize) ? std::optional(read_body(payload.data()))
                                                       : std::nullopt;
}

std::optional<ProbeReply> read_probe_reply(std::span<const uint8_t> payload) noexcept {
    if (!has_header(payload, kTypeReply, kProbeReplySize)) {
        return std::nullopt;
    }
    const auto family = static_cast<api::Family>(payload[kFamily]);
    const bool known = family == api::Family::ipv4 || family == api::Family::ipv6;
    if (!known || payload[kFamily + 1] != 0) {
        return std::nullopt;
    }
    ProbeReply reply;
    reply.probe = read_body(payload.data());
    reply.received_ns = wire::load64(payload.data() + kReceived);
    reply.observed.address.family = family;
    reply.observed.port = wire::load16(payload.data() + kPort);
    std::copy_n(payload.data() + kAddress, 16, reply.observed.address.bytes.begin());
    return reply;
}

}  // namespace egret
