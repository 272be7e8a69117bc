// SPDX-License-Identifier: Apache-2.0
// One mistake each, with the exact place and words. Cases are edits of the fixture's branch, whose
// line numbers they therefore share.
#include "control_fixture.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret::test;

namespace {

struct Case {
    const char* from;  ///< "" appends
    const char* to;
    std::vector<std::string> findings;
};

void check_cases(std::string_view base, const std::vector<Case>& cases) {
    for (const Case& one : cases) {
        const bool appends = *one.from == '\0';
        const std::string text =
            appends ? std::string(base) + one.to : with(base, one.from, one.to);
        check_lines(one.findings, findings_of(text));
    }
}

}  // namespace

TEST_GROUP(ConfigErrors)
{};

TEST(ConfigErrors, FixturesAreRight) {
    check_lines({}, findings_of(kBranch));
    check_lines({}, findings_of(kEdge));
}

TEST(ConfigErrors, Syntax) {
    check_cases(
        kBranch,
        {
            {"generation = 1",
             "generation = ",
             {"t.toml:5:14: not TOML: Error while parsing key-value pair: expected value, saw "
              "'\\n'"}},
            {"name = \"b1\"",
             "name = \"b1",
             {"t.toml:3:11: not TOML: Error while parsing string: unescaped control characters "
              "other "
              "than TAB (U+0009) are explicitly prohibited"}},
            {"",
             "[node]\n",
             {"t.toml:36:1: not TOML: Error while parsing table header: cannot redefine existing "
              "table 'node'"}},
        }
    );
}

TEST(ConfigErrors, UnknownKeys) {
    check_cases(
        kBranch,
        {
            {"endpoint =",
             "endpiont =",
             {"t.toml:20:1: peer.endpoint: is missing",
              "t.toml:23:1: peer.endpiont: unknown key (did you mean \"endpoint\"?)"}},
            {"[tunnel]",
             "[tunnels]",
             {"t.toml:18:2: tunnels: unknown key (did you mean \"tunnel\"?)"}},
            {"", "colour = 1\n", {"t.toml:36:1: rule.colour: unknown key"}},
            {"carry = \"header\"",
             "carry.kind = \"header\"",
             {"t.toml:19:1: tunnel.carry: must be a string, not a table"}},
            {"schema = 1", "schema = 1\n\"\" = 1", {"t.toml:2:1: unknown key"}},
        }
    );
}

TEST(ConfigErrors, TypesRangesAndChoices) {
    check_cases(
        kBranch,
        {
            {"schema = 1", "schema = 2", {"t.toml:1:10: schema: 2 is above the maximum 1"}},
            {"generation = 1",
             "generation = \"1\"",
             {"t.toml:5:14: node.generation: must be an integer, not a string"}},
            {"generation = 1",
             "generation = 0",
             {"t.toml:5:14: node.generation: 0 is below the minimum 1"}},
            {"\"branch\"",
             "\"brnch\"",
             {"t.toml:4:8: node.role: \"brnch\" is none of branch, edge (did you mean "
              "\"branch\"?)"}},
            {"carry = \"header\"",
             "mtu = 900",
             {"t.toml:19:7: tunnel.mtu: 900 is below the minimum 1280"}},
            {"carry = \"header\"",
             "listen_port = 65536",
             {"t.toml:19:15: tunnel.listen_port: 65536 is above the maximum 65535"}},
            {"carry = \"header\"",
             "block_quic = 1",
             {"t.toml:19:14: tunnel.block_quic: must be a boolean, not an integer"}},
            {"name = \"b1\"", "name = \"\"", {"t.toml:3:8: node.name: must not be empty"}},
            {"name = \"b1\"",
             "name = \"b\\n1\"",
             {"t.toml:3:8: node.name: holds a control character"}},
            {"\"file:node.key\"",
             "\"node.key\"",
             {"t.toml:7:15: identity.private_key: \"node.key\" is not of the form \"file:PATH\""}},
            {"segments = [\"entra\"]",
             "segments = \"entra\"",
             {"t.toml:32:12: rule.segments: must be an array, not a string"}},
            {"segments = [\"entra\"]",
             "segments = []",
             {"t.toml:32:12: rule.segments: must not be empty"}},
            {"",
             "vlans = [1, 4095]\n",
             {"t.toml:36:13: rule.vlans: 4095 is above the maximum 4094"}},
            {"", "dscp = [64]\n", {"t.toml:36:9: rule.dscp: 64 is above the maximum 63"}},
        }
    );
}

TEST(ConfigErrors, AddressesKeysAndPorts) {
    check_cases(
        kBranch,
        {
            {"192.0.2.0/24",
             "192.0.2.0/33",
             {"t.toml:26:13: list.prefixes: \"192.0.2.0/33\" is not an address or a prefix"}},
            {"192.0.2.0/24",
             "192.0.2.9/24",
             {"t.toml:26:13: note: list.prefixes: \"192.0.2.9/24\" has host bits set, taken as "
              "192.0.2.0/24"}},
            {"198.51.100.10:51820",
             "198.51.100.10",
             {"t.toml:23:12: peer.endpoint: \"198.51.100.10\" is not of the form ADDRESS:PORT or "
              "[IPV6]:PORT"}},
            {"zG0=\"",
             "zG0\"",
             {"t.toml:22:14: peer.public_key: not a key: 44 characters of base64 are needed"}},
            {"10.0.0.1\"",
             "10.0.0.300\"",
             {"t.toml:15:13: port.gateways: \"10.0.0.300\" is not an IP address"}},
            {"lists = [\"idp\"]",
             "lists = [\"idp\"]\ntcp_ports = [\"443-80\", \"0\", \"https\"]",
             {"t.toml:30:14: segment.tcp_ports: \"443-80\" is not a port or a range like "
              "\"8000-8100\"",
              "t.toml:30:24: segment.tcp_ports: \"0\" is not a port or a range like \"8000-8100\"",
              "t.toml:30:29: segment.tcp_ports: \"https\" is not a port or a range like "
              "\"8000-8100\""}},
            {"prefixes = [\"192.0.2.0/24\"]",
             "domains = [\"a..b\", \"1.2.3.4\"]",
             {"t.toml:26:12: list.domains: \"a..b\" is not a domain name",
              "t.toml:26:20: list.domains: \"1.2.3.4\" is not a domain name"}},
        }
    );
}

TEST(ConfigErrors, SectionsAreWrittenOneWay) {
    check_cases(
        kBranch,
        {
            {"[egress]", "[[egress]]", {"t.toml:16:3: egress: must be written as [egress], once"}},
            {"[[list]]", "[list]", {"t.toml:24:2: list: must be written as [[list]]"}},
            {"[identity]\nprivate_key = \"file:node.key\"\n",
             "",
             {"t.toml:1:1: identity: the section is missing"}},
            {"role = \"branch\"\n", "", {"t.toml:2:1: node.role: is missing"}},
        }
    );
}

TEST(ConfigErrors, KeysOfTheOtherRoleHaveNoEffect) {
    check_cases(
        kBranch,
        {
            {"",
             "[restore]\npresent = \"origin\"\n",
             {"t.toml:36:2: warning: restore: has no effect on a branch"}},
            {"name = \"e1\"",
             "name = \"e1\"\nverify = \"both\"",
             {"t.toml:22:1: warning: peer.verify: has no effect on a branch"}},
        }
    );
    check_cases(
        kEdge,
        {
            {"",
             "[egress]\naddresses = []\n",
             {"t.toml:26:2: warning: egress: has no effect on an edge"}},
        }
    );
}

TEST(ConfigErrors, AllMistakesComeAtOnce) {
    const std::string text = R"(schema = 1
[node]
name = "b1"
role = "brunch"
generation = -1
colour = "white"
[identity]
[[port]]
name = "lan0"
side = "inside"
mtu = 100
[[port]]
name = "lan0"
side = "outside"
addresses = ["10.0.0.256/24"]
[tunnel]
carry = "pigeon"
[[list]]
name = "idp"
source = "file:a.json"
[[segment]]
name = "entra"
lists = ["ipd"]
)";
    check_lines(
        {
            "t.toml:4:8: node.role: \"brunch\" is none of branch, edge (did you mean \"branch\"?)",
            "t.toml:5:14: node.generation: -1 is below the minimum 1",
            "t.toml:6:1: node.colour: unknown key",
            "t.toml:7:1: identity.private_key: is missing",
            "t.toml:11:7: port.mtu: 100 is below the minimum 1280",
            "t.toml:13:8: port.name: \"lan0\" is taken by the port of line 9",
            "t.toml:15:14: port.addresses: \"10.0.0.256/24\" is not an address or a prefix",
            "t.toml:17:9: tunnel.carry: \"pigeon\" is none of header, source",
            "t.toml:20:10: list.format: is missing: a source needs one",
            "t.toml:23:10: segment.lists: no list is called \"ipd\" (did you mean \"idp\"?)",
        },
        findings_of(text)
    );
}
