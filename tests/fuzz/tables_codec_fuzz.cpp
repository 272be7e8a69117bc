// SPDX-License-Identifier: Apache-2.0
#include "fuzz_check.hpp"

#include <egret/api/tables_codec.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

using namespace egret::api;
using egret::test::require;

namespace {

Destination packet_to(Family family, uint8_t filling) {
    Destination packet;
    packet.destination.family = family;
    std::fill_n(packet.destination.bytes.begin(), packet.destination.size_bytes(), filling);
    packet.source = packet.destination;
    packet.protocol = 6;
    packet.destination_port = 443;
    return packet;
}

/// Asks what a packet would: the sanitizer sees an index that leads past its array.
void use(const Tables& tables) {
    for (const Family family : {Family::ipv4, Family::ipv6}) {
        for (const int filling : {0x00, 0x14, 0xc0, 0xff}) {
            const Destination packet = packet_to(family, static_cast<uint8_t>(filling));
            if (tables.role == Role::branch) {
                require(classify(tables, packet).set < tables.sets.size());
            }
            for (const Peer& peer : tables.peers) {
                require(classify_for_peer(tables, peer, packet).set < tables.sets.size());
            }
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto bytes = std::as_bytes(std::span(data, size));
    const auto tables = decode_tables(bytes);
    if (!tables) {
        require(!tables.error().empty());
        return 0;
    }
    use(*tables);
    // One encoding for each tables: what was read is what would be written.
    require(std::ranges::equal(encode(*tables), bytes));
    return 0;
}
