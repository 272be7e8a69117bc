// SPDX-License-Identifier: Apache-2.0
// What becomes of tokens, and of users on other uplinks: domain rows B29 to B33 and 5b 28, 29.
#include "control/policy/failover.hpp"
#include "policy_fixture.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

TEST_GROUP(PolicyTokens)
{
    Asker asker;

    TokenFate fate(const Config& config, const char* signed_in, const char* seen) {
        const PolicyTable table(config, asker.countries);
        const WhatIf what_if = evaluate(config, table, {.ip = at(signed_in)});
        return evaluate_resource(config, table, what_if, at(seen), "").fate;
    }
};

TEST(PolicyTokens, B30_ServicesSeeNoMfaRangesAndNoCountries) {
    const Config mfa =
        with_policy("\"All\"", "\"AllTrusted\"", "grant = \"block\"\ncae = \"strict\"");
    CHECK_TRUE(fate(mfa, "192.0.2.1", "192.0.2.1") == TokenFate::blocked);
    CHECK_TRUE(fate(mfa, "203.0.113.7", "203.0.113.6") == TokenFate::long_lived);
    const Config france =
        with_policy("\"All\"", "\"France\"", "grant = \"block\"\ncae = \"strict\"");
    CHECK_TRUE(fate(france, "192.0.2.200", "192.0.2.200") == TokenFate::blocked);
}

TEST(PolicyTokens, B32_StandardSuspendsAndStrictBlocks) {
    const Config standard = with_policy("\"All\"", "\"AllTrusted\"", "grant = \"block\"");
    CHECK_TRUE(fate(standard, "203.0.113.7", "198.51.100.9") == TokenFate::one_hour);
    const Config strict =
        with_policy("\"All\"", "\"AllTrusted\"", "grant = \"block\"\ncae = \"strict\"");
    CHECK_TRUE(fate(strict, "203.0.113.7", "198.51.100.9") == TokenFate::blocked);
    const Config asks = with_policy("\"All\"", "\"AllTrusted\"");
    CHECK_TRUE(fate(asks, "203.0.113.7", "198.51.100.9") == TokenFate::challenged);
    CHECK_TRUE(fate(strict, "203.0.113.7", "2001:db8:43::1") == TokenFate::blocked);
}

TEST(PolicyTokens, ReportOnlyPoliciesSpareTokens) {
    const Config config = with_policy(
        "\"All\"",
        "\"AllTrusted\"",
        "grant = \"block\"\ncae = \"strict\"\nstate = \"report-only\""
    );
    CHECK_TRUE(fate(config, "203.0.113.7", "198.51.100.9") == TokenFate::long_lived);
}

TEST_GROUP(PolicyUplinks)
{};

TEST(PolicyUplinks, AFailoverThatPutsUsersUnderAPolicyIsAtRisk) {
    const Config config = config_of(
        with(
            kBranch,
            "[tunnel]",
            "[egress.fibre]\naddresses = [\"203.0.113.6\"]\n[egress.lte]\naddresses = "
            "[\"198.51.100.99\", \"2001:db8:43::/48\"]\n[egress.sat]\ndetect = "
            "[\"stun\"]\naddresses "
            "= []\n[tunnel]"
        ) +
        kPlaces +
        "[[policy]]\nname = \"p\"\ninclude_locations = [\"All\"]\nexclude_locations = "
        "[\"AllTrusted\"]\ngrant = \"block\"\n[[policy]]\nname = \"everywhere\"\ninclude_locations "
        "= "
        "[\"All\"]\ngrant = \"mfa\"\n"
    );
    const auto outcomes = uplink_outcomes(config, PolicyTable(config, nullptr));
    std::string text;
    for (const UplinkOutcome& outcome : outcomes) {
        text += outcome.uplink + " " + outcome.address + (outcome.outcome.blocked ? " block" : "");
        for (const std::string& policy : outcome.at_risk) {
            text += " !" + policy;
        }
        text += "\n";
    }
    STRCMP_EQUAL(
        "default 203.0.113.7\n"
        "fibre 203.0.113.6\n"
        "lte 198.51.100.99 block !p\n"
        "lte 2001:db8:43::/48 block !p\n"
        "sat  block !p\n",
        text.c_str()
    );
    CHECK_TRUE(uplink_outcomes(config_of(std::string(kEdge)), {}).empty());
}

TEST(PolicyTokens, AFamilyEveryRuleRefusesLeavesOnNoUplink) {
    const std::string both =
        with(kBranch, "\"203.0.113.7\"", "\"203.0.113.7\", \"2001:db8:42::/48\"");
    const auto n_outcomes = [](const std::string& toml) {
        const Config config = config_of(toml);
        return uplink_outcomes(config, PolicyTable(config, nullptr)).size();
    };
    LONGS_EQUAL(2, n_outcomes(both));
    LONGS_EQUAL(1, n_outcomes(both + "family = \"ipv4\"\n"));
}
