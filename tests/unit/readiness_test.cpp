// SPDX-License-Identifier: Apache-2.0
// Rows A20, B32 and B33: which sites could be strict.
#include "control/locations/readiness.hpp"

#include "locations_fixture.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

const char* const kLyon = R"([[location]]
name = "Lyon office"
ranges = ["203.0.113.0/29"]
)";

/// The fixture's branch whose segment takes these sets of the endpoint list.
std::string branch(const char* ids, const char* scope) {
    const std::string text = with(
        kBranch,
        "prefixes = [\"192.0.2.0/24\"]",
        std::string("format = \"m365\"\nsource = \"file:m.json\"\nselect = { ids = [") + ids + "] }"
    );
    return with(
        text,
        "lists = [\"idp\"]",
        std::string("lists = [\"idp\"]\nscope = \"") + scope + "\""
    );
}

std::string topology_of(const std::string& toml) {
    return std::string(name_of(readiness_of(config_of(toml)).sites.at(0).topology));
}

std::vector<std::string> strictness_of(const std::string& toml) {
    Findings findings("t");
    check_strictness(config_of(toml), findings);
    std::vector<std::string> messages;
    for (const Finding& finding : findings.all()) {
        messages.push_back(finding.message);
    }
    return messages;
}

const char* const kStrict = R"([[policy]]
name = "P"
include_locations = ["All"]
exclude_locations = ["Lyon office"]
grant = "block"
cae = "strict"
)";

}  // namespace

TEST_GROUP(Readiness)
{};

TEST(Readiness, B33_ThreeKindsOfNetworks) {
    STRCMP_EQUAL(
        "everywhere",
        topology_of(branch("56, 1, 31, 11, 12", "auth+cae") + kLyon).c_str()
    );
    // Services go direct, and a branch's own way out is listed too.
    STRCMP_EQUAL("everywhere", topology_of(branch("56", "auth") + kLyon).c_str());
    const std::string lte = with(
        branch("56", "auth") + kLyon,
        "[tunnel]",
        "[egress.lte]\naddresses = [\"198.51.100.99\"]\n[tunnel]"
    );
    STRCMP_EQUAL("sign-in-only", topology_of(lte).c_str());
    STRCMP_EQUAL("shared", topology_of(branch("56", "auth")).c_str());
    const std::string shared = with(
        with(branch("56", "auth") + kLyon, "203.0.113.0/29", "151.206.0.0/16"),
        "203.0.113.7",
        "151.206.0.1"
    );
    STRCMP_EQUAL("shared", topology_of(shared).c_str());
}

TEST(Readiness, AFamilyEveryRuleRefusesIsNotSeen) {
    const std::string both = with(
        branch("56, 1, 31, 11, 12", "auth+cae"),
        "\"203.0.113.7\"",
        "\"203.0.113.7\", \"2001:db8:42::/48\""
    );
    STRCMP_EQUAL("shared", topology_of(both + kLyon).c_str());
    STRCMP_EQUAL("everywhere", topology_of(both + "family = \"ipv4\"\n" + kLyon).c_str());
}

TEST(Readiness, A20_StrictWithUncoveredServicesIsAnError) {
    check_lines(
        {"\"P\" is strict, and Exchange Online (set 1), SharePoint Online (set 31), Teams (set "
         "11), "
         "Teams (set 12), Microsoft Graph (set 56) would see another address than the sign-in: "
         "tunnel them in a segment of scope \"auth+cae\", or make the policy standard"},
        strictness_of(branch("56", "auth") + kLyon + kStrict)
    );
    check_lines({}, strictness_of(branch("56, 1, 31, 11, 12", "auth+cae") + kLyon + kStrict));
    check_lines(
        {},
        strictness_of(with(branch("56", "auth") + kLyon + kStrict, "strict", "standard"))
    );
}

TEST(Readiness, AWideSegmentNamesWhatItLacks) {
    check_lines(
        {"\"auth+cae\", and yet \"entra\" lacks SharePoint Online (set 31), Teams (set 11), Teams "
         "(set 12)"},
        strictness_of(branch("56, 1", "auth+cae"))
    );
}

TEST(Readiness, SaysWhy) {
    const Readiness readiness = readiness_of(config_of(branch("56", "auth")));
    STRCMP_EQUAL(
        "The sign-in sees 203.0.113.7/32, which is in no location.",
        readiness.sites[0].reasons.at(0).c_str()
    );
    LONGS_EQUAL(5, readiness.uncovered.size());
}
