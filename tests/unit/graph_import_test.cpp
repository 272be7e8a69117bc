// SPDX-License-Identifier: Apache-2.0
// Graph's JSON with the traps of domain section 2.1, and the way there and back.
#include "control/locations/csv.hpp"
#include "control/locations/graph_export.hpp"
#include "control/locations/toml_sections.hpp"
#include "locations_fixture.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

struct Imported {
    LocationBook book;
    std::vector<std::string> lines;
};

Imported import(const std::vector<std::string>& texts) {
    std::vector<GraphText> files;
    for (const std::string& text : texts) {
        files.push_back({"g" + std::to_string(files.size() + 1), text});
    }
    std::vector<Finding> findings;
    Imported imported{read_graph(files, findings), {}};
    for (const Finding& finding : findings) {
        imported.lines.push_back(to_text(finding));
    }
    return imported;
}

const char* const kLocations = R"({"@odata.context": "x", "value": [
  {"@odata.type": "#microsoft.graph.ipNamedLocation", "id": "id-hq", "displayName": "HQ",
   "isTrusted": true, "createdDateTime": "2019-09-04T01:11:34.9387578Z",
   "ipRanges": [
     {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "12.34.221.11/22"},
     {"@odata.type": "#microsoft.graph.iPv6CidrRange", "cidrAddress": "2001:0:9d38:90d6:0:0:0:0/63"}]},
  {"@odata.type": "#microsoft.graph.countryNamedLocation", "id": "id-eu", "displayName": "EU",
   "countriesAndRegions": ["DE", "FR"], "countryLookupMethod": "clientIpAddress",
   "includeUnknownCountriesAndRegions": true},
  {"@odata.type": "#microsoft.graph.compliantNetworkNamedLocation", "id": "id-compliant",
   "displayName": "All Compliant Network Locations",
   "compliantNetworkType": "allTenantCompliantNetworks", "isTrusted": false}]})";

const char* const kPolicies = R"({"value": [
  {"id": "p1", "displayName": "MFA outside offices", "state": "enabled",
   "conditions": {"users": {"includeUsers": ["All"]},
     "locations": {"includeLocations": ["All"], "excludeLocations": ["AllTrusted", "id-eu"]}},
   "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
   "sessionControls": {"continuousAccessEvaluation": {"mode": "strictLocation"}}},
  {"id": "p2", "displayName": "Compliant network", "state": "enabledForReportingButNotEnforced",
   "conditions": {"locations": {"includeLocations": ["All"],
     "excludeLocations": ["id-compliant", "00000000-0000-0000-0000-000000000000"]}},
   "grantControls": {"operator": "OR", "builtInControls": ["block"]}}]})";

const char* const kToml = R"([[location]]
name = "HQ"
ranges = [
    "12.34.220.0/22",
    "2001:0:9d38:90d6::/63",
]
trusted = true

[[location]]
name = "EU"
countries = ["DE", "FR"]
include_unknown = true

[[policy]]
name = "MFA outside offices"
include_locations = ["All"]
exclude_locations = ["AllTrusted", "EU"]
grant = "mfa"
cae = "strict"

[[policy]]
name = "Compliant network"
include_locations = ["All"]
exclude_locations = ["AllCompliant", "MfaTrustedIps"]
grant = "block"
state = "report-only"
)";

}  // namespace

TEST_GROUP(GraphImport)
{};

TEST(GraphImport, BecomesSectionsThatPass) {
    const Imported imported = import({kPolicies, kLocations});
    check_lines(
        {"g2: note: value[0].ipRanges[0]: \"12.34.221.11/22\" is taken as 12.34.220.0/22",
         "g2: note: value[0].ipRanges[1]: \"2001:0:9d38:90d6:0:0:0:0/63\" is taken as "
         "2001:0:9d38:90d6::/63"},
        imported.lines
    );
    STRCMP_EQUAL(kToml, toml_of(imported.book).c_str());
    const Config config = config_of(std::string(kEdge) + toml_of(imported.book));
    LONGS_EQUAL(2, config.locations.size());
    LONGS_EQUAL(2, config.policies.size());
}

TEST(GraphImport, ComesBackFromGraphAsItWent) {
    const Imported there = import({kLocations});
    const std::string graph = graph_of(there.book);
    STRCMP_CONTAINS("\"#microsoft.graph.iPv4CidrRange\"", graph.c_str());
    STRCMP_CONTAINS("\"#microsoft.graph.iPv6CidrRange\"", graph.c_str());
    STRCMP_CONTAINS("\"clientIpAddress\"", graph.c_str());
    const Imported back = import({graph});
    check_lines({}, back.lines);
    STRCMP_EQUAL(toml_of(there.book).c_str(), toml_of(back.book).c_str());
    STRCMP_EQUAL(graph.c_str(), graph_of(back.book).c_str());
}

/// A13: the tenant's switch, as Graph's beta answers.
TEST(GraphImport, A13_SignalingStatusIsTheSwitch) {
    for (const bool is_on : {true, false}) {
        const Imported imported = import({graph_settings_of(is_on), kLocations});
        CHECK_TRUE(imported.book.signaling == is_on);
        const std::string toml = toml_of(imported.book);
        STRCMP_CONTAINS(
            is_on ? "\n[signaling]\nenabled = true\n" : "\n[signaling]\nenabled = false\n",
            toml.c_str()
        );
        const Config config = config_of(std::string(kEdge) + toml);
        CHECK_EQUAL(is_on, *config.signaling.enabled);
        STRCMP_EQUAL(
            graph_settings_of(is_on).c_str(),
            graph_settings_of(*config.signaling.enabled).c_str()
        );
    }
    // Without its type, and with what else the answer may hold.
    CHECK_TRUE(
        import({R"({"@odata.context": "x", "id": "1", "signalingStatus": "disabled", "more": 1})"})
            .book.signaling == false
    );
    const Imported unknown = import({R"({"signalingStatus": "unknownFutureValue"})"});
    CHECK_FALSE(unknown.book.signaling.has_value());
    check_lines(
        {"g1: warning: object.signalingStatus: kept out: \"unknownFutureValue\" is neither enabled "
         "nor disabled"},
        unknown.lines
    );
    CHECK_FALSE(import({kLocations}).book.signaling.has_value());
}

TEST(GraphImport, TakesAnArrayAndOneObject) {
    const std::string one =
        R"({"ipRanges": [{"cidrAddress": "203.0.113.7"}], "displayName": "HQ"})";
    LONGS_EQUAL(1, import({one}).book.locations.size());
    LONGS_EQUAL(2, import({"[" + one + "," + one + "]"}).book.locations.size());
    LONGS_EQUAL(1, import({"\xEF\xBB\xBF" + one}).book.locations.size());
}

TEST(GraphImport, TakesPowerShellsSpelling) {
    const Imported imported = import({R"([
      {"Id": "id-hq", "DisplayName": "HQ", "AdditionalProperties": {
        "@odata.type": "#microsoft.graph.ipNamedLocation", "isTrusted": true,
        "ipRanges": [{"cidrAddress": "203.0.113.0/29"}]}},
      {"Id": "p", "DisplayName": "P", "State": "enabled",
       "Conditions": {"Locations": {"IncludeLocations": ["All"], "ExcludeLocations": ["id-hq"]}},
       "GrantControls": {"BuiltInControls": ["block"], "Operator": "OR"}}])"});
    check_lines({}, imported.lines);
    STRCMP_EQUAL(
        "[[location]]\nname = \"HQ\"\nranges = [\n    \"203.0.113.0/29\",\n]\ntrusted = true\n\n"
        "[[policy]]\nname = \"P\"\ninclude_locations = [\"All\"]\nexclude_locations = [\"HQ\"]\n"
        "grant = \"block\"\n",
        toml_of(imported.book).c_str()
    );
}

TEST(GraphImport, UnknownTypesAreNamedAndKeptOut) {
    const Imported imported = import(
        {R"([{"@odata.type": "#microsoft.graph.orbitalNamedLocation", "displayName": "Moon"}])"}
    );
    check_lines(
        {"g1: warning: value[0]: kept out: \"Moon\" has the unknown type "
         "\"#microsoft.graph.orbitalNamedLocation\""},
        imported.lines
    );
    LONGS_EQUAL(0, imported.book.locations.size());
}

TEST(GraphImport, MappedAddressesAreIpv4) {
    const Imported imported = import(
        {R"({"displayName": "HQ", "ipRanges": [{"@odata.type": "#microsoft.graph.iPv6CidrRange",
             "cidrAddress": "::ffff:203.0.113.9/125"}]})"}
    );
    LONGS_EQUAL(1, imported.book.locations[0].ranges.n_ipv4());
    STRCMP_CONTAINS("203.0.113.8/29", toml_of(imported.book).c_str());
}

TEST(GraphImport, WhatCannotBeReadIsAnError) {
    const struct {
        const char* text;
        const char* line;
    } cases[] = {
        {"", "g1: is no JSON object or array"},
        {"{\"value\": 7}", "g1: value: is no array"},
        {"[7]", "g1: value[0]: is no object"},
        {R"({"displayName": "HQ", "ipRanges": 7})", "g1: object: has no array ipRanges"},
        {R"({"displayName": "HQ", "ipRanges": [{"cidrAddress": "300.0.0.0/8"}]})",
         "g1: object.ipRanges[0]: \"300.0.0.0/8\" is no address range"},
        {R"({"displayName": "HQ", "ipRanges": [{"@odata.type": "#microsoft.graph.iPv4Range"}]})",
         "g1: object.ipRanges[0]: has the unknown type \"iPv4Range\": write it as prefixes"},
        {R"({"displayName": "EU", "countriesAndRegions": ["Europe"]})",
         "g1: object: \"EUROPE\" is no country of two letters"},
        {R"({"displayName": "EU", "countriesAndRegions": [], "countryLookupMethod": "stars"})",
         "g1: object: unknown countryLookupMethod \"stars\""},
        {R"({"value": [], "@odata.nextLink": "https://graph.example/next"})",
         "g1: @odata.nextLink: the list goes on: export all of its pages"},
        {R"({"displayName": "P", "state": "enabled", "conditions": {"locations":
             {"includeLocations": ["who"]}}, "grantControls": {"builtInControls": ["block"]}})",
         "g1: object.includeLocations: location who is in none of the files: give the export of "
         "the named locations too"},
    };

    for (const auto& one : cases) {
        check_lines({one.line}, import({one.text}).lines);
    }
    const std::string deep = std::string(40, '[') + std::string(40, ']');
    check_lines({"g1: nests deeper than 32 levels"}, import({deep}).lines);
}

TEST(GraphImport, ControlsThatAreNotModelledCountAsMfa) {
    const Imported imported = import({R"([
      {"displayName": "A", "state": "enabled", "conditions": {}, "grantControls":
        {"operator": "OR", "builtInControls": [], "authenticationStrength": {"id": "x"}}},
      {"displayName": "B", "state": "enabled", "conditions": {}, "grantControls":
        {"operator": "AND", "builtInControls": ["mfa", "compliantDevice"]}},
      {"displayName": "C", "state": "enabled", "conditions": {}, "grantControls": null}])"});
    check_lines(
        {"g1: warning: value[0].grantControls: \"authenticationStrength\" is not modelled and "
         "taken "
         "as \"mfa\"",
         "g1: note: value[2]: kept out: \"C\" demands nothing"},
        imported.lines
    );
    STRCMP_EQUAL(
        "[[policy]]\nname = \"A\"\ninclude_locations = [\"All\"]\ngrant = \"mfa\"\n\n"
        "[[policy]]\nname = \"B\"\ninclude_locations = [\"All\"]\ngrant = \"mfa\"\n\n"
        "[[policy]]\nname = \"B (2)\"\ninclude_locations = [\"All\"]\ngrant = "
        "\"compliant-device\"\n",
        toml_of(imported.book).c_str()
    );
}

TEST(GraphImport, NamesAreMadeUsable) {
    const Imported imported =
        import({R"([{"displayName": "All", "ipRanges": []}, {"displayName": "HQ", "ipRanges": []},
             {"displayName": "HQ", "ipRanges": []}, {"displayName": "a\tb \"c\"", "ipRanges": []}])"}
        );
    STRCMP_EQUAL("All (2)", imported.book.locations[0].name->c_str());
    STRCMP_EQUAL("HQ (2)", imported.book.locations[2].name->c_str());
    const Config config = config_of(std::string(kEdge) + toml_of(imported.book));
    STRCMP_EQUAL("a b \"c\"", config.locations[3].name->c_str());
}

TEST(GraphImport, SectionsAreReplacedAndTheRestStays) {
    const std::string before =
        "# mine\nschema = 1\n[[location]]\nname = \"HQ\"\nranges = [\n"
        "  \"192.0.2.0/24\", # old\n]\n\n# the office\n[[location]]\nname = "
        "\"Office\"\nranges = []\n[log]\nlevel = \"info\"\n";
    const auto is_hq = [](std::string_view section, std::string_view name) {
        return section == "location" && name == "HQ";
    };
    STRCMP_EQUAL(
        "# mine\nschema = 1\n\n# the office\n[[location]]\nname = \"Office\"\nranges = []\n[log]\n"
        "level = \"info\"\n[[location]]\nnew\n",
        replace_sections(before, is_hq, "[[location]]\nnew\n").value().c_str()
    );
    CHECK_FALSE(replace_sections("[", is_hq, "").has_value());
}

TEST_GROUP(LocationCsv)
{};

TEST(LocationCsv, TakesWhatPeopleUpload)  // B16, 5d
{
    Findings findings("c.csv");
    const RangeSet ranges = read_csv(
        "\xEF\xBB\xBFIP range\r\n\r\n203.0.113.9/29\r\n\"198.51.100.7\",remark\r\n   "
        "\n2001:db8::/48\r",
        findings
    );
    check_lines(
        {"c.csv:1:1: note: \"IP range\" is taken for a header",
         "c.csv:3:1: note: \"203.0.113.9/29\" is taken as 203.0.113.8/29"},
        lines_of(findings)
    );
    STRCMP_EQUAL("198.51.100.7/32\r\n203.0.113.8/29\r\n2001:db8::/48\r\n", csv_of(ranges).c_str());
    Findings again("c.csv");
    STRCMP_EQUAL(csv_of(ranges).c_str(), csv_of(read_csv(csv_of(ranges), again)).c_str());
    check_lines({}, lines_of(again));
}

TEST(LocationCsv, ARowThatIsNoRangeIsAnError) {
    Findings findings("c.csv");
    static_cast<void>(read_csv("192.0.2.0/24\nHQ\n192.0.2.0/33\n", findings));
    check_lines(
        {"c.csv:2:1: \"HQ\" is no address range",
         "c.csv:3:1: \"192.0.2.0/33\" is no address range"},
        lines_of(findings)
    );
}
