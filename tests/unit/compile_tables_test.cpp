// SPDX-License-Identifier: Apache-2.0
// What nodes, peers and groups become.
#include "compiled_node.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

std::string with_peer(const std::string& name, const std::string& key, const std::string& rest) {
    return "[[peer]]\nname = \"" + name + "\"\npublic_key = \"" + key + "\"\n" + rest;
}

const char* const kKeyA = "R0U3P/FxazGr2FLMBrb80hLnYO19v0UQRIIsbfPttSs=";
const char* const kKeyB = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";

}  // namespace

TEST_GROUP(CompileTables)
{};

TEST(CompileTables, GroupsListTheirPeersByPriority) {
    const std::string more =
        with_peer(
            "e2",
            kKeyA,
            "endpoint = \"198.51.100.11:51820\"\ngroup = \"g\"\npriority = 5\n"
        ) +
        with_peer("e3", kKeyB, "endpoint = \"198.51.100.12:51820\"\ngroup = \"g\"\n");
    const Node node(
        with(
            with(kBranch, "endpoint =", "group = \"g\"\nendpoint ="),
            "via = \"e1\"",
            "via = \"g\""
        ) +
        more
    );
    const api::Tables& tables = node.tables();
    LONGS_EQUAL(1, tables.groups.size());
    LONGS_EQUAL(0, tables.rules[0].group);
    const api::Slice members = tables.groups[0].members;
    LONGS_EQUAL(3, members.count);
    LONGS_EQUAL(1, tables.numbers[members.first]);
    LONGS_EQUAL(0, tables.numbers[members.first + 1]);
    LONGS_EQUAL(2, tables.numbers[members.first + 2]);
    LONGS_EQUAL(2, tables.peers[2].slot);
}

TEST(CompileTables, InnerMtuFollowsOuterFamilyCarryAndPort) {
    struct Case {
        const char* endpoint;
        const char* carry;
        const char* mtu;
        uint16_t ipv4;
        uint16_t ipv6;
    };

    const Case cases[] = {
        // The numbers of contract section 1.3.
        {"198.51.100.10:51820", "source", "1500", 1440, 1440},
        {"198.51.100.10:51820", "header", "1500", 1428, 1416},
        {"[2001:db8::1]:51820", "source", "1500", 1420, 1420},
        {"[2001:db8::1]:51820", "header", "1500", 1408, 1396},
        {"198.51.100.10:51820", "source", "1492", 1432, 1432},
    };
    for (const Case& one : cases) {
        std::string text = with(kBranch, "198.51.100.10:51820", one.endpoint);
        text = with(text, "carry = \"header\"", std::string("carry = \"") + one.carry + "\"");
        text = with(text, "[egress]", std::string("mtu = ") + one.mtu + "\n[egress]");
        const Node node(text);
        LONGS_EQUAL(one.ipv4, node.tables().peers[0].inner_mtu_ipv4);
        LONGS_EQUAL(one.ipv6, node.tables().peers[0].inner_mtu_ipv6);
    }
    const Node capped(with(kBranch, "carry = \"header\"", "mtu = 1300"));
    LONGS_EQUAL(1300, capped.tables().peers[0].inner_mtu_ipv4);
    const Node edge(std::string{kEdge});
    LONGS_EQUAL(1440, edge.tables().peers[0].inner_mtu_ipv4);
}

TEST(CompileTables, BranchCarriesItsEgressAndSwitches) {
    const Node node(
        with(
            with(kBranch, "\"203.0.113.7\"", "\"203.0.113.7\", \"2001:db8:42::/48\""),
            "carry = \"header\"",
            "listen_port = 4500\nblock_quic = true"
        ) +
        "[signaling]\nenabled = false\n[names]\nlearn = false\n"
    );
    const api::Tables& tables = node.tables();
    STRCMP_EQUAL("203.0.113.7", api::to_text(tables.egress_ipv4).c_str());
    LONGS_EQUAL(1, tables.egress_ipv6.count);
    STRCMP_EQUAL(
        "2001:db8:42::/48",
        api::to_text(tables.prefixes[tables.egress_ipv6.first]).c_str()
    );
    LONGS_EQUAL(4500, tables.listen_port);
    CHECK_TRUE(tables.block_quic);
    CHECK_TRUE(tables.bridge);
    CHECK_FALSE(tables.signaling);
    CHECK_FALSE(tables.learn_names);
    STRCMP_EQUAL("10.0.0.1", api::to_text(tables.ports[1].gateway_ipv4).c_str());
    CHECK_FALSE(tables.ports[1].gateway_ipv6.present());
}

TEST(CompileTables, EdgeWithoutSegmentsAcceptsAllButItsOwnNetworks) {
    const std::string text(kEdge);
    const Node node(text.substr(0, text.find("[[list]]")));
    CHECK_TRUE(node.tables().accept_all);
    const api::Peer& peer = node.tables().peers[0];
    check_verdict(api::Verdict::tunnel, node.classify_for_peer(peer, "8.8.8.8", 53));
    check_verdict(api::Verdict::drop, node.classify_for_peer(peer, "172.16.0.77", 443));
    check_verdict(api::Verdict::drop, node.classify_for_peer(peer, "198.51.100.77", 443));
    check_verdict(api::Verdict::drop, node.classify_for_peer(peer, "127.0.0.1", 443));
}

TEST(CompileTables, EdgePeersReachOnlyTheirSegments) {
    const std::string more =
        with_peer("b2", kKeyB, "origins = [\"203.0.113.8\"]\nsegments = [\"other\"]\n") +
        "[[list]]\nname = \"o\"\nprefixes = [\"192.0.2.128/25\"]\n"
        "[[segment]]\nname = \"other\"\nlists = [\"o\"]\npresent = \"edge\"\nsignaling = false\n"
        "[restore]\naddresses = [\"198.51.100.20\", \"2001:db8::20\"]\n";
    const Node node(std::string(kEdge) + more);
    const api::Tables& tables = node.tables();
    const auto everything = node.classify_for_peer(tables.peers[0], "192.0.2.200", 443);
    LONGS_EQUAL(0, everything.segment);
    const auto restricted = node.classify_for_peer(tables.peers[1], "192.0.2.200", 443);
    check_verdict(api::Verdict::tunnel, restricted);
    LONGS_EQUAL(1, restricted.segment);
    check_verdict(api::Verdict::drop, node.classify_for_peer(tables.peers[1], "192.0.2.1", 443));
    CHECK_TRUE(tables.segments[1].present_set);
    CHECK_TRUE(tables.segments[1].present == api::Present::edge);
    CHECK_FALSE(tables.segments[1].signaling);
    LONGS_EQUAL(1, tables.restore.pool_ipv4.count);
    LONGS_EQUAL(1, tables.restore.pool_ipv6.count);
    LONGS_EQUAL(1, tables.peers[1].origins.count);
    CHECK_FALSE(tables.bridge);
    check_verdict(
        api::Verdict::drop,
        node.classify_for_peer(tables.peers[0], "198.51.100.20", 443)
    );
}
