// SPDX-License-Identifier: Apache-2.0
#include "names/name_table.hpp"

#include "name_messages.hpp"
#include "names/dns.hpp"

#include <string>
#include <string_view>

#include <CppUTest/TestHarness.h>

using egret::api::Endpoint;
using egret::api::NameSource;
using egret::api::parse_address;
using egret::api::parse_endpoint;
using egret::api::ServerName;
using egret::names::ClientId;
using egret::names::DnsClient;
using egret::names::kDnsTypeA;
using egret::names::LearnedName;
using egret::names::NameTable;
using egret::test::Bytes;
using egret::test::dns_header;
using egret::test::dns_name;
using egret::test::dns_query;
using egret::test::dns_question;
using egret::test::dns_response;
using egret::test::operator+;

namespace {

constexpr uint64_t kSecond = NameTable::kSecond;
const Bytes kServer = {198, 51, 100, 7};

ClientId client_at(std::string_view address, uint16_t vlan = 0) {
    return {parse_address(address).value(), vlan};
}

}  // namespace

TEST_GROUP(NameTable)
{
    NameTable table{{}, 1};
    const DnsClient client{client_at("10.42.0.11"), 40000};
    const Endpoint resolver = parse_endpoint("10.42.0.53:53").value();

    void ask(uint64_t now_ns = 0) {
        table.see_query(now_ns, client, resolver, dns_query("www.example.org", kDnsTypeA));
    }

    size_t answer(uint64_t now_ns, uint32_t ttl_s = 300) {
        const Bytes message = dns_response("www.example.org", kDnsTypeA, {kServer}, ttl_s);
        return table.see_response(now_ns, client, resolver, message);
    }

    std::string name_at(
        uint64_t now_ns,
        const ClientId& who,
        std::string_view server = "198.51.100.7"
    ) {
        const LearnedName* found = table.find(now_ns, who, parse_address(server).value());
        return found == nullptr ? "" : std::string{found->name.view()};
    }
};

TEST(NameTable, LearnsFromTheAnswerToAQuestion) {
    ask();
    LONGS_EQUAL(1, answer(kSecond));
    STRCMP_EQUAL("www.example.org", name_at(kSecond, client.id).c_str());
    CHECK_TRUE(
        table.find(kSecond, client.id, parse_address("198.51.100.7").value())->source ==
        NameSource::dns
    );
}

TEST(NameTable, LearnsForTheClientThatAskedOnly) {
    ask();
    answer(0);
    STRCMP_EQUAL("", name_at(0, client_at("10.42.0.12")).c_str());
    STRCMP_EQUAL("", name_at(0, client_at("10.42.0.11", 7)).c_str());
}

TEST(NameTable, LearnsNothingWithoutTheQuestion) {
    LONGS_EQUAL(0, answer(0));
    STRCMP_EQUAL("", name_at(0, client.id).c_str());
}

TEST(NameTable, EveryPartOfTheExchangeHasToMatch) {
    const Bytes good = dns_response("www.example.org", kDnsTypeA, {kServer});
    const DnsClient other_port{client.id, 40001};
    const DnsClient other_client{client_at("10.42.0.12"), 40000};
    const DnsClient other_vlan{client_at("10.42.0.11", 7), 40000};
    ask();
    LONGS_EQUAL(0, table.see_response(0, other_port, resolver, good));
    LONGS_EQUAL(0, table.see_response(0, other_client, resolver, good));
    LONGS_EQUAL(0, table.see_response(0, other_vlan, resolver, good));
    LONGS_EQUAL(0, table.see_response(0, client, parse_endpoint("10.42.0.54:53").value(), good));
    LONGS_EQUAL(0, table.see_response(0, client, parse_endpoint("10.42.0.53:54").value(), good));
    const Bytes wrong[] = {
        dns_response("www.example.org", kDnsTypeA, {kServer}, 300, 0x1235),
        dns_response("www.example.net", kDnsTypeA, {kServer}),
        dns_response("www.example.org", 28, {Bytes(16, 1)}),
    };
    for (const Bytes& message : wrong) {
        LONGS_EQUAL(0, table.see_response(0, client, resolver, message));
    }
    // None of them used the question up.
    LONGS_EQUAL(1, table.see_response(0, client, resolver, good));
}

TEST(NameTable, AQuestionWaitsFiveSeconds) {
    ask();
    LONGS_EQUAL(0, answer(NameTable::kQueryLifetime));
    ask();
    LONGS_EQUAL(1, answer(NameTable::kQueryLifetime - 1));
}

TEST(NameTable, AQuestionIsAnsweredOnce) {
    ask();
    LONGS_EQUAL(1, answer(0));
    LONGS_EQUAL(0, answer(0));
}

TEST(NameTable, QuestionAndAnswerMayDifferInCase) {
    table.see_query(0, client, resolver, dns_query("WwW.eXample.ORG", kDnsTypeA));
    LONGS_EQUAL(1, answer(0));
}

TEST(NameTable, LivesAsLongAsTheRecordWithinBounds) {
    struct Case {
        uint32_t ttl_s;
        uint64_t lifetime_s;
    };

    const Case cases[] = {{0, 60}, {59, 60}, {61, 61}, {300, 300}, {3600, 3600}, {86400, 3600}};
    for (const Case& each : cases) {
        NameTable fresh{{}, 1};
        fresh.see_query(0, client, resolver, dns_query("www.example.org", kDnsTypeA));
        const Bytes message = dns_response("www.example.org", kDnsTypeA, {kServer}, each.ttl_s);
        LONGS_EQUAL(1, fresh.see_response(0, client, resolver, message));
        const auto server = parse_address("198.51.100.7").value();
        CHECK_TRUE(fresh.find(each.lifetime_s * kSecond - 1, client.id, server) != nullptr);
        CHECK_TRUE(fresh.find(each.lifetime_s * kSecond, client.id, server) == nullptr);
    }
}

TEST(NameTable, LearnsNothingFromErrorsAndCutAnswers) {
    const Bytes question = dns_question(dns_name("www.example.org"), kDnsTypeA);
    const uint16_t no_such_name = 0x8183;
    const uint16_t server_failure = 0x8182;
    const uint16_t cut_short = 0x8380;
    for (const uint16_t flags : {no_such_name, server_failure, cut_short}) {
        ask();
        const Bytes message = dns_header({.flags = flags}) + question;
        LONGS_EQUAL(0, table.see_response(0, client, resolver, message));
    }
    LONGS_EQUAL(0, table.size());
}

TEST(NameTable, PassesOverOtherQuestions) {
    table.see_query(0, client, resolver, dns_query("www.example.org", 65));  // HTTPS
    const Bytes message = dns_response("www.example.org", 65, {Bytes(8, 0)});
    LONGS_EQUAL(0, table.see_response(0, client, resolver, message));
}

TEST(NameTable, LearnsServerNames) {
    ServerName name;
    const std::string_view text = "sso.example.org";
    text.copy(name.text.data(), text.size());
    name.size_bytes = static_cast<uint8_t>(text.size());
    const auto server = parse_address("2001:db8:ffff::7").value();
    table.see_server_name(0, client.id, server, name);
    STRCMP_EQUAL("sso.example.org", name_at(0, client.id, "2001:db8:ffff::7").c_str());
    CHECK_TRUE(table.find(0, client.id, server)->source == NameSource::sni);
    CHECK_TRUE(table.find(NameTable::kLongestLifetime, client.id, server) == nullptr);
}
