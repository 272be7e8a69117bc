// SPDX-License-Identifier: Apache-2.0
// Published lists as their publishers give them, and the traps of each (domain page sections 3 and 5d).
#include "control/lists/read_list.hpp"
#include "control_fixture.hpp"

#include <algorithm>

#include <CppUTest/TestHarness.h>

using namespace egret::control;
using namespace egret::test;

namespace {

Located<std::string> at_once(const char* text) {
    return {text, {1, 1}};
}

ListSection section_of(ListFormat format, const ListSelection& select = {}) {
    ListSection section;
    section.name = at_once("list");
    section.format = {format, {1, 1}};
    section.source = at_once("list");
    section.select = select;
    return section;
}

/// What is wrong with `text`, as one sentence; empty if nothing is.
std::string
complaint(ListFormat format, const std::string& text, const ListSelection& select = {}) {
    const auto list = read_list(section_of(format, select), text);
    return list ? std::string() : "list: " + list.error();
}

/// A list that must be readable.
List read(ListFormat format, const std::string& text, const ListSelection& select = {}) {
    auto list = read_list(section_of(format, select), text);
    if (!list) {
        FAIL(list.error().c_str());
    }
    return std::move(*list);
}

/// Where the list says `prefix` or `name` comes from; "-" if it does not hold it.
std::string part_of(const List& list, const std::string& entry) {
    for (const PrefixEntry& one : list.prefixes) {
        if (egret::api::to_text(one.prefix) == entry) {
            return list.parts[one.part];
        }
    }
    for (const DomainEntry& one : list.domains) {
        if (one.pattern == entry) {
            return list.parts[one.part];
        }
    }
    return "-";
}

const DomainEntry* find_domain(const List& list, const std::string& pattern) {
    const auto found = std::ranges::find(list.domains, pattern, &DomainEntry::pattern);
    return found == list.domains.end() ? nullptr : &*found;
}

void check_complaint(const std::string& expected, const std::string& actual) {
    STRCMP_EQUAL(expected.c_str(), actual.c_str());
}

}  // namespace

TEST_GROUP(ListFormats)
{};

TEST(ListFormats, AzureTagsPublished) {
    const auto text = shared_text("lists/azure_service_tags_subset.json");
    if (!text) {
        return;
    }
    ListSelection select;
    select.tags = {at_once("AzureActiveDirectory")};
    const List list = read(ListFormat::azure_tags, *text, select);
    LONGS_EQUAL(136, list.prefixes.size());
    STRCMP_EQUAL("232", list.origin.version.c_str());
    STRCMP_EQUAL("tag AzureActiveDirectory", part_of(list, "13.64.151.161/32").c_str());
    CHECK_TRUE(std::ranges::any_of(list.prefixes, [](const PrefixEntry& entry) {
        return entry.prefix.address.family == egret::api::Family::ipv6;
    }));
    select.tags = {at_once("AzureActiveDirectry")};
    check_complaint(
        "list: has no tag \"AzureActiveDirectry\" (did you mean \"AzureActiveDirectory\"?); it has "
        "AzureActiveDirectory, AzureActiveDirectory.ServiceEndpoint, "
        "AzureActiveDirectoryDomainServices, AzureFrontDoor.Frontend, Storage",
        complaint(ListFormat::azure_tags, *text, select)
    );
}

TEST(ListFormats, OktaPublished) {
    const auto text = shared_text("lists/okta_ip_ranges.json");
    if (!text) {
        return;
    }
    ListSelection select;
    select.cells = {at_once("emea_cell_1"), at_once("emea_cell_2")};
    const List list = read(ListFormat::okta, *text, select);
    CHECK_TRUE(list.prefixes.size() > 100);
    LONGS_EQUAL(3, list.parts.size());
    CHECK_TRUE(list.origin.version.empty());
    CHECK_TRUE(read(ListFormat::okta, *text).prefixes.size() > list.prefixes.size());
    // The key seen in the wild that is none of this file's.
    select.cells = {at_once("us_cell_13")};
    const std::string said = complaint(ListFormat::okta, *text, select);
    CHECK_TRUE(said.starts_with("list: has no cell \"us_cell_13\""));
    CHECK_TRUE(said.find("; it has apac_cell_1, ") != std::string::npos);
}

TEST(ListFormats, GooglePublished) {
    const auto goog = shared_text("lists/google_goog.json");
    const auto cloud = shared_text("lists/google_cloud.json");
    if (!goog || !cloud) {
        return;
    }
    const List list = read(ListFormat::google, *goog);
    LONGS_EQUAL(11, list.prefixes.size());
    STRCMP_EQUAL("1682928300324", list.origin.version.c_str());
    // Published with a host bit: 2620:120:e001::/40.
    STRCMP_EQUAL("", part_of(list, "2620:120:e000::/40").c_str());
    STRCMP_EQUAL(
        "Google Cloud asia-east1",
        part_of(read(ListFormat::google, *cloud), "34.80.0.0/15").c_str()
    );
}

TEST(ListFormats, AwsPublished) {
    const auto text = shared_text("lists/aws_ip_ranges_subset.json");
    if (!text) {
        return;
    }
    ListSelection select;
    select.services = {at_once("ROUTE53_RESOLVER")};
    select.regions = {at_once("us-west-2")};
    const List list = read(ListFormat::aws, *text, select);
    CHECK_TRUE(list.prefixes.size() > 3);
    STRCMP_EQUAL("service ROUTE53_RESOLVER in us-west-2", part_of(list, "34.223.112.0/26").c_str());
    STRCMP_EQUAL("1657291988", list.origin.version.c_str());
    // Published with host bits: 13.34.37.65/27.
    STRCMP_EQUAL(
        "service AMAZON in ap-southeast-4",
        part_of(read(ListFormat::aws, *text), "13.34.37.64/27").c_str()
    );
    select.services = {at_once("SIGNIN")};
    CHECK_TRUE(
        complaint(ListFormat::aws, *text, select).starts_with("list: has no service \"SIGNIN\"; it")
    );
}

TEST(ListFormats, Auth0TakesRegions) {
    const std::string text =
        R"({"last_updated_at": "2026-01-02T03:04:05Z",
            "regions": {"US": {"ipv4_cidrs": ["192.0.2.1/32"]}, "EU": {"ipv4_cidrs": ["198.51.100.7/32"]}},
            "changelog": [{"date": "2026-01-02", "region": "US", "action": "add", "ipv4_cidrs": []}]})";
    ListSelection select;
    select.regions = {at_once("EU")};
    const List list = read(ListFormat::auth0, text, select);
    LONGS_EQUAL(1, list.prefixes.size());
    STRCMP_EQUAL("region EU", part_of(list, "198.51.100.7/32").c_str());
    STRCMP_EQUAL("2026-01-02T03:04:05Z", list.origin.version.c_str());
    select.regions = {at_once("AU")};
    check_complaint(
        "list: has no region \"AU\"; it has EU, US",
        complaint(ListFormat::auth0, text, select)
    );
}

TEST(ListFormats, M365Traps) {
    const auto text = shared_text("lists/m365_worldwide.json");
    if (!text) {
        return;
    }
    const List list = read(ListFormat::m365, *text);
    // A leading star without a dot, a star in the middle, and one as the beginning of a label.
    for (const char* name : {"*cdn.onenote.net", "autodiscover.*.onmicrosoft.com"}) {
        CHECK_TRUE_TEXT(find_domain(list, name) != nullptr, name);
    }
    STRCMP_EQUAL("set 56", part_of(list, "login.microsoftonline.com").c_str());
    // Set 59 has names and no addresses.
    ListSelection select;
    select.ids = {{59, {1, 1}}};
    const List names = read(ListFormat::m365, *text, select);
    CHECK_TRUE(names.prefixes.empty());
    CHECK_TRUE(names.domains.size() > 5);
    // Sets with ports for UDP keep them beside those for TCP.
    CHECK_TRUE(std::ranges::any_of(list.ports, [](const EntryPorts& ports) {
        return !ports.udp.empty();
    }));
}

TEST(ListFormats, M365PlaceholdersStandForEveryTenant) {
    const List list = read(
        ListFormat::m365,
        R"([{"id": 31, "urls": ["<tenant>.sharepoint.example", "<tenant>-my.sharepoint.example"]}])"
    );
    CHECK_TRUE(find_domain(list, "*.sharepoint.example") != nullptr);
    CHECK_TRUE(find_domain(list, "*-my.sharepoint.example") != nullptr);
}

TEST(ListFormats, M365AddressHasTheFirstOfItsCategories) {
    const std::string text = R"([
        {"id": 1, "category": "Default", "ips": ["192.0.2.0/24", "198.51.100.0/24"], "tcpPorts": "25"},
        {"id": 2, "category": "Optimize", "ips": ["192.0.2.0/24"], "tcpPorts": "443"}])";
    ListSelection select;
    select.categories = {at_once("Default")};
    const List rest = read(ListFormat::m365, text, select);
    STRCMP_EQUAL("-", part_of(rest, "192.0.2.0/24").c_str());
    STRCMP_EQUAL("set 1", part_of(rest, "198.51.100.0/24").c_str());
    select.categories = {at_once("Optimize")};
    STRCMP_EQUAL("set 2", part_of(read(ListFormat::m365, text, select), "192.0.2.0/24").c_str());
    // Without a category nothing is left out: both sets' ports hold.
    LONGS_EQUAL(3, read(ListFormat::m365, text).prefixes.size());
}

TEST(ListFormats, M365SelectedNamesMustExist) {
    const std::string text = R"([{"id": 1, "serviceArea": "Common", "ips": ["192.0.2.0/24"]}])";
    ListSelection select;
    select.service_areas = {at_once("Comon")};
    check_complaint(
        "list: has no service area \"Comon\" (did you mean \"Common\"?); it has Common",
        complaint(ListFormat::m365, text, select)
    );
}

TEST(ListFormats, CsvTakesTheFirstColumn) {
    const List list = read(
        ListFormat::csv,
        "\xef\xbb\xbfprefix,comment\r\n192.0.2.0/24,\"a, \"\"quoted\"\"\r\nremark\"\r\n\r\n"
        "\"2001:db8::/32\";x\r\n  Login.Contoso.example \ty\r\n198.51.100.7"
    );
    LONGS_EQUAL(3, list.prefixes.size());
    LONGS_EQUAL(1, list.domains.size());
    CHECK_TRUE(find_domain(list, "login.contoso.example") != nullptr);
    check_complaint(
        "list: line 4: \"192.0.2.0/33\" is neither a prefix nor a domain",
        complaint(ListFormat::csv, "a,b\n192.0.2.0/24,\"1\n2\"\n192.0.2.0/33\n")
    );
    check_complaint(
        "list: gives neither prefixes nor domains",
        complaint(ListFormat::csv, "prefix,comment\n")
    );
}

TEST(ListFormats, WrongShapes) {
    struct Case {
        ListFormat format;
        const char* text;
        const char* expected;
    };

    const Case cases[] = {
        {ListFormat::azure_tags, "{", "is not JSON"},
        {ListFormat::azure_tags, "[]", "is no list of service tags: it has no \"values\""},
        {ListFormat::azure_tags,
         R"({"values": [{"name": "a"}]})",
         "holds a service tag without a name or without addressPrefixes"},
        {ListFormat::azure_tags,
         R"({"values": [{"name": "a", "properties": {"addressPrefixes": [1]}}]})",
         "tag a: \"1\" is not a prefix"},
        {ListFormat::okta, "[]", "is JSON of type array, not an object of cells"},
        {ListFormat::okta, R"({"c": {}})", "cell c: has no ip_ranges"},
        {ListFormat::okta, R"({"c": {"ip_ranges": ["x/"]}})", "cell c: \"x/\" is not a prefix"},
        {ListFormat::okta, "{}", "gives neither prefixes nor domains"},
        {ListFormat::auth0, "{}", "is no list of Auth0's: it has no \"regions\""},
        {ListFormat::auth0,
         R"({"regions": {"US": {"ipv4_cidrs": ["1"]}}})",
         "region US: \"1\" is not a prefix"},
        {ListFormat::google, "{}", "is no list of Google's: it has no \"prefixes\""},
        {ListFormat::google,
         R"({"prefixes": [{"ipPrefix": "192.0.2.0/24"}]})",
         "holds an entry without ipv4Prefix or ipv6Prefix"},
        {ListFormat::google,
         R"({"prefixes": [{"ipv4Prefix": "192.0.2.0/33"}]})",
         "\"192.0.2.0/33\" is not a prefix"},
        {ListFormat::aws, "{}", "is no list of Amazon's: it has no \"prefixes\""},
        {ListFormat::aws, R"({"prefixes": [{}]})", "prefixes[0] has no ip_prefix"},
        {ListFormat::aws,
         R"({"prefixes": [{"ip_prefix": "192.0.2.0/24", "service": "S3"}]})",
         "prefixes[0] has no region"},
        {ListFormat::aws,
         R"({"prefixes": [], "ipv6_prefixes": [{"ipv6_prefix": "::/0", "service": "S3", "region": "r"}]})",
         "::/0 is shorter than /19: no list is believed about so much"},
    };
    for (const Case& one : cases) {
        check_complaint(std::string("list: ") + one.expected, complaint(one.format, one.text));
    }
}

TEST(ListFormats, BracketsBombsAreRefused) {
    check_complaint(
        "list: nests deeper than 16",
        complaint(ListFormat::okta, std::string(100, '['))
    );
    std::string many = "[0";
    for (int i = 0; i < 4'000'000; ++i) {
        many += ",0";
    }
    check_complaint("list: holds more than 4000000 values", complaint(ListFormat::aws, many));
}

TEST(ListFormats, MappedAddressesAreIpv4) {
    const List list = read(ListFormat::text, "::ffff:192.0.2.0/120\n::ffff:198.51.100.7\n");
    STRCMP_EQUAL("192.0.2.0/24", egret::api::to_text(list.prefixes[0].prefix).c_str());
    STRCMP_EQUAL("198.51.100.7/32", egret::api::to_text(list.prefixes[1].prefix).c_str());
    check_complaint(
        "list: 0.0.0.0/0 is shorter than /8: no list is believed about so much",
        complaint(ListFormat::text, "::ffff:0.0.0.0/96\n")
    );
}
