// SPDX-License-Identifier: Apache-2.0
// List files, right and wrong, through the whole of loading a configuration.
#include "control/lists/domain_pattern.hpp"
#include "control_fixture.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret::control;
using namespace egret::test;

namespace {

/// The fixture's branch with a list file in place of its inline list.
std::string with_source(const std::string& rest) {
    return with(kBranch, "prefixes = [\"192.0.2.0/24\"]\n", "source = \"file:list\"\n" + rest);
}

void check_m365(const std::string& json, const std::vector<std::string>& expected) {
    const TempFolder folder;
    folder.write("list", json);
    check_lines(expected, findings_in(folder, with_source("format = \"m365\"\n")));
}

void check_text(const std::string& text, const std::vector<std::string>& expected) {
    const TempFolder folder;
    folder.write("list", text);
    check_lines(expected, findings_in(folder, with_source("format = \"text\"\n")));
}

}  // namespace

TEST_GROUP(ListFile)
{};

TEST(ListFile, M365Published) {
    const auto published = shared_text("lists/m365_worldwide.json");
    if (!published) {
        return;
    }
    const TempFolder folder;
    folder.write("list", *published);
    const std::string source = "format = \"m365\"\n";
    const Generation sign_in =
        compiled(folder, with_source(source + "select = { ids = [56, 59] }\n"));
    LONGS_EQUAL(14, sign_in.lists[0].prefixes.size());
    LONGS_EQUAL(35, sign_in.lists[0].domains.size());
    LONGS_EQUAL(2, sign_in.lists[0].ports.size());
    LONGS_EQUAL(80, sign_in.lists[0].ports[1].tcp.front().first);
    const Generation everything = compiled(folder, with_source(source));
    CHECK_TRUE(everything.lists[0].prefixes.size() > 200);
    const Generation exchange = compiled(
        folder,
        with_source(
            source + "select = { service_areas = [\"Exchange\"], categories = [\"Optimize\"] }\n"
        )
    );
    LONGS_EQUAL(38, exchange.lists[0].prefixes.size());
}

TEST(ListFile, M365OfTheWrongShape) {
    const std::string at = "t.toml:26:10: list.source: list: ";
    check_m365("", {at + "is not JSON"});
    check_m365("[{\"id\": 1", {at + "is not JSON"});
    check_m365("{\"id\": 1}", {at + "is JSON of type object, not an array of endpoint sets"});
    check_m365("[1]", {at + "holds something that is no endpoint set"});
    check_m365("[{\"ips\": []}]", {at + "holds an endpoint set without a number as its id"});
    check_m365("[{\"id\": -1}]", {at + "holds an endpoint set without a number as its id"});
    check_m365("[{\"id\": 7, \"ips\": \"x\"}]", {at + "set 7: ips is not a list of strings"});
    check_m365("[{\"id\": 7, \"urls\": [1]}]", {at + "set 7: urls is not a list of strings"});
    check_m365("[{\"id\": 7, \"tcpPorts\": 80}]", {at + "set 7: tcpPorts is not a string"});
    check_m365("[{\"id\": 7, \"required\": 1}]", {at + "set 7: required is not a boolean"});
    check_m365(
        "[{\"id\": 7, \"tcpPorts\": \"80;443\", \"ips\": []}]",
        {at + "set 7: its ports are not numbers separated by commas"}
    );
    check_m365(
        "[{\"id\": 7, \"ips\": [\"192.0.2.0/33\"]}]",
        {at + "set 7: \"192.0.2.0/33\" is not a prefix"}
    );
    check_m365("[]", {at + "gives neither prefixes nor domains"});
    check_m365("[{\"id\": 7}]", {at + "gives neither prefixes nor domains"});
}

TEST(ListFile, M365SelectedSetMustExist) {
    const TempFolder folder;
    folder.write("list", "[{\"id\": 7, \"ips\": [\"192.0.2.0/24\"]}]");
    check_lines(
        {"t.toml:28:22: list.select.ids: list: has no endpoint set 8"},
        findings_in(folder, with_source("format = \"m365\"\nselect = { ids = [7, 8] }\n"))
    );
    check_lines(
        {"t.toml:26:10: list.source: list: gives neither prefixes nor domains"},
        findings_in(folder, with_source("format = \"m365\"\nselect = { required = true }\n"))
    );
}

TEST(ListFile, MissingOrNoFile) {
    const TempFolder folder;
    const std::string text = with_source("format = \"text\"\n");
    check_lines(
        {"t.toml:26:10: list.source: list: cannot be read: No such file or directory"},
        findings_in(folder, text)
    );
    folder.write("list/inner", "");
    check_lines(
        {"t.toml:26:10: list.source: list: is a folder, not a file"},
        findings_in(folder, text)
    );
}

TEST(ListFile, TextTakesPrefixesNamesAndComments) {
    const TempFolder folder;
    folder.write(
        "list",
        "\xef\xbb\xbf# own\r\n192.0.2.0/24\r\n\n  2001:db8::1 # "
        "host\nLogin.Example.COM.\n*.a.example"
    );
    const Generation generation = compiled(folder, with_source("format = \"text\"\n"));
    const List& list = generation.lists[0];
    LONGS_EQUAL(2, list.prefixes.size());
    STRCMP_EQUAL("2001:db8::1/128", egret::api::to_text(list.prefixes[1].prefix).c_str());
    STRCMP_EQUAL("login.example.com", list.domains[0].pattern.c_str());
    STRCMP_EQUAL("*.a.example", list.domains[1].pattern.c_str());
}

TEST(ListFile, TextNamesItsWrongLines) {
    const std::string at = "t.toml:26:10: list.source: list: ";
    check_text(
        "192.0.2.0/24\nfoo bar\n\n192.0.2.0/99\n",
        {at + "line 2: \"foo bar\" is neither a prefix nor a domain",
         at + "line 4: \"192.0.2.0/99\" is neither a prefix nor a domain"}
    );
    check_text("# nothing\n", {at + "gives neither prefixes nor domains"});
}

TEST(ListFile, HostBitsGiveOneNote) {
    check_text(
        "192.0.2.9/24\n",
        {"t.toml:26:10: note: list.source: list: \"192.0.2.9/24\" has host bits set, which are "
         "cleared"}
    );
    check_text(
        "192.0.2.9/24\n2001:db8::1/32\n192.0.3.1/24\n",
        {"t.toml:26:10: note: list.source: list: \"192.0.2.9/24\" (and 2 more) has host bits set, "
         "which are cleared"}
    );
}

TEST(ListFile, SaysTooMuchToBeBelieved) {
    const std::string at = "t.toml:26:10: list.source: list: ";
    const std::string doubt = ": no list is believed about so much";
    check_text("12.0.0.0/7\n", {at + "12.0.0.0/7 is shorter than /8" + doubt});
    check_text("2600::/18\n", {at + "2600::/18 is shorter than /19" + doubt});
    check_text("2600::/19\n", {});
    std::string sixteenth;
    for (int i = 16; i < 32; ++i) {
        sixteenth += std::to_string(i) + ".0.0.0/8\n" + std::to_string(i) + ".1.0.0/16\n";
    }
    check_text(sixteenth, {});
    check_text(
        sixteenth + "33.0.0.0/32\n",
        {at + "covers more than a sixteenth of all IPv4 addresses" + doubt}
    );
}

TEST(ListFile, OwnEntriesMayBeAnySize) {
    const TempFolder folder;
    check_lines({}, findings_in(folder, with(kBranch, "192.0.2.0/24", "0.0.0.0/0")));
}

TEST(ListFile, EntriesAreEitherHereOrThere) {
    check_lines(
        {"t.toml:24:1: list: has neither a source nor prefixes nor domains"},
        findings_of(with(kBranch, "prefixes = [\"192.0.2.0/24\"]\n", ""))
    );
    check_lines(
        {"t.toml:24:1: list: has neither a source nor prefixes nor domains"},
        findings_of(with(kBranch, "[\"192.0.2.0/24\"]", "[]"))
    );
    check_lines(
        {"t.toml:24:1: list: has a source and entries of its own; make two lists of it"},
        findings_of(with_source("format = \"text\"\ndomains = [\"a.example\"]\n"))
    );
    check_lines(
        {"t.toml:24:1: list.format: belongs to a list with a source"},
        findings_of(with(kBranch, "prefixes =", "format = \"text\"\nprefixes ="))
    );
    check_lines(
        {"t.toml:28:10: list.select.ids: format \"text\" has no such parts"},
        findings_of(with_source("format = \"text\"\nselect = { ids = [1] }\n"))
    );
}

TEST(ListFile, OutboundAddressesAreNoDestinationsByOmission) {
    const TempFolder folder;
    folder.write("list", R"({"regions": {"US": {"ipv4_cidrs": ["192.0.2.1/32"]}}})");
    const std::string auth0 = "format = \"auth0\"\n";
    check_lines(
        {"t.toml:27:10: list.format: auth0 lists the addresses Auth0 calls out from, not those "
         "clients sign in to: name the tenant's domains instead, or say outbound = true if these "
         "are the destinations that are meant"},
        findings_in(folder, with_source(auth0))
    );
    check_lines({}, findings_in(folder, with_source(auth0 + "outbound = true\n")));
    check_lines(
        {"t.toml:28:12: warning: list.outbound: has no effect: only format \"auth0\" lists "
         "addresses a service calls out from"},
        findings_of(with_source("format = \"text\"\noutbound = true\n"))
    );
}

TEST(ListFile, BroadListsAskForAChoice) {
    check_lines(
        {"t.toml:26:10: list.select.tags: is missing: the file holds all of Azure; say select = { "
         "tags = [\"AzureActiveDirectory\"] }, for instance"},
        findings_of(with_source("format = \"azure-tags\"\n"))
    );
    check_lines(
        {"t.toml:26:10: warning: list.select.cells: is missing: every cell is taken, although an "
         "organisation lives on one"},
        findings_of(with_source("format = \"okta\"\n"))
    );
    check_lines(
        {"t.toml:26:10: warning: list.select.services: is missing: everything Amazon announces is "
         "taken"},
        findings_of(with_source("format = \"aws\"\n"))
    );
}

TEST(ListFile, SegmentsThatShareDestinationsGetANote) {
    const TempFolder folder;
    check_lines(
        {"t.toml:34:8: note: segment.lists: shares 1 destinations with segment \"entra\", "
         "192.0.2.0/24 for instance: the first rule that holds protocol and port decides"},
        findings_in(
            folder,
            with(
                kBranch,
                "[[rule]]",
                "[[list]]\nname = \"more\"\nprefixes = [\"192.0.2.0/24\", \"198.51.100.0/24\"]\n"
                "[[segment]]\nname = \"other\"\nlists = [\"more\"]\n[[rule]]"
            )
        )
    );
}

TEST(ListFile, AddressesHoldNoSecrets) {
    const auto said = [](const std::string& source) {
        return findings_of(with(
            kBranch,
            "prefixes = [\"192.0.2.0/24\"]\n",
            "format = \"text\"\nsource = \"" + source + "\"\n"
        ));
    };
    const std::string at = "t.toml:27:10: list.source: ";
    check_lines(
        {at + "holds a user or password, which would be shown and logged; leave it out"},
        said("https://user:word@lists.contoso.example/a")
    );
    check_lines({at + "is no address of the form https://HOST/PATH"}, said("https:///a"));
    check_lines(
        {at + "is no address of the form https://HOST/PATH"},
        said("https://a.example/a b")
    );
    check_lines({}, said("https://lists.contoso.example/a?b=c@d"));
}

TEST(ListFile, MaxBytesIsForFilesToo) {
    const TempFolder folder;
    folder.write("list", "192.0.2.0/24\n");
    check_lines(
        {"t.toml:26:10: list.source: list: is larger than 4 bytes"},
        findings_in(folder, with_source("format = \"text\"\nmax_bytes = 4\n"))
    );
}

TEST_GROUP(DomainPattern)
{};

TEST(DomainPattern, StarsStandForSomething) {
    struct Case {
        const char* pattern;
        const char* name;
        bool holds;
    };

    const Case cases[] = {
        {"login.example.com", "login.example.com", true},
        {"login.example.com", "login.example.com.evil", false},
        {"login.example.com", "xlogin.example.com", false},
        {"*.example.com", "a.example.com", true},
        {"*.example.com", "a.b.example.com", true},
        {"*.example.com", "example.com", false},
        {"*.example.com", "evilexample.com", false},
        {"*cdn.example", "mycdn.example", true},
        {"*cdn.example", "cdn.example", false},
        {"autodiscover.*.example", "autodiscover.contoso.example", true},
        {"autodiscover.*.example", "autodiscover.a.b.example", false},
        {"*-files.example", "contoso-files.example", true},
        {"*.a.*.b", "x.a.z.a.q.b", true},
        {"a*", "a", false},
        {"*", "anything.at.all", true},
    };
    for (const Case& one : cases) {
        CHECK_EQUAL_TEXT(one.holds, matches(one.pattern, one.name), one.pattern);
    }
}

TEST(DomainPattern, TheMoreSpecificWins) {
    CHECK_TRUE(specificity("a.b") > specificity("*.long.example.com"));
    CHECK_TRUE(specificity("*.a.example.com") > specificity("*.example.com"));
}
