// SPDX-License-Identifier: Apache-2.0
// Keys whose feature comes later: one warning, or an error where ignoring them could leak.
#include "control_fixture.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret::test;

TEST_GROUP(ConfigSupport)
{};

TEST(ConfigSupport, SectionsWithoutAFeature) {
    const std::string text = std::string(kBranch) + R"([failover]
hold = "3s"
)";
    check_lines(
        {
            "t.toml:37:1: warning: failover.hold: not yet supported, ignored",
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
