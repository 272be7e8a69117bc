// SPDX-License-Identifier: Apache-2.0
// One test per row of domain section 1b that an evaluator can hold, named after the row. Rows about
// limits and lints are in check_locations_test, B16 and B27 in graph_import_test, B29 to B33 in
// policy_tokens_test and readiness_test.
#include "policy_fixture.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

TEST_GROUP(PolicyRows)
{
    Asker asker;

    bool applies(const Config& config, const char* ip) {
        return asker.applies(config, ip);
    }
};

TEST(PolicyRows, B3_LocationsAreRangesCountriesUnknownAreasAndCompliantNetworks) {
    CHECK_TRUE(applies(with_policy("\"Lyon office\""), "203.0.113.7"));
    CHECK_TRUE(applies(with_policy("\"Lyon office\""), "2001:db8:42::1"));
    CHECK_TRUE(applies(with_policy("\"France\""), "192.0.2.200"));
    CHECK_TRUE(applies(with_policy("\"Nowhere\""), "203.0.113.7"));
    const Config compliant = with_policy("\"AllCompliant\"");
    CHECK_TRUE(asker.applies(compliant, {.ip = at("203.0.113.7"), .tenant = "contoso.example"}));
}

TEST(PolicyRows, B8_Ipv6IsAsGoodAsIpv4) {
    const Config config = with_policy("\"All\"", "\"AllTrusted\"");
    CHECK_FALSE(applies(config, "2001:db8:42:7::9"));
    CHECK_TRUE(applies(config, "2001:db8:43::9"));
    CHECK_FALSE(applies(config, "::ffff:203.0.113.7"));
}

TEST(PolicyRows, B9_TheAddressTheServiceSeesCounts) {
    const Config config = with_policy("\"All\"", "\"AllTrusted\"");
    CHECK_TRUE(applies(config, "10.55.99.3"));
    CHECK_FALSE(applies(config, "203.0.113.1"));
}

TEST(PolicyRows, B10_TheMarkMakesALocationTrusted) {
    const Config config = with_policy("\"AllTrusted\"");
    CHECK_TRUE(applies(config, "203.0.113.7"));
    CHECK_FALSE(applies(config, "198.51.100.7"));
    const WhatIf what_if = asker.ask(config, {.ip = at("203.0.113.7")});
    STRCMP_EQUAL(
        "trustedNamedLocation",
        std::string(name_of(what_if.locations.at(0).type)).c_str()
    );
}

TEST(PolicyRows, B12_CountriesAreLookedUpByAddress) {
    const Config config = with_policy("\"France\"");
    CHECK_TRUE(applies(config, "192.0.2.200"));
    CHECK_TRUE(applies(config, "2001:db8:42::1"));
    CHECK_FALSE(applies(config, "198.51.100.7"));
    CHECK_FALSE(applies(config, "203.0.113.7"));
    STRCMP_EQUAL(
        "Included by \"France\": 192.0.2.200 is in FR of location \"France\".",
        asker.reason(config, {.ip = at("192.0.2.200")}).c_str()
    );
    STRCMP_EQUAL("FR", asker.ask(config, {.ip = at("192.0.2.200")}).country.c_str());
    const WhatIf blind = evaluate(config, {.ip = at("192.0.2.200")});
    CHECK_FALSE(blind.policies[0].applied);
    STRCMP_EQUAL(
        "Whether \"France\" holds is unknown: countries need [geo] database.",
        blind.policies[0].reasons.back().c_str()
    );
}

TEST(PolicyRows, B13_UnknownAreasBelongWhereTheyAreIncluded) {
    CHECK_TRUE(applies(with_policy("\"Nowhere\""), "203.0.113.7"));
    CHECK_FALSE(applies(with_policy("\"Nowhere\""), "192.0.2.1"));
    CHECK_FALSE(applies(with_policy("\"France\""), "203.0.113.7"));
}

TEST(PolicyRows, B14_TelephonesCannotBeAsked) {
    const Config config = with_policy("\"By telephone\"");
    CHECK_FALSE(applies(config, "192.0.2.200"));
    STRCMP_EQUAL(
        "Whether \"By telephone\" holds is unknown: the client's telephone says where it is.",
        asker.reason(config, {.ip = at("192.0.2.200")}).c_str()
    );
}

TEST(PolicyRows, B15_CountriesAreNeverTrusted) {
    CHECK_FALSE(applies(with_policy("\"AllTrusted\""), "192.0.2.200"));
    check_lines(
        {"t.toml:28:11: location.trusted: the identity provider trusts no countries: only a "
         "location "
         "of ranges can be trusted"},
        findings_of(
            std::string(kEdge) + "[[location]]\ncountries = [\"FR\"]\ntrusted = true\nname = "
                                 "\"F\"\n[geo]\ndatabase = \"file:c\"\n"
        )
    );
}

TEST(PolicyRows, B17_MfaTrustedIpsAreALocationOfTheirOwn) {
    const Config config = with_policy("\"MfaTrustedIps\"");
    CHECK_TRUE(applies(config, "192.0.2.1"));
    CHECK_FALSE(applies(config, "203.0.113.7"));
    check_lines(
        {"t.toml:27:1: mfa_trusted_ips.ranges: 2001:db8::/48: the identity provider takes IPv4 "
         "ranges only"},
        findings_of(std::string(kEdge) + "[mfa_trusted_ips]\nranges = [\"2001:db8::/48\"]\n")
    );
}

TEST(PolicyRows, B18_InsideCorpnetCountsWhereItIsSkippedForFederated) {
    Config config = with_policy("\"All\"", "\"AllTrusted\"");
    const SignInContext inside{.ip = at("203.0.114.1"), .inside_corpnet = true};
    CHECK_FALSE(asker.applies(config, inside));
    config.mfa_trusted_ips.skip_for_federated.value = false;
    CHECK_TRUE(asker.applies(config, inside));
}

TEST(PolicyRows, B19_ThreeEqualOctetsKeepASessionTrusted) {
    const Config config = with_policy("\"All\"", "\"AllTrusted\"");
    const auto asked = [&](const char* ip, const char* initial) {
        return asker.applies(config, {.ip = at(ip), .initial_ip = at(initial)});
    };
    CHECK_FALSE(asked("203.0.113.200", "203.0.113.7"));
    CHECK_TRUE(asked("203.0.114.7", "203.0.113.7"));
    CHECK_TRUE(asked("203.0.113.201", "203.0.113.200"));
    CHECK_TRUE(asked("2001:db8:43::1", "2001:db8:42::1"));
}

TEST(PolicyRows, B20_AssignmentsAreAnyTrustedCompliantSelected) {
    CHECK_TRUE(applies(with_policy("\"All\""), "8.8.8.8"));
    CHECK_TRUE(applies(with_policy("\"AllTrusted\""), "192.0.2.1"));
    CHECK_FALSE(applies(with_policy("\"AllCompliant\""), "203.0.113.7"));
    CHECK_TRUE(applies(with_policy("\"Partners\""), "198.51.100.1"));
}

TEST(PolicyRows, B21_AnyIsEveryAddress) {
    CHECK_TRUE(applies(with_policy("\"All\""), "255.255.255.255"));
    CHECK_TRUE(applies(with_policy("\"All\""), "::"));
    CHECK_FALSE(applies(with_policy("\"All\"", "\"AllTrusted\""), "203.0.113.0"));
}

TEST(PolicyRows, B22_ExclusionWins) {
    const Config config = with_policy("\"All\", \"Lyon office\"", "\"Lyon office\"");
    CHECK_FALSE(applies(config, "203.0.113.7"));
    CHECK_TRUE(applies(config, "203.0.113.8"));
}

TEST(PolicyRows, B23_SelectedLocationsAreAlternatives) {
    const Config config = with_policy("\"Lyon office\", \"Partners\", \"France\"");
    CHECK_TRUE(applies(config, "203.0.113.7"));
    CHECK_TRUE(applies(config, "198.51.100.1"));
    CHECK_TRUE(applies(config, "192.0.2.9"));
    CHECK_FALSE(applies(config, "203.0.113.8"));
}

TEST(PolicyRows, A21_NoTenantPassesForAnother) {
    const Config config = with_policy("\"All\"", "\"AllCompliant\"", "grant = \"block\"");
    const auto context = [](const char* tenant) {
        return SignInContext{.ip = at("203.0.113.7"), .tenant = tenant};
    };
    CHECK_FALSE(asker.applies(config, context("contoso.example")));
    CHECK_TRUE(asker.applies(config, context("fabrikam.example")));
    CHECK_TRUE(asker.applies(config, context("")));
    STRCMP_EQUAL(
        "\"AllCompliant\" does not hold: tenant \"fabrikam.example\" does not pass for "
        "\"contoso.example\".",
        asker.reason(config, context("fabrikam.example")).c_str()
    );
}
