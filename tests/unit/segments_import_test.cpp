// SPDX-License-Identifier: Apache-2.0
// Zscaler's application segments in every shape of file they come in (domain rows C4 and C5).
#include "segments_fixture.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

/// As the API answers.
const char* const kApi = R"({"totalPages": "1", "totalCount": "4", "list": [
  {"id": "1", "creationTime": "1646056922", "name": "Microsoft login", "enabled": true,
   "domainNames": ["login.microsoftonline.com", "Login.Windows.Net", "20.190.128.0/18", "2603:1006:2000::/48"],
   "tcpPortRanges": ["80", "80", "443", "443"], "udpPortRanges": [],
   "tcpPortRange": [{"from": "80", "to": "80"}, {"from": "443", "to": "443"}],
   "ipAnchored": true, "bypassType": "NEVER", "doubleEncrypt": false, "healthReporting": "NONE",
   "segmentGroupId": "7", "segmentGroupName": "Microsoft 365",
   "serverGroups": [{"id": "9", "name": "SIPA servers", "enabled": true}]},
  {"id": "2", "name": "Voice", "enabled": true, "domainNames": ["198.51.100.0/24"],
   "tcpPortRanges": [], "udpPortRanges": ["3478", "3481"], "ipAnchored": true,
   "bypassType": "NEVER", "serverGroups": [{"id": "9", "name": "SIPA servers"}]},
  {"id": "3", "name": "Local", "enabled": true, "domainNames": ["192.0.2.7"],
   "tcpPortRanges": ["1", "65535"], "ipAnchored": false, "bypassType": "ALWAYS",
   "serverGroups": []},
  {"id": "4", "name": "Wiki", "enabled": true, "domainNames": ["wiki.contoso.example"],
   "tcpPortRanges": ["443", "443"], "ipAnchored": false, "bypassType": "NEVER", "serverGroups": []}]})";

const char* const kToml = R"(# segment group "Microsoft 365", server group "SIPA servers"
[[list]]
name = "Microsoft login"
prefixes = [
    "20.190.128.0/18",
    "2603:1006:2000::/48",
]
domains = [
    "login.microsoftonline.com",
    "login.windows.net",
]

[[segment]]
name = "Microsoft login"
lists = ["Microsoft login"]
tcp_ports = ["80", "443"]

[[rule]]
name = "Microsoft login"
segments = ["Microsoft login"]
action = "tunnel"
via = "e1"
when_down = "drop"

# server group "SIPA servers"
[[list]]
name = "Voice"
prefixes = [
    "198.51.100.0/24",
]

[[segment]]
name = "Voice"
lists = ["Voice"]
tcp_ports = []
udp_ports = ["3478-3481"]

[[rule]]
name = "Voice"
segments = ["Voice"]
action = "tunnel"
via = "e1"
when_down = "drop"

[[list]]
name = "Local"
prefixes = [
    "192.0.2.7/32",
]

[[segment]]
name = "Local"
lists = ["Local"]
tcp_ports = ["1-65535"]

[[rule]]
name = "Local"
segments = ["Local"]
action = "direct"
)";

/// One segment as the API has it, and as Terraform's provider has the same.
const char* const kApiSegment = R"({"id": "5", "name": "Okta", "enabled": true, "ipAnchored": true,
  "domainNames": ["198.51.100.0/24"], "tcpPortRanges": ["443", "443"], "segmentGroupId": "7",
  "segmentGroupName": "Identity", "serverGroups": [{"id": "9", "name": "SIPA"}]})";
const char* const kSegment = R"({"id": "5", "name": "Okta", "enabled": true, "ip_anchored": true,
  "domain_names": ["198.51.100.0/24"], "tcp_port_ranges": ["443", "443"], "udp_port_ranges": null,
  "tcp_port_range": [{"from": "443", "to": "443"}], "bypass_type": "NEVER",
  "segment_group_id": "7", "server_groups": [{"id": ["9"]}]})";
const char* const kServerGroup = R"({"id": "9", "name": "SIPA"})";
const char* const kSegmentGroup = R"({"id": "7", "name": "Identity"})";

/// `terraform show -json`, with the segment in a module of its own.
std::string shown(const char* key) {
    return fmt::format(
        R"({{"format_version": "1.0", "{}": {{"root_module": {{"resources": [
          {{"address": "zpa_server_group.a", "type": "zpa_server_group", "values": {}}},
          {{"address": "zpa_segment_group.a", "type": "zpa_segment_group", "values": {}}}],
          "child_modules": [{{"resources": [
          {{"address": "module.m.zpa_application_segment.a", "type": "zpa_application_segment",
            "values": {}}}]}}]}}}}}})",
        key,
        kServerGroup,
        kSegmentGroup,
        kSegment
    );
}

/// `terraform state pull`
std::string state() {
    return fmt::format(
        R"({{"version": 4, "resources": [
          {{"type": "zpa_server_group", "name": "a", "instances": [{{"attributes": {}}}]}},
          {{"type": "zpa_segment_group", "name": "a", "instances": [{{"attributes": {}}}]}},
          {{"type": "zpa_application_segment", "name": "a", "instances": [{{"attributes": {}}}]}}]}})",
        kServerGroup,
        kSegmentGroup,
        kSegment
    );
}

}  // namespace

TEST_GROUP(SegmentsImport)
{};

TEST(SegmentsImport, BecomesSectionsThatPass) {
    const Imported imported = import({kApi});
    check_lines({"z1: note: list[3]: \"Wiki\" is not anchored and left out"}, imported.lines);
    STRCMP_EQUAL(kToml, branch_toml(imported).c_str());
    const Config config = config_of(bare_branch() + branch_toml(imported));
    LONGS_EQUAL(3, config.rules.size());
    const TempFolder folder;
    check_lines({}, findings_in(folder, bare_branch() + branch_toml(imported)));
}

TEST(SegmentsImport, AnEdgeGetsWhatComesThroughTunnels) {
    const std::string toml = toml_of(import({kApi}).import, api::Role::edge);
    LONGS_EQUAL(std::string::npos, toml.find("[[rule]]"));
    LONGS_EQUAL(std::string::npos, toml.find("Local"));
    const TempFolder folder;
    check_lines({}, findings_in(folder, std::string(kEdge) + toml));
}

TEST(SegmentsImport, EveryShapeOfFileSaysTheSame) {
    const std::string api = kApiSegment;
    const std::vector<std::string> shapes{
        api,
        "[" + api + "]",
        "\xEF\xBB\xBF[" + api + "]",
        R"({"list": [)" + api + "]}",
        shown("values"),
        shown("planned_values"),
        state(),
    };
    const std::string expected = branch_toml(import({api}));
    STRCMP_CONTAINS("# segment group \"Identity\", server group \"SIPA\"\n", expected.c_str());
    for (const std::string& shape : shapes) {
        const Imported imported = import({shape});
        check_lines({}, imported.lines);
        STRCMP_EQUAL(expected.c_str(), branch_toml(imported).c_str());
    }
}

TEST(SegmentsImport, PortsAreReadInBothForms) {
    struct Case {
        const char* members;
        const char* tcp;
        const char* udp;
    };

    const Case cases[] = {
        {R"("tcpPortRanges": ["80", "80", "443", "443"])", R"(["80","443"])", "[]"},
        {R"("tcpPortRanges": [8000, 8100])", R"(["8000-8100"])", "[]"},
        {R"("tcpPortRanges": ["80", "90", "85", "100"])", R"(["80-100"])", "[]"},
        {R"("tcpPortRange": [{"from": "80", "to": "81"}])", R"(["80-81"])", "[]"},
        {R"("tcp_port_range": [{"from": 80, "to": 80}], "udp_port_ranges": ["53", "53"])",
         R"(["80"])",
         R"(["53"])"},
        {R"("udpPortRange": [{"from": "1", "to": "65535"}])", "[]", R"(["1-65535"])"},
        {R"("tcpPortRanges": null, "tcpPortRange": [], "udpPortRanges": ["9", "9"])",
         "[]",
         R"(["9"])"},
    };
    for (const Case& one : cases) {
        const Imported imported =
            import({anchored("A", std::string(R"("domainNames": ["192.0.2.1"], )") + one.members)});
        check_lines({}, imported.lines);
        const Json json = segments_json(true, imported.import, {});
        STRCMP_EQUAL(one.tcp, line_of(json["segments"][0]["tcp_ports"]).c_str());
        STRCMP_EQUAL(one.udp, line_of(json["segments"][0]["udp_ports"]).c_str());
    }
}

TEST(SegmentsImport, WhatAnImportCannotBelieveIsAnError) {
    struct Case {
        std::string text;
        const char* line;
    };

    const Case cases[] = {
        {"{", "z1: is not JSON"},
        {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
         "z1: nests deeper than 32"},
        {"{}",
         "z1: holds no application segments: give the API's answer, `terraform show -json` or a "
         "state of Terraform"},
        {R"({"totalPages": "3", "list": []})",
         "z1: totalPages: the list goes on: give all of its 3 pages"},
        {simple("A", "https://x/"),
         "z1: object.domainNames[0]: \"https://x/\" is neither a name nor an address range"},
        {simple("A", "10.0.0.0/33"),
         "z1: object.domainNames[0]: \"10.0.0.0/33\" is neither a name nor an address range"},
        {anchored("A", R"("domainNames": "x")"), "z1: object.domainNames: is no array"},
        {anchored("A", R"("domainNames": ["x"], "tcpPortRanges": ["80"])"),
         "z1: object.tcpPortRanges: holds no pairs of first and last port"},
        {anchored("A", R"("domainNames": ["x"], "tcpPortRanges": ["443", "80"])"),
         "z1: object.tcpPortRanges[0]: \"443\" to \"80\" is no range of ports"},
        {anchored("A", R"("domainNames": ["x"], "udpPortRange": [{"from": "0", "to": "80"}])"),
         "z1: object.udpPortRange[0]: \"0\" to \"80\" is no range of ports"},
        {anchored(
             "A",
             R"("domainNames": ["x"], "tcpPortRanges": ["80", "80"], "bypassType": "SOMETIMES")"
         ),
         "z1: object.bypassType: \"SOMETIMES\" is not known"},
    };
    for (const Case& one : cases) {
        check_lines({one.line}, import({one.text}).lines);
    }
}

TEST(SegmentsImport, PagesBelongTogether) {
    const auto page = [](const char* name, const char* address) {
        return fmt::format(R"({{"totalPages": 2, "list": [{}]}})", simple(name, address));
    };
    const Imported both = import({page("A", "192.0.2.1"), page("B", "192.0.2.2")});
    check_lines({}, both.lines);
    LONGS_EQUAL(2, both.import.rules.size());
    LONGS_EQUAL(0, import({page("A", "192.0.2.1")}).import.rules.size());
}

TEST(SegmentsImport, WhatIsInNoUseIsNotHeldAgainstItsFile) {
    const Imported imported = import(
        {R"([{"name": "Old", "enabled": false, "ipAnchored": true, "domainNames": ["https://x/"]},
             {"name": "Private", "domainNames": ["a b"], "tcpPortRanges": ["9"]},
             {"name": "Other", "domainNames": ["c d"]},
             {"name": "Void", "ipAnchored": true, "domainNames": ["192.0.2.1"]}])"}
    );
    check_lines(
        {"z1: note: [0]: \"Old\" is disabled and left out",
         "z1: note: [1]: 2 segments are not anchored and left out, \"Private\" first",
         "z1: warning: [3]: \"Void\" is without ports and left out"},
        imported.lines
    );
    LONGS_EQUAL(4, imported.import.left_out.size());
    STRCMP_EQUAL("", branch_toml(imported).c_str());
}

TEST(SegmentsImport, NamesAreMadeFitAndUnique) {
    const Imported imported = import(
        {"[" + simple("A", "192.0.2.1") + "," + simple("A", "192.0.2.2") + "," +
         simple("A (2)", "192.0.2.3") + "," + simple("A", "192.0.2.4") + "," +
         simple("x\\n[[rule]]", "192.0.2.5") + "," + simple(std::string(200, 'n'), "192.0.2.6") +
         "]"}
    );
    std::string names;
    for (const ImportedRule& rule : imported.import.rules) {
        names += rule.segment.name + "|";
    }
    STRCMP_EQUAL(
        ("A|A (2)|A (2) (2)|A (3)|x [[rule]]|" + std::string(116, 'n') + "|").c_str(),
        names.c_str()
    );
    LONGS_EQUAL(6, config_of(bare_branch() + branch_toml(imported)).rules.size());
}

TEST(SegmentsImport, ASegmentThatIsThereTwiceCountsOnce) {
    const std::string one =
        anchored("A", R"("id": "5", "domainNames": ["192.0.2.1/24"], "tcpPortRanges": ["1", "1"])");
    const Imported imported = import({one, one});
    check_lines(
        {"z1: note: object.domainNames[0]: \"192.0.2.1/24\" is taken as 192.0.2.0/24",
         "z2: note: object: is there twice, and taken once"},
        imported.lines
    );
    LONGS_EQUAL(1, imported.import.rules.size());
}
