// SPDX-License-Identifier: Apache-2.0
// Design section 9, domain rows A15 and 29: what a push may not do to the locations policies rely on.
#include "control/policy/interlock.hpp"

#include "control/config/load.hpp"
#include "control_fixture.hpp"

#include <string>
#include <vector>

#include <CppUTest/TestHarness.h>

using namespace egret::control;
using namespace egret::test;

namespace {

const char* const kLyon = R"([[location]]
name = "Lyon office"
ranges = ["203.0.113.0/29", "2001:db8:42::/48"]
trusted = true
)";

const char* const kOutsideMfa = R"([[policy]]
name = "MFA outside offices"
include_locations = ["All"]
exclude_locations = ["AllTrusted"]
grant = "mfa"
)";

Config read(const std::string& toml) {
    Findings findings("t.toml");
    auto config = parse_config(toml, "", findings);
    for (const Finding& finding : findings.all()) {
        CHECK_TRUE_TEXT(finding.severity != Severity::error, to_text(finding).c_str());
    }
    return *config;
}

std::string branch() {
    return std::string(kBranch) + kLyon + kOutsideMfa;
}

std::string edge() {
    return std::string(kEdge) + kLyon + kOutsideMfa;
}

std::vector<std::string> refusals(const std::string& running, const std::string& next) {
    const Config before = read(running);
    std::vector<std::string> messages;
    for (const InterlockRefusal& refusal : interlock(&before, read(next))) {
        messages.push_back(refusal.message);
    }
    return messages;
}

std::string off(const std::string& text) {
    return text + "[signaling]\nenabled = false\n";
}

std::string with_egress(const std::string& text, const char* addresses) {
    return with(text, "addresses = [\"203.0.113.7\"]", std::string("addresses = ") + addresses);
}

std::string with_lte(const std::string& text, const char* keys) {
    return with(text, "[tunnel]", std::string("[egress.lte]\n") + keys + "\n[tunnel]");
}

}  // namespace

TEST_GROUP(Interlock)
{};

TEST(Interlock, SignalingOffIsRefusedWhereAPolicyReliesOnIt) {
    const std::vector<std::string> expected{
        "turning signaling off hides 203.0.113.7 from the service: sign-ins of site \"b1\" would "
        "be asked for mfa (policy \"MFA outside offices\" relies on \"Lyon office\")"};
    check_lines(expected, refusals(branch(), off(branch())));
    const std::string at_edge = with(expected[0], "203.0.113.7", "203.0.113.7");
    check_lines({at_edge}, refusals(edge(), off(edge())));
}

TEST(Interlock, RemovingThePolicyTakesAPushOfItsOwn) {
    const std::string without = std::string(kBranch);
    LONGS_EQUAL(1, refusals(branch(), off(without)).size());
    check_lines({}, refusals(branch(), without));
    check_lines({}, refusals(without, off(without)));
    LONGS_EQUAL(1, refusals(without, off(branch())).size());
}

TEST(Interlock, PoliciesThatDoNotCountForbidNothing) {
    for (const char* state : {"report-only", "disabled"}) {
        const std::string text = branch() + "state = \"" + state + "\"\n";
        check_lines({}, refusals(text, off(text)));
    }
}

TEST(Interlock, PoliciesThatAskEverywhereForbidNothing) {
    const std::string text = with(branch(), "exclude_locations = [\"AllTrusted\"]\n", "");
    check_lines({}, refusals(text, off(text)));
    check_lines({}, refusals(text, with_egress(text, "[\"198.51.100.9\"]")));
}

TEST(Interlock, SignalingOfOneSegmentIsSignaling) {
    const std::string quiet =
        with(edge(), "name = \"entra\"\n", "name = \"entra\"\nsignaling = false\n");
    LONGS_EQUAL(1, refusals(edge(), quiet).size());
    check_lines({}, refusals(quiet, quiet));
    check_lines({}, refusals(quiet, edge()));
}

TEST(Interlock, OriginsMayMoveWithinTheLocationOnly) {
    check_lines({}, refusals(branch(), with_egress(branch(), "[\"203.0.113.6\"]")));
    check_lines(
        {},
        refusals(branch(), with_egress(branch(), "[\"203.0.113.7\", \"2001:db8:42:1::/64\"]"))
    );
    check_lines(
        {"the egress address changes from 203.0.113.7 to 203.0.113.9: sign-ins of site \"b1\" "
         "would be asked for mfa (policy \"MFA outside offices\" relies on \"Lyon office\")"},
        refusals(branch(), with_egress(branch(), "[\"203.0.113.9\"]"))
    );
    check_lines(
        {"the egress address changes from 203.0.113.7 to 2001:db8:43::/48: sign-ins of site "
         "\"b1\" would be asked for mfa (policy \"MFA outside offices\" relies on \"Lyon "
         "office\")"},
        refusals(branch(), with_egress(branch(), "[\"203.0.113.7\", \"2001:db8:43::/48\"]"))
    );
}

TEST(Interlock, APrefixOfWhichALocationHoldsHalfIsOutside) {
    LONGS_EQUAL(
        1,
        refusals(branch(), with_egress(branch(), "[\"203.0.113.7\", \"2001:db8:42::/47\"]")).size()
    );
}

TEST(Interlock, WideningTheLocationInTheSamePushDoesNotHelp) {
    const std::string moved = with_egress(branch(), "[\"203.0.113.9\"]");
    const std::string wider = with(moved, "203.0.113.0/29", "203.0.113.0/28");
    LONGS_EQUAL(1, refusals(branch(), wider).size());
    check_lines({}, refusals(with(branch(), "203.0.113.0/29", "203.0.113.0/28"), wider));
}

TEST(Interlock, RegisteredOriginsOfASiteAreItsEgress) {
    const auto origins = [](const char* text) {
        return with(edge(), "[\"203.0.113.7/32\"]", text);
    };
    check_lines({}, refusals(edge(), origins("[\"203.0.113.6/32\"]")));
    LONGS_EQUAL(1, refusals(edge(), origins("[\"198.51.100.77/32\"]")).size());
    LONGS_EQUAL(1, refusals(edge(), origins("[\"203.0.113.7/32\", \"198.51.100.77/32\"]")).size());
}

TEST(Interlock, ALostRouterCanAlwaysBeLockedOut) {
    const std::string other = with(edge(), "name = \"b1\"", "name = \"b2\"");
    check_lines({}, refusals(edge(), other));
}

TEST(Interlock, AnotherWayToPresentIsAnotherAddress) {
    const std::string pool = "[restore]\npresent = \"anchor\"\naddresses = [\"198.51.100.20\"]\n";
    check_lines(
        {"the presented address changes from 203.0.113.7 to 198.51.100.20: sign-ins of site "
         "\"b1\" would be asked for mfa (policy \"MFA outside offices\" relies on \"Lyon "
         "office\")"},
        refusals(edge(), edge() + pool)
    );
    const std::string within = with(pool, "198.51.100.20", "203.0.113.2");
    check_lines({}, refusals(edge(), edge() + within));
}

TEST(Interlock, AnUplinkOutsideTheLocationIsRefused) {
    const char* const message =
        "uplink \"lte\" leaves from 198.51.100.99, not from 203.0.113.7: after a failover sign-ins "
        "of site \"b1\" would be asked for mfa (policy \"MFA outside offices\" relies on \"Lyon "
        "office\")";
    const std::string outside = with_lte(branch(), "addresses = [\"198.51.100.99\"]");
    check_lines({message}, refusals(branch(), outside));
    check_lines({}, refusals(branch(), with_lte(branch(), "addresses = [\"203.0.113.5\"]")));
    check_lines({}, refusals(branch(), with_lte(branch(), "hold = \"5s\"")));
    check_lines({}, refusals(outside, outside));
    const Config first = read(outside);
    LONGS_EQUAL(1, interlock(nullptr, first).size());
}

TEST(Interlock, ARuleThatLetsAnUnlistedFamilyThroughIsRefused) {
    const std::string listed4 = with(branch(), ", \"2001:db8:42::/48\"]", "]");
    const std::string both = with_egress(listed4, "[\"203.0.113.7\", \"2001:db8:42::/48\"]");
    const auto pinned_to = [&](const char* family) {
        return with(
            both,
            "action = \"tunnel\"",
            std::string("action = \"tunnel\"\nfamily = \"") + family + "\""
        );
    };
    const std::string message =
        "the egress address changes from 203.0.113.7 to 2001:db8:42::/48: sign-ins of site \"b1\" "
        "would be asked for mfa (policy \"MFA outside offices\" relies on \"Lyon office\")";
    check_lines({message}, refusals(pinned_to("ipv4"), both));
    check_lines({message}, refusals(pinned_to("ipv4"), pinned_to("ipv6")));
    // Clients that used IPv4 have to change too.
    check_lines({message}, refusals(both, pinned_to("ipv6")));
    check_lines({}, refusals(both, pinned_to("ipv4")));
}

TEST(Interlock, AnUplinkWhoseAddressIsYetToBeFoundMustSayWhich) {
    const std::string dynamic = with_lte(branch(), "detect = [\"stun\"]\naddresses = []");
    check_lines(
        {"uplink \"lte\" leaves from an unknown address, not from 203.0.113.7: after a failover "
         "sign-ins of site \"b1\" would be asked for mfa (policy \"MFA outside offices\" relies on "
         "\"Lyon office\")"},
        refusals(branch(), dynamic)
    );
    check_lines(
        {},
        refusals(
            branch(),
            with_lte(branch(), "detect = [\"stun\"]\naddresses = [\"203.0.113.4/31\"]")
        )
    );
}

TEST(Interlock, APolicyAboutALocationIsReliedOnByThoseOutside) {
    const std::string blocked = std::string(kBranch) + R"([[location]]
name = "Hosting"
ranges = ["198.51.100.0/24"]
[[policy]]
name = "No hosting"
include_locations = ["Hosting"]
grant = "block"
)";
    check_lines(
        {"the egress address changes from 203.0.113.7 to 198.51.100.9: sign-ins of site \"b1\" "
         "would be blocked (policy \"No hosting\" is about \"Hosting\")"},
        refusals(blocked, with_egress(blocked, "[\"198.51.100.9\"]"))
    );
    check_lines({}, refusals(blocked, off(blocked)));
}

TEST(Interlock, SignalingOffIsNoWayAroundAPolicy) {
    const std::string asked = std::string(kBranch) + R"([[location]]
name = "Lyon office"
ranges = ["203.0.113.0/29"]
[[policy]]
name = "MFA in Lyon"
include_locations = ["Lyon office"]
grant = "mfa"
)";
    check_lines(
        {"turning signaling off hides 203.0.113.7 from the service: sign-ins of site \"b1\" would "
         "no longer be asked for mfa (policy \"MFA in Lyon\" is about \"Lyon office\")"},
        refusals(asked, off(asked))
    );
    check_lines({}, refusals(asked, with_egress(asked, "[\"198.51.100.9\"]")));
}

TEST(Interlock, CompliantNetworksNeedSignaling)  // A21, A22
{
    const std::string text = with(
                                 std::string(kEdge),
                                 "role = \"edge\"",
                                 "role = \"edge\"\ntenant = \"contoso.example\""
                             ) +
                             R"([[policy]]
name = "Compliant network only"
include_locations = ["All"]
exclude_locations = ["AllCompliant"]
grant = "block"
)";
    check_lines(
        {"turning signaling off hides 203.0.113.7 from the service: sign-ins of site \"b1\" would "
         "be blocked (policy \"Compliant network only\" relies on \"AllCompliant\")"},
        refusals(text, off(text))
    );
    check_lines({}, refusals(text, with(text, "203.0.113.7/32", "198.51.100.7/32")));
    const std::string fabrikam =
        with(text, "name = \"b1\"", "name = \"b1\"\ntenant = \"fabrikam.example\"");
    check_lines({}, refusals(fabrikam, off(fabrikam)));
}

TEST(Interlock, ManySitesMakeOneLine) {
    std::string text = edge();
    const std::string first =
        "[[peer]]\nname = \"b1\"\npublic_key = \"R0U3P/FxazGr2FLMBrb80hLnYO19v0UQRIIsbfPttSs=\"\n";
    const char* const keys[] = {
        "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=",
        "TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=",
        "gN65BkIKy1eCE9pP1wdc8ROUtkHLF2PfAqYdyYBz6EA=",
        "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg="};
    for (int i = 0; i < 4; ++i) {
        const std::string number = std::to_string(i + 2);
        text += "[[peer]]\nname = \"b" + number + "\"\npublic_key = \"" + keys[i] +
                "\"\norigins = [\"203.0.113." + number + "/32\"]\n";
    }
    const auto lines = refusals(text, off(text));
    LONGS_EQUAL(1, lines.size());
    STRCMP_CONTAINS("sites \"b1\", \"b2\", \"b3\" and 2 more", lines[0].c_str());
}

TEST(Interlock, SaysWhatToDo) {
    const Config before = read(branch());
    const std::string text = to_text(interlock(&before, read(off(branch()))));
    STRCMP_CONTAINS("\nTo go on: ", text.c_str());
    STRCMP_CONTAINS("--force", text.c_str());
    STRCMP_EQUAL("", to_text(interlock(&before, before)).c_str());
}
