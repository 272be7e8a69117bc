// SPDX-License-Identifier: Apache-2.0
// What a configuration becomes, asked through the classifier the dataplane uses.
#include "control_fixture.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

/// Compiled from text, with the questions a packet asks.
class Node {
  public:
    explicit Node(const std::string& toml)
        : generation_(compiled(folder_, toml)) {}

    [[nodiscard]] const api::Tables& tables() const { return generation_.tables; }

    [[nodiscard]] const Generation& generation() const { return generation_; }

    [[nodiscard]] api::Classification classify(
        const char* destination,
        uint16_t port,
        uint8_t protocol = 6,
        const char* source = "10.9.9.9"
    ) const {
        return api::classify(tables(), packet(destination, port, protocol, source));
    }

    [[nodiscard]] api::Classification
    classify_for_peer(const api::Peer& peer, const char* destination, uint16_t port) const {
        return api::classify_for_peer(tables(), peer, packet(destination, port, 6, "10.9.9.9"));
    }

    [[nodiscard]] std::string entry(uint16_t segment, const char* destination, uint16_t port)
        const {
        const auto source = generation_.provenance.find(
            segment,
            {api::parse_address(destination).value(), 6, port}
        );
        return source ? source->list + " " + source->entry : std::string();
    }

  private:
    static api::Destination
    packet(const char* destination, uint16_t port, uint8_t protocol, const char* source) {
        return {
            api::parse_address(source).value(),
            api::parse_address(destination).value(),
            protocol,
            port,
            0,
            0};
    }

    TempFolder folder_;
    Generation generation_;
};

void check_verdict(api::Verdict expected, const api::Classification& found) {
    CHECK_TRUE(expected == found.verdict);
}

void check_guard(const Node& node, const char* destination, api::Guard expected) {
    const api::Classification found = node.classify(destination, 443);
    CHECK_TRUE_TEXT(found.guard == expected, destination);
    CHECK_TRUE_TEXT(found.verdict == api::Verdict::direct, destination);
}

const char* const kEverything = "prefixes = [\"0.0.0.0/0\", \"::/0\", \"127.0.0.5\"]";

std::string branch_for_everything() {
    return with(kBranch, "prefixes = [\"192.0.2.0/24\"]", kEverything);
}

std::string with_peer(const std::string& name, const std::string& key, const std::string& rest) {
    return "[[peer]]\nname = \"" + name + "\"\npublic_key = \"" + key + "\"\n" + rest;
}

const char* const kKeyA = "R0U3P/FxazGr2FLMBrb80hLnYO19v0UQRIIsbfPttSs=";
const char* const kKeyB = "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";

}  // namespace

TEST_GROUP(CompileTables)
{};

TEST(CompileTables, TheFirstRuleInFileOrderWins) {
    const Node node(with(
        kBranch,
        "[[rule]]",
        "[[rule]]\nname = \"guests\"\nsegments = [\"entra\"]\nfrom = [\"10.7.0.0/16\"]\naction = "
        "\"drop\"\n[[rule]]"
    ));
    check_verdict(api::Verdict::drop, node.classify("192.0.2.1", 443, 6, "10.7.1.1"));
    const auto found = node.classify("192.0.2.1", 443);
    check_verdict(api::Verdict::tunnel, found);
    LONGS_EQUAL(1, found.rule);
    LONGS_EQUAL(0, found.segment);
    check_verdict(api::Verdict::direct, node.classify("192.0.3.1", 443));
}

TEST(CompileTables, PortsAreTheSegmentsElseAllTcp) {
    const Node all(std::string{kBranch});
    for (const uint16_t port : {uint16_t{0}, uint16_t{22}, uint16_t{65535}}) {
        check_verdict(api::Verdict::tunnel, all.classify("192.0.2.1", port));
    }
    check_verdict(api::Verdict::direct, all.classify("192.0.2.1", 443, 17));

    const Node some(with(
        kBranch,
        "lists = [\"idp\"]",
        "lists = [\"idp\"]\ntcp_ports = [\"80\", \"8000-8100\"]\nudp_ports = [\"443\"]"
    ));
    check_verdict(api::Verdict::tunnel, some.classify("192.0.2.1", 80));
    check_verdict(api::Verdict::tunnel, some.classify("192.0.2.1", 8100));
    check_verdict(api::Verdict::direct, some.classify("192.0.2.1", 8101));
    check_verdict(api::Verdict::tunnel, some.classify("192.0.2.1", 443, 17));
    check_verdict(api::Verdict::direct, some.classify("192.0.2.1", 443, 6));
    check_verdict(api::Verdict::direct, some.classify("192.0.2.1", 443, 1));

    const Node none(with(kBranch, "lists = [\"idp\"]", "lists = [\"idp\"]\ntcp_ports = []"));
    check_verdict(api::Verdict::direct, none.classify("192.0.2.1", 443));
}

TEST(CompileTables, PortsAreTheEntrysOwnWhereTheSegmentStatesNone) {
    const TempFolder folder;
    folder.write("list", R"([
        {"id": 1, "ips": ["192.0.2.0/24"], "tcpPorts": "80,443"},
        {"id": 2, "ips": ["192.0.2.0/25"], "udpPorts": "3478-3481"},
        {"id": 3, "ips": ["192.0.2.0/28", "198.51.100.0/24"]}])");
    const Generation generation = compiled(
        folder,
        with(kBranch, "prefixes = [\"192.0.2.0/24\"]", "format = \"m365\"\nsource = \"file:list\"")
    );
    const auto verdict = [&](const char* destination, uint8_t protocol, uint16_t port) {
        return api::classify(
                   generation.tables,
                   {{}, api::parse_address(destination).value(), protocol, port, 0, 0}
        )
            .verdict;
    };
    CHECK_TRUE(verdict("192.0.2.200", 6, 443) == api::Verdict::tunnel);
    CHECK_TRUE(verdict("192.0.2.200", 6, 22) == api::Verdict::direct);
    CHECK_TRUE(verdict("192.0.2.200", 17, 3478) == api::Verdict::direct);
    CHECK_TRUE(verdict("192.0.2.100", 17, 3481) == api::Verdict::tunnel);
    CHECK_TRUE(verdict("192.0.2.100", 6, 80) == api::Verdict::tunnel);
    CHECK_TRUE(verdict("192.0.2.1", 6, 22) == api::Verdict::tunnel);
    CHECK_TRUE(verdict("198.51.100.9", 17, 443) == api::Verdict::direct);

    // The longest prefix that has the port, not the longest one.
    const auto entry = [&](uint8_t protocol, uint16_t port) {
        return generation.provenance
            .find(0, {api::parse_address("192.0.2.100").value(), protocol, port})
            .value_or(Source{})
            .entry;
    };
    STRCMP_EQUAL("192.0.2.0/24", entry(6, 443).c_str());
    STRCMP_EQUAL("192.0.2.0/25", entry(17, 3478).c_str());
    STRCMP_EQUAL("", entry(6, 22).c_str());
}

TEST(CompileTables, EntryIsTheLongestOverTheSegmentsLists) {
    const Node node(with(
        with(kBranch, "lists = [\"idp\"]", "lists = [\"idp\", \"wide\", \"narrow\"]"),
        "[[segment]]",
        "[[list]]\nname = \"wide\"\nprefixes = [\"192.0.0.0/16\", \"192.0.2.0/24\"]\n"
        "[[list]]\nname = \"narrow\"\nprefixes = [\"192.0.2.128/25\"]\n[[segment]]"
    ));
    STRCMP_EQUAL("idp 192.0.2.0/24", node.entry(0, "192.0.2.1", 443).c_str());
    STRCMP_EQUAL("narrow 192.0.2.128/25", node.entry(0, "192.0.2.200", 443).c_str());
    STRCMP_EQUAL("wide 192.0.0.0/16", node.entry(0, "192.0.9.1", 443).c_str());
    STRCMP_EQUAL("", node.entry(0, "192.1.9.1", 443).c_str());
    check_verdict(api::Verdict::tunnel, node.classify("192.0.9.1", 443));
}

TEST(CompileTables, GuardsAreCarvedOutOfEveryList) {
    const Node node(branch_for_everything());
    check_verdict(api::Verdict::tunnel, node.classify("192.0.2.1", 443));
    check_verdict(api::Verdict::tunnel, node.classify("2001:db8::1", 443));
    check_verdict(api::Verdict::tunnel, node.classify("10.0.0.3", 443));
    check_guard(node, "10.0.0.2", api::Guard::own_address);
    check_guard(node, "198.51.100.10", api::Guard::peer_endpoint);
    check_guard(node, "127.0.0.1", api::Guard::loopback);
    check_guard(node, "127.0.0.5", api::Guard::loopback);
    check_guard(node, "0.1.2.3", api::Guard::loopback);
    check_guard(node, "169.254.1.1", api::Guard::link_local);
    check_guard(node, "224.0.0.251", api::Guard::multicast);
    check_guard(node, "239.255.255.255", api::Guard::multicast);
    check_guard(node, "255.255.255.255", api::Guard::multicast);
    check_guard(node, "::", api::Guard::loopback);
    check_guard(node, "::1", api::Guard::loopback);
    check_guard(node, "fe80::1", api::Guard::link_local);
    check_guard(node, "ff02::1", api::Guard::multicast);
}

TEST(CompileTables, FragmentsTowardsTunnelDestinationsAreKnown) {
    const Node node(
        with(
            kBranch,
            "[[rule]]",
            "[[rule]]\nname = \"d\"\nsegments = [\"plain\"]\naction = \"direct\"\n[[rule]]"
        ) +
        "[[list]]\nname = \"p\"\nprefixes = [\"203.0.113.0/24\"]\n[[segment]]\nname = "
        "\"plain\"\nlists = [\"p\"]\n"
    );
    CHECK_TRUE(node.classify("192.0.2.1", 443, 17).any_tunnel);
    CHECK_FALSE(node.classify("203.0.113.1", 443).any_tunnel);
    LONGS_EQUAL(0, node.classify("203.0.113.1", 443).rule);
}

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

TEST(CompileTables, NamesAloneDoNotChooseYet) {
    const TempFolder folder;
    check_lines(
        {"t.toml:32:13: warning: rule.segments: \"entra\" holds names only, and choosing by name "
         "is "
         "not yet supported: its traffic goes direct"},
        findings_in(
            folder,
            with(kBranch, "prefixes = [\"192.0.2.0/24\"]", "domains = [\"a.example\"]")
        )
    );
}
