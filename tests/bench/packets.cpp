// SPDX-License-Identifier: Apache-2.0
#include "packets.hpp"

#include "setting.hpp"
#include "stages/wire.hpp"

#include <algorithm>
#include <cstring>

namespace egret::bench {
namespace {

constexpr uint32_t kClients = 10U << 24 | 42U << 16;  // 10.42.0.0/16
constexpr uint32_t kClientMask = 0xffff;
constexpr uint32_t kFirstPort = 1024;
constexpr uint32_t kPorts = 60'000;
constexpr uint32_t kHosts = 254;

/// splitmix64: every seed gives another stream, fast enough not to matter.
uint64_t next_random(uint64_t& state) noexcept {
    state += 0x9e3779b97f4a7c15;
    uint64_t mixed = state;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    return mixed ^ mixed >> 31;
}

void fill(std::span<uint8_t> bytes, uint64_t seed) noexcept {
    while (!bytes.empty()) {
        const uint64_t word = next_random(seed);
        const size_t n = std::min(bytes.size(), sizeof(word));
        std::memcpy(bytes.data(), &word, n);
        bytes = bytes.subspan(n);
    }
}

void write_ip(uint8_t* ip, const Tuple& tuple, size_t size, uint8_t ttl) noexcept {
    std::fill_n(ip, wire::kIpv4Size, uint8_t{0});
    ip[0] = 0x45;
    wire::store16(ip + 2, static_cast<uint16_t>(size));
    ip[8] = ttl;
    ip[9] = tuple.tcp ? wire::kTcp : wire::kUdp;
    wire::store32(ip + wire::kIpv4Source, tuple.source);
    wire::store32(ip + wire::kIpv4Destination, tuple.destination);
    const uint64_t sum = wire::sum_words(ip, wire::kIpv4Size);
    wire::store16(ip + wire::kIpv4Checksum, static_cast<uint16_t>(~wire::fold(sum)));
}

uint16_t transport_checksum(const uint8_t* ip, std::span<const uint8_t> transport) noexcept {
    const uint64_t pseudo_header =
        wire::sum_words(ip + wire::kIpv4Source, 8) + ip[9] + transport.size();
    return static_cast<uint16_t>(
        ~wire::fold(pseudo_header + wire::sum_words(transport.data(), transport.size()))
    );
}

EthernetHeader ethernet(const std::array<uint8_t, 6>& to, const std::array<uint8_t, 6>& from) {
    EthernetHeader header;
    std::copy(to.begin(), to.end(), header.begin());
    std::copy(from.begin(), from.end(), header.begin() + 6);
    wire::store16(header.data() + 12, wire::kEtherIpv4);
    return header;
}

std::array<uint8_t, 6> client_mac(uint64_t id) noexcept {
    return {2, 0, 0x10, 0, static_cast<uint8_t>(id >> 8), static_cast<uint8_t>(id)};
}

constexpr std::array<uint8_t, 6> kGatewayMac{2, 0, 0, 0, 0, 1};

}  // namespace

Tuple flow_tuple(uint64_t id, uint32_t n_prefixes) noexcept {
    uint64_t state = id;
    const auto prefix = static_cast<uint32_t>(next_random(state) % n_prefixes);
    const auto& network = list_prefix(prefix, n_prefixes).address.bytes;
    Tuple tuple;
    tuple.source = kClients | (static_cast<uint32_t>(id) & kClientMask);
    // Flows that share a port differ in the host, so that the edge can keep every client's port.
    tuple.destination =
        wire::load32(network.data()) | static_cast<uint32_t>(1 + id / kPorts % kHosts);
    tuple.source_port = static_cast<uint16_t>(kFirstPort + id % kPorts);
    tuple.destination_port = kServicePort;
    tuple.tcp = id % 4 != 3;
    return tuple;
}

Tuple presented(const Tuple& flow) noexcept {
    Tuple tuple = flow;
    tuple.source = kEgress;
    return tuple;
}

void write_packet(
    std::span<uint8_t> packet,
    const Tuple& tuple,
    uint8_t ttl,
    uint64_t seed
) noexcept {
    write_ip(packet.data(), tuple, packet.size(), ttl);
    const std::span<uint8_t> transport = packet.subspan(wire::kIpv4Size);
    fill(transport, seed);
    wire::store16(transport.data(), tuple.source_port);
    wire::store16(transport.data() + 2, tuple.destination_port);
    if (tuple.tcp) {
        transport[12] = 0x50;  // no options
        transport[13] = wire::kTcpAck;
        if (transport.size() > wire::kTcpSize) {
            transport[wire::kTcpSize] = 0x17;  // TLS application data: long past the ClientHello
        }
    } else {
        wire::store16(transport.data() + 4, static_cast<uint16_t>(transport.size()));
    }
    uint8_t* checksum = transport.data() + (tuple.tcp ? wire::kTcpChecksum : wire::kUdpChecksum);
    wire::store16(checksum, 0);
    const uint16_t sum = transport_checksum(packet.data(), transport);
    wire::store16(checksum, !tuple.tcp && sum == 0 ? 0xffff : sum);
}

EthernetHeader ethernet_to_gateway(uint64_t id) noexcept {
    return ethernet(kGatewayMac, client_mac(id));
}

EthernetHeader ethernet_to_client(uint64_t id) noexcept {
    return ethernet(client_mac(id), kGatewayMac);
}

}  // namespace egret::bench
