// SPDX-License-Identifier: Apache-2.0
// Tables on their way to the dataplane: what control compiled arrives as it was, and nothing else arrives.
#include "compiled_node.hpp"

#include <egret/api/tables_codec.hpp>

#include <functional>
#include <random>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::test;

namespace {

using Bytes = std::vector<std::byte>;

constexpr int kPrefixes = 5000;

api::Tables branch() {
    return Node(std::string{kBranch}).tables();
}

/// An edge whose list has thousands of prefixes of both families, nested here and there.
api::Tables large_edge() {
    std::string list = "192.0.2.0/24\n";
    for (int i = 0; i < kPrefixes; ++i) {
        const std::string third = std::to_string(i % 256);
        list +=
            "20." + std::to_string(i / 256) + "." + third + (i % 3 == 0 ? ".0/24\n" : ".7/32\n");
        list += "2a01:" + std::to_string(i) + "::/" + (i % 2 == 0 ? "32\n" : "48\n");
    }
    const TempFolder folder;
    folder.write("large.txt", list);
    const std::string toml = with(
        kEdge,
        "prefixes = [\"192.0.2.0/24\"]",
        "format = \"text\"\nsource = \"file:large.txt\""
    );
    return compiled(folder, toml).tables;
}

/// Every index of `tables` leads somewhere; written apart from the check of the codec itself.
bool leads_somewhere(const api::Tables& tables) {
    const auto fits = [](const api::Slice& slice, size_t size) {
        return slice.first <= size && slice.count <= size - slice.first;
    };
    bool ok = !tables.sets.empty();
    for (const api::DestinationSet& set : tables.sets) {
        ok = ok && fits(set.matches, tables.matches.size());
    }
    for (const api::Match& match : tables.matches) {
        ok = ok && (tables.role == api::Role::edge || match.rule < tables.rules.size()) &&
             match.segment < tables.segments.size();
    }
    for (const api::Peer& peer : tables.peers) {
        ok = ok && fits(peer.origins, tables.prefixes.size()) &&
             fits(peer.segments, tables.numbers.size());
    }
    for (const api::Group& group : tables.groups) {
        ok = ok && fits(group.members, tables.numbers.size());
        for (uint32_t i = 0; ok && i < group.members.count; ++i) {
            ok = tables.numbers[group.members.first + i] < tables.peers.size();
        }
    }
    return ok;
}

/// Looks `n` random addresses up, which would read past an array if an index led there.
void classify_some(const api::Tables& tables, int n) {
    std::mt19937 random(7);  // NOLINT: a fixed seed makes a failure repeatable
    for (int i = 0; i < n; ++i) {
        api::Destination packet;
        packet.destination.family = i % 2 == 0 ? api::Family::ipv4 : api::Family::ipv6;
        for (uint32_t b = 0; b < packet.destination.size_bytes(); ++b) {
            packet.destination.bytes[b] = static_cast<uint8_t>(random());
        }
        packet.protocol = 6;
        packet.destination_port = 443;
        const api::Classification found =
            tables.role == api::Role::branch
                ? api::classify(tables, packet)
                : api::classify_for_peer(tables, tables.peers.front(), packet);
        CHECK(found.set < tables.sets.size());
    }
}

/// What is refused, if `change` is made to good tables.
std::string refusal(const std::function<void(api::Tables&)>& change) {
    api::Tables tables = branch();
    change(tables);
    const auto decoded = api::decode_tables(api::encode(tables));
    return decoded ? std::string() : decoded.error();
}

}  // namespace

TEST_GROUP(TablesCodec)
{};

TEST(TablesCodec, WhatControlCompiledArrivesAsItWas) {
    const api::Tables sent = large_edge();
    const Bytes bytes = api::encode(sent);
    const auto arrived = api::decode_tables(bytes);
    CHECK_TRUE(arrived.has_value());
    CHECK(bytes == api::encode(*arrived));
    CHECK(arrived->destinations.ipv4_ranges().starts.size() > kPrefixes);
    UNSIGNED_LONGS_EQUAL(sent.generation, arrived->generation);
    CHECK(sent.role == arrived->role);
    CHECK(sent.peers[0].public_key == arrived->peers[0].public_key);
    for (const uint32_t address : {0x14000007U, 0x14130807U, 0xc0000201U, 0U, 0xffffffffU}) {
        UNSIGNED_LONGS_EQUAL(
            sent.destinations.lookup_ipv4(address),
            arrived->destinations.lookup_ipv4(address)
        );
    }
    CHECK(arrived->destinations.lookup_ipv4(0xc0000201U) != 0);
    const auto in_list = api::parse_address("2a01:4000::9").value();
    CHECK(arrived->destinations.lookup(in_list) != 0);
    CHECK(arrived->destinations.lookup(in_list) == sent.destinations.lookup(in_list));
}

TEST(TablesCodec, EveryTruncationIsRefused) {
    const Bytes bytes = api::encode(branch());
    CHECK_TRUE(api::decode_tables(bytes).has_value());
    for (size_t n = 0; n < bytes.size(); ++n) {
        CHECK_FALSE(api::decode_tables(std::span(bytes).first(n)).has_value());
    }
}

TEST(TablesCodec, BytesBehindTheEndAreRefused) {
    Bytes bytes = api::encode(branch());
    bytes.push_back(std::byte{0});
    STRCMP_EQUAL(
        "the tables hold more than they announce",
        api::decode_tables(bytes).error().c_str()
    );
}

// Every third bit, which is each of a byte's in turn; the fuzzer does the rest.
TEST(TablesCodec, NoFlippedBitLeadsPastAnArray) {
    Bytes bytes = api::encode(branch());
    size_t n_refused = 0;
    for (size_t bit = 0; bit < bytes.size() * 8; bit += 3) {
        const auto mask = static_cast<std::byte>(1U << bit % 8);
        bytes[bit / 8] ^= mask;
        if (const auto tables = api::decode_tables(bytes)) {
            CHECK_TRUE(leads_somewhere(*tables));
            classify_some(*tables, 4);
        } else {
            ++n_refused;
        }
        bytes[bit / 8] ^= mask;
    }
    CHECK(n_refused > bytes.size() / 2);  // most bits count something, or choose
}

TEST(TablesCodec, NoFlippedBitsOfLargeTablesLeadPastAnArray) {
    const Bytes good = api::encode(large_edge());
    std::mt19937 random(11);  // NOLINT: a fixed seed makes a failure repeatable
    for (int i = 0; i < 300; ++i) {
        Bytes bytes = good;
        for (int n = 0; n < 3; ++n) {
            bytes[random() % bytes.size()] ^= static_cast<std::byte>(1U << random() % 8);
        }
        if (const auto tables = api::decode_tables(bytes)) {
            CHECK_TRUE(leads_somewhere(*tables));
            classify_some(*tables, 50);
        }
    }
}

TEST(TablesCodec, AnIndexPastItsArrayIsRefused) {
    const std::function<void(api::Tables&)> changes[] = {
        [](api::Tables& t) { t.matches[0].rule = 1; },
        [](api::Tables& t) { t.matches[0].rule = api::kNone; },  // an edge's, at a branch
        [](api::Tables& t) { t.matches[0].segment = 1; },
        [](api::Tables& t) { t.sets[1].matches.count = 9; },
        [](api::Tables& t) { t.sets[1].matches.first = 0xffffffff; },
        [](api::Tables& t) { t.sets.resize(1); },
        [](api::Tables& t) { t.rules[0].group = 7; },
        [](api::Tables& t) {
            t.rules[0].from = {0, 99};
        },
        [](api::Tables& t) {
            t.rules[0].vlans = {99, 1};
        },
        [](api::Tables& t) {
            t.rules[0].dscp = {99, 1};
        },
        [](api::Tables& t) { t.numbers[t.groups[0].members.first] = 5; },
        [](api::Tables& t) { t.groups[0].members.count = 9; },
        [](api::Tables& t) { t.peers[0].group = 3; },
        [](api::Tables& t) {
            t.peers[0].segments = {99, 1};
        },
        [](api::Tables& t) {
            t.peers[0].origins = {99, 1};
        },
        [](api::Tables& t) {
            t.ports[1].addresses = {99, 1};
        },
        [](api::Tables& t) {
            t.egress_ipv6 = {99, 1};
        },
        [](api::Tables& t) {
            t.restore.pool_ipv4 = {99, 1};
        },
        [](api::Tables& t) {
            t.restore.pool_ipv6 = {99, 1};
        },
    };
    for (const auto& change : changes) {
        CHECK_FALSE(refusal(change).empty());
    }
}

TEST(TablesCodec, ValuesThatCannotBeAreRefused) {
    const std::function<void(api::Tables&)> changes[] = {
        [](api::Tables& t) { t.sets.clear(); },
        [](api::Tables& t) { t.ports.erase(t.ports.begin()); },
        [](api::Tables& t) { t.ports.pop_back(); },
        [](api::Tables& t) { t.ports[0].name = {}; },
        [](api::Tables& t) { t.ports[0].name.fill('x'); },
        [](api::Tables& t) { t.ports[0].mtu_bytes = 1279; },
        [](api::Tables& t) { t.ports[0].gateway_ipv4.family = api::Family::ipv6; },
        [](api::Tables& t) { t.ports[0].gateway_ipv6.family = api::Family::ipv4; },
        [](api::Tables& t) { t.peers[0].slot = api::kNone; },
        [](api::Tables& t) { t.peers.push_back(t.peers[0]); },
        [](api::Tables& t) { t.peers[0].inner_mtu_ipv4 = 500; },
        [](api::Tables& t) { t.peers[0].inner_mtu_ipv6 = 500; },
        [](api::Tables& t) { t.rules[0].group = api::kNone; },
        [](api::Tables& t) { t.rules[0].family = static_cast<api::Family>(5); },
        [](api::Tables& t) {
            t.rules[0].action = api::Verdict::drop;
            t.rules[0].family = api::Family::ipv4;
        },
        [](api::Tables& t) { t.matches[0].protocol = 1; },
        [](api::Tables& t) { t.matches[0].port_first = 9, t.matches[0].port_last = 8; },
        [](api::Tables& t) { t.egress_ipv4.family = api::Family::ipv6; },
        [](api::Tables& t) { t.egress_ipv4.bytes[4] = 1; },
        [](api::Tables& t) { t.prefixes[0].length = 33; },
        [](api::Tables& t) { t.prefixes[0] = {}; },
        [](api::Tables& t) { t.role = static_cast<api::Role>(2); },
        [](api::Tables& t) { t.sets[1].guard = static_cast<api::Guard>(6); },
        [](api::Tables& t) { t.egress_ipv4.family = static_cast<api::Family>(5); },
        [](api::Tables& t) {
            t.addresses = {api::parse_address("2001:db8::1").value()};
            t.restore.pool_ipv4 = {0, 1};
        },
        [](api::Tables& t) {
            t.segments.resize(2);
            t.numbers.insert(t.numbers.end(), {1, 0});
            t.peers[0].segments = {static_cast<uint32_t>(t.numbers.size() - 2), 2};
        },
    };
    for (const auto& change : changes) {
        CHECK_FALSE(refusal(change).empty());
    }
}

TEST(TablesCodec, ARefusalSaysWhatIsWrong) {
    STRCMP_EQUAL("rule 0 of the tables holds a value that cannot be", refusal([](api::Tables& t) {
                                                                          t.rules[0].group = 7;
                                                                      }).c_str());
    STRCMP_EQUAL("two peers of the tables have one slot", refusal([](api::Tables& t) {
                                                              t.peers.push_back(t.peers[0]);
                                                          }).c_str());
}
