// SPDX-License-Identifier: Apache-2.0
// The location condition as the domain page describes it, rows B9 to B23.
#include "control/config/load.hpp"
#include "control/policy/what_if.hpp"
#include "control/records/json.hpp"
#include "control_fixture.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

const char* const kLocations = R"([[location]]
name = "Lyon office"
ranges = ["203.0.113.0/29", "2001:db8:42::/48"]
trusted = true
[[location]]
name = "Partners"
ranges = ["198.51.100.0/24", "203.0.113.0/24"]
[mfa_trusted_ips]
ranges = ["192.0.2.0/24"]
skip_for_federated = true
)";

Config read(const std::string& toml) {
    Findings findings("t.toml");
    auto config = parse_config(toml, "", findings);
    CHECK_FALSE(findings.has_errors());
    return *config;
}

/// The fixture's edge with the locations above and one policy.
Config with_policy(
    const char* include,
    const char* exclude,
    const char* grant = "mfa",
    const char* state = "enabled"
) {
    return read(
        std::string(kEdge) + kLocations + "[[policy]]\nname = \"p\"\ninclude_locations = [" +
        include + "]\nexclude_locations = [" + exclude + "]\ngrant = \"" + grant +
        "\"\nstate = \"" + state + "\"\n"
    );
}

SignInContext from(const char* ip) {
    return {.ip = api::parse_address(ip).value()};
}

SignInContext session(const char* ip, const char* initial_ip, bool inside_corpnet = false) {
    return {
        .ip = api::parse_address(ip).value(),
        .initial_ip = api::parse_address(initial_ip),
        .inside_corpnet = inside_corpnet};
}

bool applies(const Config& config, const SignInContext& context) {
    return evaluate(config, context).policies.at(0).applied;
}

}  // namespace

TEST_GROUP(Policy)
{};

TEST(Policy, AllMeansEveryAddress)  // B21
{
    const Config config = with_policy("\"All\"", "");
    CHECK_TRUE(applies(config, from("8.8.8.8")));
    CHECK_TRUE(applies(config, from("2001:db8:9::1")));
    CHECK_TRUE(applies(config, from("10.0.0.1")));
}

TEST(Policy, AllTrustedMeansTrustedLocationsAndMfaRanges)  // B20
{
    const Config config = with_policy("\"AllTrusted\"", "");
    CHECK_TRUE(applies(config, from("203.0.113.7")));
    CHECK_TRUE(applies(config, from("2001:db8:42::1")));
    CHECK_TRUE(applies(config, from("192.0.2.1")));
    CHECK_FALSE(applies(config, from("203.0.113.8")));
    CHECK_FALSE(applies(config, from("198.51.100.1")));
}

TEST(Policy, SelectedLocationsAreAlternatives)  // B23
{
    const Config config = with_policy("\"Lyon office\", \"MfaTrustedIps\"", "");
    CHECK_TRUE(applies(config, from("203.0.113.7")));
    CHECK_TRUE(applies(config, from("192.0.2.1")));
    CHECK_FALSE(applies(config, from("198.51.100.1")));
}

TEST(Policy, ExclusionWins)  // B22
{
    const Config config = with_policy("\"All\", \"Lyon office\"", "\"AllTrusted\"");
    CHECK_TRUE(applies(config, from("203.0.113.8")));
    CHECK_FALSE(applies(config, from("203.0.113.7")));
    CHECK_FALSE(applies(config, from("192.0.2.1")));
}

TEST(Policy, CompliantNetworksNeedATenant) {
    const WhatIf what_if = evaluate(with_policy("\"AllCompliant\"", ""), from("203.0.113.7"));
    CHECK_FALSE(what_if.policies[0].applied);
    STRCMP_EQUAL(
        "\"AllCompliant\" never holds here: [node] tenant is not set.",
        what_if.policies[0].reasons.back().c_str()
    );
}

TEST(Policy, LongSessionsStayTrustedWithinThreeOctets)  // B19
{
    const Config config = with_policy("\"All\"", "\"AllTrusted\"");
    CHECK_FALSE(applies(config, session("192.0.2.7", "203.0.113.7")));
    // 203.0.113.200 is in no trusted range; what counts is where the session began.
    CHECK_FALSE(applies(config, session("203.0.113.200", "203.0.113.7")));
    CHECK_TRUE(applies(config, session("203.0.114.7", "203.0.113.7")));
    CHECK_TRUE(applies(config, session("203.0.113.200", "203.0.113.100")));
    CHECK_FALSE(applies(config, session("2001:db8:42:1::1", "203.0.113.7")));
    CHECK_TRUE(applies(config, session("2001:db8:43::1", "2001:db8:42::1")));
}

TEST(Policy, ThreeOctetsTrustWithoutNamingALocation) {
    const Config config = with_policy("\"All\"", "\"Lyon office\"");
    CHECK_TRUE(applies(config, session("203.0.113.200", "203.0.113.7")));
}

TEST(Policy, FederatedClientsInsideTheNetworkAreTrusted)  // B18
{
    Config config = with_policy("\"All\"", "\"AllTrusted\"");
    SignInContext inside = from("8.8.8.8");
    CHECK_TRUE(applies(config, inside));
    inside.inside_corpnet = true;
    CHECK_FALSE(applies(config, inside));
    config.mfa_trusted_ips.skip_for_federated.value = false;
    CHECK_TRUE(applies(config, inside));
}

TEST(Policy, TheClaimOfTheFirstRequestLastsWithinThreeOctets)  // B18 with B19
{
    const Config config = with_policy("\"All\"", "\"AllTrusted\"");
    CHECK_FALSE(applies(config, session("8.8.8.9", "8.8.8.8", true)));
    CHECK_TRUE(applies(config, session("8.8.9.8", "8.8.8.8", true)));
    CHECK_TRUE(applies(config, session("8.8.8.9", "8.8.8.8", false)));
}

TEST(Policy, OutcomeIsWhatEnabledPoliciesDemand) {
    const std::string policy = "include_locations = [\"All\"]\n";
    const std::string text =
        std::string(kEdge) + kLocations + "[[policy]]\nname = \"1\"\n" + policy +
        "grant = \"mfa\"\n[[policy]]\nname = \"2\"\n" + policy +
        "grant = \"compliant-device\"\n[[policy]]\nname = \"3\"\n" + policy +
        "grant = \"mfa\"\n[[policy]]\nname = \"4\"\n" + policy +
        "grant = \"block\"\nstate = \"report-only\"\n[[policy]]\nname = \"5\"\n" + policy +
        "grant = \"hybrid-joined\"\nstate = \"disabled\"\n";
    const auto outcome = [](const Config& config) {
        return what_if_json(evaluate(config, from("8.8.8.8")))["outcome"].dump();
    };
    STRCMP_EQUAL("[\"compliant-device\",\"mfa\"]", outcome(read(text)).c_str());
    Config blocked = read(text);
    blocked.policies[3].state.value = PolicyState::enabled;
    STRCMP_EQUAL("\"block\"", outcome(blocked).c_str());
    blocked.policies.clear();
    STRCMP_EQUAL("[]", outcome(blocked).c_str());
}

TEST(Policy, RecordIsTheContracts) {
    const std::string text = std::string(kEdge) + kLocations + R"([[policy]]
name = "MFA outside offices"
include_locations = ["All"]
exclude_locations = ["AllTrusted"]
grant = "mfa"
[[policy]]
name = "No partners"
include_locations = ["Partners"]
grant = "block"
state = "report-only"
)";
    STRCMP_EQUAL(
        R"({"ip":"203.0.113.7","networkLocationDetails":[)"
        R"({"networkType":"trustedNamedLocation","networkNames":["Lyon office"]},)"
        R"({"networkType":"namedNetwork","networkNames":["Partners"]}],"policies":[)"
        R"({"policy":"MFA outside offices","state":"enabled","result":"not-applied","reasons":[)"
        R"("Included by \"All\": it means every address.",)"
        R"("Excluded by \"AllTrusted\", which wins: 203.0.113.7 lies in 203.0.113.0/29 of trusted )"
        R"(location \"Lyon office\"."]},)"
        R"({"policy":"No partners","state":"report-only","result":"block","reasons":[)"
        R"("Included by \"Partners\": 203.0.113.7 lies in 203.0.113.0/24 of location \"Partners\"."]}],)"
        R"("outcome":[]})",
        line_of(what_if_json(evaluate(read(text), from("203.0.113.7")))).c_str()
    );
}
