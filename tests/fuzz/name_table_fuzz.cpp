// SPDX-License-Identifier: Apache-2.0
#include "fuzz_check.hpp"
#include "names/byte_reader.hpp"
#include "names/name_table.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

using egret::api::Endpoint;
using egret::api::Family;
using egret::api::IpAddress;
using egret::names::ByteReader;
using egret::names::ClientId;
using egret::names::DnsClient;
using egret::names::LearnedName;
using egret::names::NameTable;
using egret::test::require;
using egret::test::require_host_name;

namespace {

constexpr NameTable::Limits kSmall{
    .names = {.n_entries = 6, .n_per_client = 4},
    .queries = {.n_entries = 4, .n_per_client = 2}};

IpAddress address(uint8_t network, uint8_t host) {
    return {Family::ipv4, {network, 0, 0, host}};
}

}  // namespace

/// The input is a list of datagrams: who (one byte), seconds passed (one byte), size (two bytes), DNS message.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    NameTable table{kSmall, 1};
    const Endpoint resolver{address(192, 53), 53};
    uint64_t now_ns = 0;
    ByteReader reader{{data, size}};
    while (!reader.empty()) {
        const uint8_t who = reader.u8();
        now_ns += reader.u8() * NameTable::kSecond;
        const auto message = reader.take(reader.u16());
        const DnsClient client{ClientId{address(10, who & 3U), 0}, 40000};
        table.see_query(now_ns, client, resolver, message);
        const size_t n_taught = table.see_response(now_ns, client, resolver, message);
        require(table.size() <= kSmall.names.n_entries);
        require(n_taught == 0 || table.size() != 0);
        const LearnedName* learned = table.find(now_ns, client.id, address(198, who));
        if (learned != nullptr) {
            require_host_name(learned->name);
        }
    }
    return 0;
}
