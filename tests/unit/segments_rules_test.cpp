// SPDX-License-Identifier: Apache-2.0
// What rules are made of application segments, and in which order (domain rows C5 to C8, C11 to C13).
#include "segments_fixture.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

/// Two segments and what is said about them.
struct Overlapping {
    std::string first;
    std::string second;
    std::vector<std::string> lines;
};

std::vector<Overlapping> overlapping() {
    const std::string wiki = R"({"name": "Wiki", "domainNames": ["wiki.contoso.example"],
        "tcpPortRanges": ["1", "65535"]})";
    const std::string other_port =
        anchored("B", R"("domainNames": ["login.contoso.example"], "tcpPortRanges": ["80", "80"])");
    return {
        {simple("A", "login.contoso.example"),
         simple("B", "LOGIN.contoso.example."),
         {"z1: warning: [0]: \"A\" and \"B\" share login.contoso.example on the same ports, which "
          "Zscaler refuses: the first rule decides"}},
        {simple("A", "login.contoso.example"), other_port, {}},
        {simple("A", "192.0.2.0/24"),
         simple("B", "192.0.2.0/24"),
         {"z1: warning: [0]: \"A\" and \"B\" share 192.0.2.0/24 on the same ports, which Zscaler "
          "refuses: the first rule decides"}},
        {simple("A", "a.contoso.example"), simple("B", "*.contoso.example"), {}},
        {simple("A", "*.contoso.example"),
         wiki,
         {"z1: note: [1]: \"Wiki\" is not anchored and left out",
          "z1: warning: [1]: \"Wiki\" is not anchored, but its wiki.contoso.example is in \"A\" "
          "and "
          "takes that rule: put a rule with action \"direct\" before it if it must not"}},
        {simple("A", "wiki.contoso.example"),
         wiki,
         {"z1: note: [1]: \"Wiki\" is not anchored and left out",
          "z1: warning: [1]: \"Wiki\" is not anchored, but its wiki.contoso.example is in \"A\" "
          "and "
          "takes that rule: put a rule with action \"direct\" before it if it must not"}},
        {anchored(
             "A",
             R"("domainNames": ["10.1.0.0/16", "10.2.3.0/24"], "tcpPortRanges": ["1", "9"])"
         ),
         anchored(
             "B",
             R"("domainNames": ["10.2.0.0/16", "10.1.3.0/24"], "tcpPortRanges": ["9", "9"])"
         ),
         {"z1: warning: [1]: 10.1.3.0/24 of \"B\" is more specific than \"A\", whose rule comes "
          "first: split one of them"}},
    };
}

}  // namespace

TEST_GROUP(SegmentRules)
{};

TEST(SegmentRules, OverlapsAreNamed) {
    for (const Overlapping& one : overlapping()) {
        check_lines(one.lines, import({"[" + one.first + "," + one.second + "]"}).lines);
    }
}

TEST(SegmentRules, TheMoreSpecificRuleComesFirst) {
    const Imported imported = import(
        {"[" + simple("Net", "192.0.2.0/24") + "," + simple("Names", "*.contoso.example") + "," +
         simple("Login", "login.sso.contoso.example") + "," +
         simple("Sso", "*.sso.contoso.example") + "," + simple("Host", "192.0.2.7") + "]"}
    );
    check_lines(
        {"z1: note: rules of more specific destinations are put first: the first that matches "
         "decides"},
        imported.lines
    );
    std::string order;
    for (const ImportedRule& rule : imported.import.rules) {
        order += rule.segment.name + " ";
    }
    STRCMP_EQUAL("Login Sso Names Host Net ", order.c_str());
}

TEST(SegmentRules, NothingIsDroppedInSilence) {
    const Imported imported = import({R"({"values": {"root_module": {"resources": [
          {"address": "zpa_application_segment.a", "type": "zpa_application_segment", "values":
            {"name": "A", "ip_anchored": true, "domain_names": ["192.0.2.1"], "bypass_type": "ON_NET",
             "tcp_port_ranges": ["1", "1"], "health_reporting": "CONTINUOUS", "match_style": "INCLUSIVE",
             "double_encrypt": true, "passive_health_enabled": false, "tcp_keep_alive": "0",
             "clientless_apps": [], "warp_drive": 1}},
          {"address": "zpa_policy_access_rule.a", "type": "zpa_policy_access_rule", "values": {}},
          {"address": "zia_forwarding_control_rule.a", "type": "zia_forwarding_control_rule",
           "values": {}}]}}})"});
    check_lines(
        {"z1: note: 1 zia_forwarding_control_rule not read: whom they bypass or forward, rules say "
         "here",
         "z1: note: 1 zpa_policy_access_rule not read",
         "z1: note: doubleEncrypt: of \"A\" is not taken over: Source IP Anchoring does not cover "
         "it, and neither do rules",
         "z1: note: healthReporting: of \"A\" is not taken over: peers are watched here, "
         "applications are not",
         "z1: note: matchStyle: of \"A\" is not taken over: several segments may match there; here "
         "the first rule decides",
         "z1: note: warp_drive: of \"A\" is not known, and not read",
         "z1: note: zpa_application_segment.a: \"A\" is bypassed on the corporate network there; "
         "here its traffic takes the tunnel"},
        imported.lines
    );
}

TEST(SegmentRules, ServerGroupsNameGroupsOfPeers) {
    const auto segment = [](const char* name, const char* address, const char* group) {
        return anchored(
            name,
            fmt::format(
                R"("domainNames": ["{}"], "tcpPortRanges": ["1", "1"], "serverGroups": [{}])",
                address,
                group
            )
        );
    };
    const std::string named =
        "[" + segment("A", "192.0.2.1", R"({"id": "9", "name": "Paris"})") + "," +
        segment("B", "192.0.2.2", R"({"id": "8", "name": "Rome"}, {"id": "7", "name": "Oslo"})") +
        "]";
    const auto vias = [](const Imported& imported) {
        std::string text;
        for (const ImportedRule& rule : imported.import.rules) {
            text += rule.via + " ";
        }
        return text;
    };
    const Imported own = import({named}, {});
    STRCMP_EQUAL("Paris Rome ", vias(own).c_str());
    check_lines(
        {"z1: note: a rule goes via \"Paris\", a server group's name: give peers that group, or "
         "say "
         "--via",
         "z1: note: a rule goes via \"Rome\", a server group's name: give peers that group, or say "
         "--via"},
        own.lines
    );
    STRCMP_EQUAL("e1 e2 ", vias(import({named}, {"e1", {{"Oslo", "e2"}}})).c_str());
    check_lines(
        {"z1: object: \"A\" has no server group with a name: say --via GROUP"},
        import({segment("A", "192.0.2.1", R"({"id": ["9"]})")}, {}).lines
    );
    STRCMP_EQUAL(
        "e3 ",
        vias(import({segment("A", "192.0.2.1", R"({"id": ["9"]})")}, {"", {{"9", "e3"}}})).c_str()
    );
}
