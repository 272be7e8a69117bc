// SPDX-License-Identifier: Apache-2.0
// Keys whose feature comes later: one warning, or an error where ignoring them could leak.
#include "control_fixture.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret::test;

namespace {

/// The fixture with a list that cannot be read yet, and one more segment made of it.
std::string with_later_list(std::string_view base, const std::string& list) {
    return with(
        base,
        "[[segment]]",
        "[[list]]\nname = \"later\"\n" + list +
            "[[segment]]\nname = \"other\"\nlists = [\"later\", \"idp\"]\n[[segment]]"
    );
}

}  // namespace

TEST_GROUP(ConfigSupport)
{};

TEST(ConfigSupport, SectionsWithoutAFeature) {
    const std::string text = std::string(kBranch) + R"([failover]
hold = "3s"
[control]
readers = "staff"
)";
    check_lines(
        {
            "t.toml:37:1: warning: failover.hold: not yet supported, ignored",
            "t.toml:39:1: warning: control.readers: not yet supported, ignored",
        },
        findings_of(text)
    );
}

TEST(ConfigSupport, LaterKeysAreCheckedAllTheSame) {
    check_lines(
        {"t.toml:37:8: failover.hold: \"3 s\" is not a duration like \"10s\""},
        findings_of(std::string(kBranch) + "[failover]\nhold = \"3 s\"\n")
    );
}

TEST(ConfigSupport, UplinksBesideTheDefault) {
    check_lines({}, findings_of(with(kBranch, "[egress]", "uplink = \"default\"\n[egress]")));
    check_lines(
        {"t.toml:16:10: warning: port.uplink: not yet supported, ignored"},
        findings_of(with(kBranch, "[egress]", "uplink = \"lte\"\n[egress]"))
    );
    check_lines(
        {"t.toml:18:9: warning: egress.lte: is judged by the policies; traffic over this uplink is "
         "not yet supported",
         "t.toml:19:1: egress.lte.adresses: unknown key (did you mean \"addresses\"?)"},
        findings_of(with(kBranch, "[tunnel]", "[egress.lte]\nadresses = []\n[tunnel]"))
    );
}

TEST(ConfigSupport, OtherWaysToFindTheEgressAddress) {
    check_lines(
        {"t.toml:17:21: warning: egress.detect: not yet supported, ignored"},
        findings_of(with(
            kBranch,
            "addresses = [\"203",
            "detect = [\"static\", \"stun\"]\naddresses = [\"203"
        ))
    );
    check_lines(
        {"t.toml:1:1: warning: egress.addresses: no egress address: every tunnelled flow is "
         "dropped",
         "t.toml:17:11: warning: egress.detect: not yet supported, ignored"},
        findings_of(
            with(kBranch, "addresses = [\"203", "detect = [\"interface\"]\naddresses = [\"203")
        )
    );
}

TEST(ConfigSupport, ListsNobodyReliesOnAreIgnored) {
    check_lines(
        {"t.toml:30:10: warning: list.format: not yet supported, ignored"},
        findings_of(with_later_list(kBranch, "source = \"file:okta.json\"\nformat = \"okta\"\n"))
    );
    check_lines(
        {"t.toml:30:10: warning: list.source: not yet supported, ignored"},
        findings_of(
            with_later_list(kBranch, "format = \"m365\"\nsource = \"https://example.com\"\n")
        )
    );
}

TEST(ConfigSupport, ListsARuleReliesOnAreErrors) {
    const std::string list = "source = \"file:okta.json\"\nformat = \"okta\"\n";
    const std::string relied =
        with(with_later_list(kBranch, list), "segments = [\"entra\"]", "segments = [\"other\"]");
    check_lines(
        {"t.toml:30:10: list.format: not yet supported, and rule \"sign-ins\" relies on it: its "
         "destinations would go direct"},
        findings_of(relied)
    );
    const std::string direct = with(
        relied,
        "action = \"tunnel\"\nvia = \"e1\"\nwhen_down = \"drop\"",
        "action = \"direct\""
    );
    check_lines(
        {"t.toml:30:10: warning: list.format: not yet supported, ignored"},
        findings_of(direct)
    );
}

TEST(ConfigSupport, ListsASegmentConsistsOfAreErrors) {
    const std::string list = "format = \"csv\"\nsource = \"file:x.csv\"\n";
    check_lines(
        {"t.toml:25:10: list.format: not yet supported, and segment \"other\" would be empty"},
        findings_of(with(with_later_list(kEdge, list), "[\"later\", \"idp\"]", "[\"later\"]"))
    );
}
