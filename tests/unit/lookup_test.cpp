// SPDX-License-Identifier: Apache-2.0
#include "control/compile/lookup.hpp"

#include "control/records/command_records.hpp"
#include "control_fixture.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

/// "ADDRESS PORT" or "NAME PORT"; empty if the text is refused.
std::string parsed(const char* text) {
    const auto destination = parse_destination(text);
    if (!destination) {
        return {};
    }
    const std::string what =
        destination->address.present() ? api::to_text(destination->address) : destination->name;
    return what + " " + std::to_string(destination->port);
}

const char* const kNamedList = R"([[list]]
name = "names"
domains = ["*.sso.example", "login.sso.example", "*.example"]
)";

std::string branch_with_names() {
    return with(
        with(kBranch, "[[segment]]", std::string(kNamedList) + "[[segment]]"),
        "lists = [\"idp\"]",
        "lists = [\"idp\", \"names\"]"
    );
}

}  // namespace

TEST_GROUP(Lookup)
{
    TempFolder folder;
    std::string provenance;  ///< of the last answer

    std::string ask(
        const Generation& generation,
        const char* destination,
        uint8_t protocol = 6,
        const char* from = ""
    ) {
        LookupQuery query;
        query.destination = parse_destination(destination).value();
        query.protocol = protocol;
        query.from = api::parse_address(from).value_or(api::IpAddress{});
        Json record = lookup_json(look_up(generation, query), generation.config);
        provenance = line_of(record["provenance"]);
        record.erase("provenance");
        return line_of(record);
    }
};

TEST(Lookup, DestinationsAreAddressesOrNamesWithOrWithoutPorts) {
    STRCMP_EQUAL("192.0.2.1 443", parsed("192.0.2.1").c_str());
    STRCMP_EQUAL("192.0.2.1 80", parsed("192.0.2.1:80").c_str());
    STRCMP_EQUAL("2001:db8::1 443", parsed("2001:db8::1").c_str());
    STRCMP_EQUAL("2001:db8::1:80 443", parsed("2001:db8::1:80").c_str());
    STRCMP_EQUAL("2001:db8::1 443", parsed("[2001:db8::1]").c_str());
    STRCMP_EQUAL("2001:db8::1 80", parsed("[2001:db8::1]:80").c_str());
    STRCMP_EQUAL("login.example.com 443", parsed("Login.Example.com.").c_str());
    STRCMP_EQUAL("login.example.com 8443", parsed("login.example.com:8443").c_str());
    for (const char* text :
         {"",
          "a b",
          "a:",
          "a:0",
          "a:65536",
          "[1.2.3.4]",
          "1.2.3.4:x",
          "[2001:db8::1",
          "*.a",
          "1.2.3"}) {
        STRCMP_EQUAL_TEXT("", parsed(text).c_str(), text);
    }
}

TEST(Lookup, TheRuleTheListAndTheEntry) {
    STRCMP_EQUAL(
        R"({"verdict":"tunnel","rule":"sign-ins","segment":"entra","list":"idp",)"
        R"("entry":"192.0.2.0/24","confidence":"prefix","reason":"192.0.2.9 TCP port 443: rule )"
        R"(\"sign-ins\" is the first that holds it, by segment \"entra\"; while group \"e1\" is )"
        R"(down: drop."})",
        ask(compiled(folder, kBranch), "192.0.2.9").c_str()
    );
}

TEST(Lookup, SaysWhereTheEntryComesFrom) {
    folder.write(
        "list",
        R"({"syncToken": "7", "prefixes": [{"ipv4Prefix": "192.0.2.0/24", "service": "a", "scope": "b"}]})"
    );
    const Generation generation = compiled(
        folder,
        with(
            kBranch,
            "prefixes = [\"192.0.2.0/24\"]",
            "format = \"google\"\nsource = \"file:list\""
        )
    );
    ask(generation, "192.0.2.9");
    STRCMP_EQUAL(
        (R"({"source":")" + (folder.path() / "list").string() +
         R"(","part":"a b","version":"7","fetched":null})")
            .c_str(),
        provenance.c_str()
    );
    ask(generation, "8.8.8.8");
    STRCMP_EQUAL("null", provenance.c_str());
}

TEST(Lookup, WhatMatchesNothingGoesDirect) {
    const Generation generation = compiled(folder, kBranch);
    const std::string direct =
        R"({"verdict":"direct","rule":null,"segment":null,"list":null,"entry":null,)"
        R"("confidence":null,"reason":")";
    STRCMP_EQUAL(
        (direct + "8.8.8.8 TCP port 443: what matches no rule goes direct.\"}").c_str(),
        ask(generation, "8.8.8.8").c_str()
    );
    STRCMP_EQUAL(
        (direct + "192.0.2.9 UDP port 443: the address belongs to a tunnel rule, but not with this "
                  "protocol, "
                  "port and client; what matches no rule goes direct.\"}")
            .c_str(),
        ask(generation, "192.0.2.9", 17).c_str()
    );
    STRCMP_EQUAL(
        (direct + "198.51.100.10 TCP port 443: it is a peer's endpoint, never tunnelled.\"}")
            .c_str(),
        ask(generation, "198.51.100.10").c_str()
    );
}

TEST(Lookup, SaysWhatIsHeldBack) {
    Generation generation = compiled(folder, kBranch);
    generation.lists[0].waiting.prefixes = {{api::parse_prefix("203.0.113.0/24").value(), 0, 0}};
    STRCMP_CONTAINS(
        R"(what matches no rule goes direct; list \"idp\" has an entry for it that is held, not used: )"
        "egret lists accept idp.",
        ask(generation, "203.0.113.9").c_str()
    );
    CHECK_TRUE(ask(generation, "8.8.8.8").find("held") == std::string::npos);
    CHECK_TRUE(ask(generation, "192.0.2.9").find("held") == std::string::npos);
}

TEST(Lookup, BlockQuicDropsWhereHttpsTakesTheTunnel) {
    const Generation generation =
        compiled(folder, with(kBranch, "[tunnel]", "[tunnel]\nblock_quic = true"));
    STRCMP_EQUAL(
        R"({"verdict":"drop","rule":null,"segment":null,"list":null,"entry":null,"confidence":null,)"
        R"("reason":"192.0.2.9 UDP port 443: tunnel.block_quic refuses QUIC where HTTPS over TCP takes )"
        R"(the tunnel."})",
        ask(generation, "192.0.2.9", 17).c_str()
    );
    CHECK(ask(generation, "8.8.8.8", 17).starts_with(R"({"verdict":"direct")"));
}

TEST(Lookup, AFamilyARuleRefusesIsDropped) {
    const std::string toml =
        with(kBranch, "[\"192.0.2.0/24\"]", "[\"192.0.2.0/24\", \"2001:db8:5e::/48\"]");
    const Generation generation = compiled(folder, toml + "family = \"ipv4\"\n");
    STRCMP_EQUAL(
        R"({"verdict":"drop","rule":"sign-ins","segment":"entra","list":"idp",)"
        R"("entry":"2001:db8:5e::/48","confidence":"prefix","reason":"2001:db8:5e::9 TCP port 443: )"
        R"(rule.family of \"sign-ins\" refuses IPv6, so that clients use IPv4."})",
        ask(generation, "2001:db8:5e::9").c_str()
    );
    CHECK(ask(generation, "192.0.2.9").starts_with(R"({"verdict":"tunnel")"));
}

TEST(Lookup, ConditionsOnClientsNeedOne) {
    const Generation generation =
        compiled(folder, std::string(kBranch) + "from = [\"10.1.0.0/16\"]\n");
    const auto has = [](const std::string& line, const char* part) {
        return line.find(part) != std::string::npos;
    };
    CHECK_TRUE(has(ask(generation, "192.0.2.9"), "rules with a `from` need --from"));
    CHECK_TRUE(has(ask(generation, "192.0.2.9", 6, "10.1.2.3"), "\"verdict\":\"tunnel\""));
    CHECK_TRUE(has(ask(generation, "192.0.2.9", 6, "10.2.2.3"), "\"verdict\":\"direct\""));
}

TEST(Lookup, NamesAreLookedUpInDomainsOnly) {
    const Generation generation = compiled(folder, branch_with_names());
    STRCMP_EQUAL(
        R"({"verdict":"tunnel","rule":"sign-ins","segment":"entra","list":"names",)"
        R"("entry":"login.sso.example","confidence":"dns","reason":"login.sso.example: this is what )"
        R"(its name would give; choosing by name is not active yet, so today the address decides."})",
        ask(generation, "login.sso.example").c_str()
    );
    const auto entry = [&](const char* name) {
        return Json::parse(ask(generation, name))["entry"].dump();
    };
    STRCMP_EQUAL("\"*.sso.example\"", entry("a.sso.example").c_str());
    STRCMP_EQUAL("\"*.example\"", entry("sso.example").c_str());
    STRCMP_EQUAL("null", entry("example").c_str());
    STRCMP_EQUAL(
        "\"direct\"",
        Json::parse(ask(generation, "www.other.test"))["verdict"].dump().c_str()
    );
}

TEST(Lookup, AnEdgeAnswersForItsSegments) {
    const Generation generation = compiled(folder, kEdge);
    STRCMP_EQUAL(
        R"({"verdict":"tunnel","rule":null,"segment":"entra","list":"idp","entry":"192.0.2.0/24",)"
        R"("confidence":"prefix","reason":"192.0.2.9 TCP port 443: segment \"entra\" is the first )"
        R"(that holds it."})",
        ask(generation, "192.0.2.9").c_str()
    );
    STRCMP_EQUAL(
        R"({"verdict":"drop","rule":null,"segment":null,"list":null,"entry":null,)"
        R"("confidence":null,"reason":"8.8.8.8 TCP port 443: it is in no segment of this edge: )"
        R"(segment_refused."})",
        ask(generation, "8.8.8.8").c_str()
    );
}
