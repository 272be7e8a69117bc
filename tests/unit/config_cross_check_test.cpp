// SPDX-License-Identifier: Apache-2.0
// What only several keys together show.
#include "control_fixture.hpp"

#include <egret/crypto/aead.hpp>

#include <CppUTest/TestHarness.h>

using namespace egret::test;

namespace {

const std::string_view kSecondPeer = R"([[peer]]
name = "b2"
public_key = "y8U17A33eOEnLDxX48Yn7vAWIt9gqV/3vpTOhBcRzG0="
)";

std::string edge_with_second_peer(const std::string& rest) {
    return std::string(kEdge) + std::string(kSecondPeer) + rest;
}

}  // namespace

TEST_GROUP(ConfigCrossCheck)
{};

TEST(ConfigCrossCheck, ReferencesMustExist) {
    check_lines(
        {"t.toml:32:13: rule.segments: no segment is called \"entrra\" (did you mean \"entra\"?)"},
        findings_of(with(kBranch, "segments = [\"entra\"]", "segments = [\"entrra\"]"))
    );
    check_lines(
        {"t.toml:34:7: rule.via: no peer is in group \"paris\""},
        findings_of(with(kBranch, "via = \"e1\"", "via = \"paris\""))
    );
    check_lines(
        {"t.toml:19:13: peer.segments: no segment is called \"x\""},
        findings_of(with(kEdge, "origins =", "segments = [\"x\"]\norigins ="))
    );
    check_lines(
        {"t.toml:28:22: policy.include_locations: no location is called \"Lyon\"; "
         "any address is All, and there are AllTrusted, AllCompliant and MfaTrustedIps"},
        findings_of(
            std::string(kEdge) +
            "[[policy]]\nname = \"p\"\ninclude_locations = [\"Lyon\"]\ngrant = \"mfa\"\n"
        )
    );
}

TEST(ConfigCrossCheck, TunnelRulesNeedGroupAndFallback) {
    check_lines(
        {"t.toml:30:1: rule.via: is missing: action \"tunnel\" needs it",
         "t.toml:30:1: rule.when_down: is missing: action \"tunnel\" needs it"},
        findings_of(with(kBranch, "via = \"e1\"\nwhen_down = \"drop\"\n", ""))
    );
    check_lines(
        {"t.toml:30:1: warning: rule.via: has no effect without action \"tunnel\"",
         "t.toml:30:1: warning: rule.when_down: has no effect without action \"tunnel\""},
        findings_of(with(kBranch, "action = \"tunnel\"", "action = \"drop\""))
    );
}

TEST(ConfigCrossCheck, NamesAndKeysAreUnique) {
    check_lines(
        {"t.toml:27:8: peer.name: \"b1\" is taken by the peer of line 17",
         "t.toml:28:14: peer.public_key: peer \"b1\" has the same key"},
        findings_of(
            std::string(kEdge) + "[[peer]]\nname = \"b1\"\npublic_key = "
                                 "\"R0U3P/FxazGr2FLMBrb80hLnYO19v0UQRIIsbfPttSs=\"\n"
                                 "origins = [\"203.0.113.8\"]\n"
        )
    );
    check_lines(
        {"t.toml:27:8: location.name: \"All\" has a meaning of its own in policies"},
        findings_of(
            std::string(kEdge) + "[[location]]\nname = \"All\"\nranges = [\"192.0.2.0/24\"]\n"
        )
    );
}

TEST(ConfigCrossCheck, APeerIsNamedByItsKeyAndIsItsOwnGroup) {
    check_lines(
        {},
        findings_of(with(
            with(kBranch, "name = \"e1\"\n", ""),
            "via = \"e1\"",
            "via = \"y8U17A33eOEnLDxX48Yn7vAWIt9gqV/3vpTOhBcRzG0=\""
        ))
    );
}

TEST(ConfigCrossCheck, PortsNeedBothSidesAndReachableGateways) {
    check_lines(
        {"t.toml:1:1: port: no port is on the inside side"},
        findings_of(with(kBranch, "side = \"inside\"", "side = \"outside\""))
    );
    check_lines(
        {"t.toml:15:13: port.gateways: 10.0.1.1 lies in no network of this port"},
        findings_of(with(kBranch, "\"10.0.0.1\"", "\"10.0.1.1\""))
    );
    check_lines(
        {"t.toml:15:25: port.gateways: a port has one gateway per family"},
        findings_of(with(kBranch, "\"10.0.0.1\"", "\"10.0.0.1\", \"10.0.0.3\""))
    );
    check_lines({}, findings_of(with(kBranch, "\"10.0.0.1\"", "\"10.0.0.1\", \"fe80::1\"")));
}

TEST(ConfigCrossCheck, EgressHasOneIpv4Address) {
    check_lines(
        {"t.toml:17:29: egress.addresses: only one IPv4 address can be the egress address"},
        findings_of(with(kBranch, "\"203.0.113.7\"", "\"203.0.113.7\", \"203.0.113.8\""))
    );
    check_lines(
        {"t.toml:17:14: egress.addresses: the IPv4 egress address must be a single address"},
        findings_of(with(kBranch, "\"203.0.113.7\"", "\"203.0.113.0/24\""))
    );
    check_lines(
        {"t.toml:1:1: warning: egress.addresses: no egress address: every tunnelled flow is "
         "dropped"},
        findings_of(with(kBranch, "\"203.0.113.7\"", ""))
    );
}

TEST(ConfigCrossCheck, DirectPacketsMustNotLeaveUntranslated) {
    const std::string is_public =
        with(with(kBranch, "10.0.0.2/24", "203.0.113.7/24"), "\"10.0.0.1\"", "\"203.0.113.1\"");
    check_lines(
        {"t.toml:14:14: warning: port.addresses: 203.0.113.7 is public: nothing behind this port "
         "translates, so direct packets leave with their LAN source"},
        findings_of(is_public)
    );
    check_lines({}, findings_of(with(is_public, "carry = \"header\"", "carry = \"source\"")));
}

TEST(ConfigCrossCheck, OuterFamilyNeedsAnOwnAddress) {
    check_lines(
        {"t.toml:23:12: warning: peer.endpoint: no outside port has an IPv6 address to reach it "
         "from"},
        findings_of(with(kBranch, "198.51.100.10:51820", "[2001:db8::1]:51820"))
    );
}

TEST(ConfigCrossCheck, TheLargestMtuIsNamed) {
    check_lines(
        {"t.toml:19:7: tunnel.mtu: 1441 is too large for the outside port: the largest that fits "
         "to "
         "peer \"e1\" is 1428"},
        findings_of(with(kBranch, "carry = \"header\"", "mtu = 1441"))
    );
    check_lines({}, findings_of(with(kBranch, "carry = \"header\"", "mtu = 1428")));
    check_lines(
        {"t.toml:19:7: tunnel.mtu: 1428 is too large for the outside port: the largest that fits "
         "to "
         "peer \"e1\" is 1416"},
        findings_of(with(
            with(kBranch, "carry = \"header\"", "mtu = 1428"),
            "\"203.0.113.7\"",
            "\"203.0.113.7\", \"2001:db8::/48\""
        ))
    );
    check_lines(
        {"t.toml:20:7: tunnel.mtu: 1441 is too large for the outside port: the largest that fits "
         "to "
         "peer \"e1\" is 1440"},
        findings_of(with(kBranch, "carry = \"header\"", "carry = \"source\"\nmtu = 1441"))
    );
}

TEST(ConfigCrossCheck, SuitesNeedTheProcessor) {
    using namespace egret::crypto;
    const bool is_there = sodium_backend(Suite::aes256gcm).available();
    const auto lines =
        findings_of(with(kBranch, "endpoint =", "suite = \"aes256gcm\"\nendpoint ="));
    check_lines(
        is_there ? std::vector<std::string>()
                 : std::vector<std::string>{"t.toml:23:9: peer.suite: this processor lacks the AES "
                                            "instructions it needs"},
        lines
    );
}

TEST(ConfigCrossCheck, OriginsOverlapOnlyWithinASite) {
    check_lines(
        {"t.toml:29:12: peer.origins: 203.0.113.0/24 overlaps 203.0.113.7/32 of peer \"b1\": only "
         "peers of one site may share origins, and then equal ones"},
        findings_of(edge_with_second_peer("origins = [\"203.0.113.0/24\"]\n"))
    );
    check_lines(
        {"t.toml:29:12: peer.origins: 203.0.113.7/32 overlaps 203.0.113.7/32 of peer \"b1\": only "
         "peers of one site may share origins, and then equal ones"},
        findings_of(edge_with_second_peer("origins = [\"203.0.113.7/32\"]\n"))
    );
    check_lines(
        {},
        findings_of(edge_with_second_peer("origins = [\"203.0.113.7/32\"]\nsite = \"b1\"\n"))
    );
    check_lines({}, findings_of(edge_with_second_peer("origins = [\"203.0.113.8/32\"]\n")));
}

TEST(ConfigCrossCheck, PresentingNeedsWhatItSendsFrom) {
    const auto edge_and = [](const char* rest) { return findings_of(std::string(kEdge) + rest); };
    check_lines(
        {"t.toml:27:11: restore.present: \"anchor\" needs [restore] addresses"},
        edge_and("[restore]\npresent = \"anchor\"\n")
    );
    check_lines(
        {"t.toml:26:11: segment.present: \"edge\" needs [restore] addresses"},
        edge_and("present = \"edge\"\n")
    );
    check_lines(
        {"t.toml:27:11: warning: signaling.enabled: off presents as \"edge\", and without "
         "[restore] "
         "addresses every flow is dropped"},
        edge_and("[signaling]\nenabled = false\n")
    );
    check_lines(
        {"t.toml:19:10: peer.verify: \"observed\" is not enough to present origins: use "
         "\"registered\" or \"both\""},
        findings_of(with(kEdge, "origins =", "verify = \"observed\"\norigins ="))
    );
}
