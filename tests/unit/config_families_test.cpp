// SPDX-License-Identifier: Apache-2.0
// Rules pinned to an IP family, and those that should be: domain rows B8 and B30.
#include "compiled_node.hpp"
#include "control/policy/presented.hpp"
#include "control_fixture.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::test;

namespace {

const char* const kLyon4 = R"([[location]]
name = "Lyon"
ranges = ["203.0.113.0/29"]
)";

const char* const kPolicy = R"([[policy]]
name = "p"
include_locations = ["All"]
exclude_locations = ["Lyon"]
grant = "mfa"
)";

const char* const kServices = R"([[rule]]
name = "services"
segments = ["entra"]
action = "tunnel"
via = "e1"
when_down = "drop"
)";

/// A branch with egress addresses of both families; `rule` are further keys of its rule, `rest` what follows.
std::string dual(const std::string& rule = "", const std::string& rest = "") {
    return with(kBranch, "\"203.0.113.7\"", "\"203.0.113.7\", \"2001:db8:42::/48\"") + rule + rest;
}

const std::string kUnlisted =
    "t.toml:31:8: warning: rule.family: \"sign-ins\" takes both families, and of this site's "
    "egress "
    "only IPv4 is in a location (\"Lyon\"): list 2001:db8:42::/48 too, or keep clients to IPv4 "
    "with "
    "family = \"ipv4\"";

std::vector<std::string> presented(const std::string& toml) {
    std::vector<std::string> texts;
    for (const auto& site : presented_sites(Node(toml).generation().config)) {
        for (const api::Prefix& address : site.addresses) {
            texts.push_back(api::to_text(address));
        }
    }
    return texts;
}

}  // namespace

TEST_GROUP(ConfigFamilies)
{};

TEST(ConfigFamilies, ARuleTakesBothUnlessItSaysWhich) {
    const auto family_of = [](const std::string& toml) {
        return Node(toml).tables().rules.at(0).family;
    };
    CHECK_TRUE(family_of(dual()) == api::Family::none);
    CHECK_TRUE(family_of(dual("family = \"any\"\n")) == api::Family::none);
    CHECK_TRUE(family_of(dual("family = \"ipv4\"\n")) == api::Family::ipv4);
    CHECK_TRUE(family_of(dual("family = \"ipv6\"\n")) == api::Family::ipv6);
    check_lines({}, findings_of(dual("family = \"ipv4\"\n")));
    check_lines(
        {"t.toml:36:10: rule.family: \"v4\" is none of any, ipv4, ipv6"},
        findings_of(dual("family = \"v4\"\n"))
    );
}

TEST(ConfigFamilies, OnlyTunnelRulesRefuseOne) {
    const std::string text = with(
        dual("family = \"ipv4\"\n"),
        "action = \"tunnel\"\nvia = \"e1\"\nwhen_down = \"drop\"",
        "action = \"direct\""
    );
    check_lines(
        {"t.toml:30:1: warning: rule.family: has no effect without action \"tunnel\""},
        findings_of(text)
    );
    CHECK_TRUE(Node(text).tables().rules.at(0).family == api::Family::none);
}

TEST(ConfigFamilies, AFamilyWithoutAnEgressAddressIsWarnedOf) {
    check_lines(
        {"t.toml:36:10: warning: rule.family: [egress] has no IPv6 address: every flow of "
         "\"sign-ins\" is dropped"},
        findings_of(std::string(kBranch) + "family = \"ipv6\"\n")
    );
    check_lines(
        {},
        findings_of(std::string(kBranch) + "family = \"ipv6\"\n[signaling]\nenabled = false\n")
    );
}

TEST(ConfigFamilies, AFamilyNoLocationListsIsWarnedOf) {
    check_lines({kUnlisted}, findings_of(dual("", std::string(kLyon4) + kPolicy)));
    const std::string wide =
        with(dual("", kLyon4), "lists = [\"idp\"]", "lists = [\"idp\"]\nscope = \"auth+cae\"");
    check_lines({with(kUnlisted, ":31:", ":32:")}, findings_of(wide));
    // Nobody looks at locations.
    check_lines({}, findings_of(dual("", kLyon4)));
    check_lines(
        {},
        findings_of(dual("", std::string(kLyon4) + kPolicy + "state = \"report-only\"\n"))
    );
}

TEST(ConfigFamilies, ThereIsNothingToWarnOfWhereOneFamilyIsLeft) {
    const std::string rest = std::string(kLyon4) + kPolicy;
    check_lines({}, findings_of(dual("family = \"ipv4\"\n", rest)));
    check_lines({}, findings_of(std::string(kBranch) + rest));
    check_lines({}, findings_of(dual("", rest + "[signaling]\nenabled = false\n")));
    const std::string both = with(kLyon4, "/29\"", "/29\", \"2001:db8:42::/48\"");
    check_lines({}, findings_of(dual("", both + kPolicy)));
    const std::string elsewhere = with(kLyon4, "203.0.113.0/29", "198.51.100.0/29");
    check_lines({}, findings_of(dual("", elsewhere + kPolicy)));
}

TEST(ConfigFamilies, RulesOfOneClientShouldAgree) {
    const std::string pinned = dual("family = \"ipv4\"\n");
    check_lines(
        {"t.toml:38:8: warning: rule.family: \"services\" takes both families, \"sign-ins\" only "
         "IPv4: a client's sign-ins and resources may differ in family; give both rules the same"},
        findings_of(pinned + kServices)
    );
    check_lines({}, findings_of(pinned + kServices + "family = \"ipv4\"\n"));
    check_lines(
        {"t.toml:36:10: warning: rule.family: \"sign-ins\" takes IPv4, \"services\" only IPv6: a "
         "client's sign-ins and resources may differ in family; give both rules the same",
         "t.toml:43:10: warning: rule.family: \"services\" takes IPv6, \"sign-ins\" only IPv4: a "
         "client's sign-ins and resources may differ in family; give both rules the same"},
        findings_of(pinned + kServices + "family = \"ipv6\"\n")
    );
}

TEST(ConfigFamilies, RulesOfDifferentClientsMayDiffer) {
    const std::string of_desks = dual("family = \"ipv4\"\nvlans = [0]\n");
    check_lines({}, findings_of(of_desks + kServices + "vlans = [7, 8]\n"));
    LONGS_EQUAL(1, findings_of(of_desks + kServices + "vlans = [7, 0]\n").size());
    LONGS_EQUAL(1, findings_of(of_desks + kServices).size());
    const std::string of_net = dual("family = \"ipv4\"\nfrom = [\"10.1.0.0/16\"]\n");
    check_lines({}, findings_of(of_net + kServices + "from = [\"10.2.0.0/16\"]\n"));
    LONGS_EQUAL(1, findings_of(of_net + kServices + "from = [\"10.1.7.0/24\"]\n").size());
    LONGS_EQUAL(1, findings_of(of_net + kServices + "from = [\"2001:db8:42::/64\"]\n").size());
}

TEST(ConfigFamilies, WhatEveryRuleRefusesIsNotPresented) {
    check_lines({"203.0.113.7/32", "2001:db8:42::/48"}, presented(dual()));
    check_lines({"203.0.113.7/32"}, presented(dual("family = \"ipv4\"\n")));
    check_lines({"2001:db8:42::/48"}, presented(dual("family = \"ipv6\"\n")));
    check_lines(
        {"203.0.113.7/32", "2001:db8:42::/48"},
        presented(dual("family = \"ipv4\"\n", kServices))
    );
}
