// SPDX-License-Identifier: Apache-2.0
// What lists, ports and guards become, asked through the classifier the dataplane uses.
#include "compiled_node.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

void check_guard(const Node& node, const char* destination, api::Guard expected) {
    const api::Classification found = node.classify(destination, 443);
    CHECK_TRUE_TEXT(found.guard == expected, destination);
    CHECK_TRUE_TEXT(found.verdict == api::Verdict::direct, destination);
}

const char* const kEverything = "prefixes = [\"0.0.0.0/0\", \"::/0\", \"127.0.0.5\"]";

std::string branch_for_everything() {
    return with(kBranch, "prefixes = [\"192.0.2.0/24\"]", kEverything);
}

}  // namespace

TEST_GROUP(CompileDestinations)
{};

TEST(CompileDestinations, TheFirstRuleInFileOrderWins) {
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

TEST(CompileDestinations, PortsAreTheSegmentsElseAllTcp) {
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

TEST(CompileDestinations, PortsAreTheEntrysOwnWhereTheSegmentStatesNone) {
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

TEST(CompileDestinations, EntryIsTheLongestOverTheSegmentsLists) {
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

TEST(CompileDestinations, GuardsAreCarvedOutOfEveryList) {
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

TEST(CompileDestinations, FragmentsTowardsTunnelDestinationsAreKnown) {
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

TEST(CompileDestinations, NamesAloneDoNotChooseYet) {
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
