// SPDX-License-Identifier: Apache-2.0
#include "names/dns.hpp"

#include "name_messages.hpp"

#include <string>
#include <string_view>

#include <CppUTest/TestHarness.h>

using egret::api::to_text;
using egret::names::DnsQuery;
using egret::names::DnsResponse;
using egret::names::kDnsTypeA;
using egret::names::kDnsTypeAaaa;
using egret::names::kMaxDnsAnswers;
using egret::names::kMaxDnsCnames;
using egret::names::kMaxDnsRecords;
using egret::names::parse_dns_query;
using egret::names::parse_dns_response;
using egret::test::be16;
using egret::test::Bytes;
using egret::test::dns_header;
using egret::test::dns_name;
using egret::test::dns_pointer;
using egret::test::dns_query;
using egret::test::dns_question;
using egret::test::dns_record;
using egret::test::dns_response;
using egret::test::kDnsQuestionOffset;
using egret::test::operator+;

namespace {

constexpr uint16_t kCname = 5;
const uint16_t kQueryFlags = 0x0100;

Bytes ipv4(uint8_t last) {
    return {198, 51, 100, last};
}

/// A response to a question for `www.example.org` A, with records as given.
Bytes response_with(std::initializer_list<Bytes> records) {
    const auto n = static_cast<uint16_t>(records.size());
    Bytes message =
        dns_header({.n_answers = n}) + dns_question(dns_name("www.example.org"), kDnsTypeA);
    for (const Bytes& record : records) {
        message = message + record;
    }
    return message;
}

std::string answers_of(const Bytes& message) {
    const auto response = parse_dns_response(message);
    if (!response) {
        return "nothing";
    }
    std::string text;
    for (size_t i = 0; i < response->n_answers; ++i) {
        text += (i == 0 ? "" : " ") + to_text(response->answers[i].address) + "/" +
                std::to_string(response->answers[i].ttl_s);
    }
    return text;
}

std::string queried_name(const Bytes& name) {
    const auto query =
        parse_dns_query(dns_header({.flags = kQueryFlags}) + dns_question(name, kDnsTypeA));
    return query ? std::string{query->question.name.view()} : "nothing";
}

}  // namespace

TEST_GROUP(Dns)
{};

TEST(Dns, ReadsAQuery) {
    const auto query = parse_dns_query(dns_query("login.microsoftonline.com", kDnsTypeAaaa, 7));
    CHECK_TRUE(query.has_value());
    LONGS_EQUAL(7, query->id);
    LONGS_EQUAL(kDnsTypeAaaa, query->question.type);
    STRCMP_EQUAL("login.microsoftonline.com", std::string{query->question.name.view()}.c_str());
}

TEST(Dns, FoldsMixedCase) {
    STRCMP_EQUAL("www.example.org", queried_name(dns_name("wWw.eXAMPLE.oRg")).c_str());
}

TEST(Dns, ReadsNamesUpToTheirLimits) {
    const std::string label(63, 'a');
    const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'b');

    struct Case {
        std::string wire;
        const char* expected;
    };

    const Case cases[] = {
        {longest, longest.c_str()},
        {longest + "b", "nothing"},         // 254 characters
        {std::string(64, 'a'), "nothing"},  // 64 is no label length
        {"_dmarc.example-1.org", "_dmarc.example-1.org"},
        {"abcdefghijklm.nopqrstuvwxyz.0123456789", "abcdefghijklm.nopqrstuvwxyz.0123456789"},
        {"ABCDEFGHIJKLM.NOPQRSTUVWXYZ", "abcdefghijklm.nopqrstuvwxyz"},
        {"a b.example", "nothing"},
        {"a\"b.example", "nothing"},
        {std::string("a\0b", 3), "nothing"},
        {"", "nothing"},  // the root has no name
    };
    for (const Case& each : cases) {
        STRCMP_EQUAL(each.expected, queried_name(dns_name(each.wire)).c_str());
    }
    const Bytes dot_inside = {3, 'a', '.', 'b', 0};
    STRCMP_EQUAL("nothing", queried_name(dot_inside).c_str());
}

TEST(Dns, RefusesWhatIsNoStandardQuery) {
    const Bytes question = dns_question(dns_name("www.example.org"), kDnsTypeA);
    const Bytes messages[] = {
        {},
        dns_header({.flags = kQueryFlags}),
        dns_header({.flags = 0x8180}) + question,  // a response
        dns_header({.flags = 0x2900}) + question,  // opcode UPDATE
        dns_header({.flags = kQueryFlags, .n_questions = 0}) + question,
        dns_header({.flags = kQueryFlags, .n_questions = 2}) + question + question,
        dns_header({.flags = kQueryFlags}) +
            dns_question(dns_name("www.example.org"), kDnsTypeA, 3),  // class CHAOS
    };
    for (const Bytes& message : messages) {
        CHECK_FALSE(parse_dns_query(message).has_value());
    }
}

TEST(Dns, RefusesEveryTruncationOfAQuery) {
    const Bytes whole = dns_query("www.example.org", kDnsTypeA);
    for (size_t size = 0; size < whole.size(); ++size) {
        CHECK_FALSE(parse_dns_query(std::span{whole}.first(size)).has_value());
    }
}

TEST(Dns, ReadsAddressesOfBothFamilies) {
    STRCMP_EQUAL(
        "198.51.100.7/300 198.51.100.8/300",
        answers_of(dns_response("www.example.org", kDnsTypeA, {ipv4(7), ipv4(8)})).c_str()
    );
    Bytes ipv6(16, 0);
    ipv6[0] = 0x20;
    ipv6[1] = 0x01;
    ipv6[15] = 1;
    STRCMP_EQUAL(
        "2001::1/60",
        answers_of(dns_response("www.example.org", kDnsTypeAaaa, {ipv6}, 60)).c_str()
    );
}

TEST(Dns, FollowsCnamesInAnyOrderAndTakesTheLeastTtl) {
    const Bytes alias =
        dns_record(dns_pointer(kDnsQuestionOffset), kCname, 20, dns_name("edge.example.net"));
    const Bytes second =
        dns_record(dns_name("EDGE.example.net"), kCname, 30, dns_name("a.example.net"));
    const Bytes address = dns_record(dns_name("a.example.net"), kDnsTypeA, 40, ipv4(9));
    STRCMP_EQUAL("198.51.100.9/20", answers_of(response_with({alias, second, address})).c_str());
    STRCMP_EQUAL("198.51.100.9/20", answers_of(response_with({address, second, alias})).c_str());
}

TEST(Dns, PassesOverRecordsThatAreNotTheAnswer) {
    const Bytes owner = dns_pointer(kDnsQuestionOffset);
    const Bytes good = dns_record(owner, kDnsTypeA, 5, ipv4(1));
    const Bytes others[] = {
        dns_record(dns_name("other.example.org"), kDnsTypeA, 5, ipv4(2)),
        dns_record(owner, kDnsTypeAaaa, 5, Bytes(16, 1)),        // not what was asked
        dns_record(owner, kDnsTypeA, 5, ipv4(2), 3),             // class CHAOS
        dns_record(owner, kDnsTypeA, 5, {1, 2, 3}),              // no address
        dns_record(owner, 46, 5, Bytes(40, 0)),                  // RRSIG
        dns_record(dns_name("a b"), kDnsTypeA, 5, ipv4(2)),      // no host name
        dns_record(dns_pointer(0x3fff), kDnsTypeA, 5, ipv4(2)),  // points nowhere
    };
    for (const Bytes& other : others) {
        STRCMP_EQUAL("198.51.100.1/5", answers_of(response_with({other, good})).c_str());
    }
}

TEST(Dns, TakesATtlWithTheTopBitAsZero) {
    const Bytes record =
        dns_record(dns_pointer(kDnsQuestionOffset), kDnsTypeA, 0x80000001, ipv4(1));
    STRCMP_EQUAL("198.51.100.1/0", answers_of(response_with({record})).c_str());
}

TEST(Dns, SurvivesCompressionLoops) {
    // The question's name stands at 12; its own pointer, a forward one and a pair that chase each other.
    const Bytes tail = be16(kDnsTypeA) + be16(1);
    const Bytes names[] = {
        dns_pointer(12),
        dns_pointer(14),
        Bytes{1, 'a'} + dns_pointer(12),
        Bytes{1, 'a'} + dns_pointer(14),
        dns_pointer(0x3fff),
    };
    for (const Bytes& name : names) {
        CHECK_FALSE(parse_dns_response(dns_header({}) + name + tail).has_value());
        CHECK_FALSE(parse_dns_query(dns_header({.flags = kQueryFlags}) + name + tail).has_value());
    }
    // A record may point back into the question, not at itself.
    const size_t first_record = response_with({}).size();
    const Bytes loop = dns_record(dns_pointer(first_record), kDnsTypeA, 5, ipv4(1));
    STRCMP_EQUAL("", answers_of(response_with({loop})).c_str());
}

TEST(Dns, FollowsSixteenPointersAndNoMore) {
    for (const size_t n_pointers : {16U, 17U}) {
        // Data of a record nobody asked about holds pointer i to pointer i - 1, the first to the question.
        Bytes pointers = dns_pointer(kDnsQuestionOffset);
        const size_t first = response_with({}).size() + dns_record(Bytes{0}, 1, 0, {}).size();
        for (size_t i = 0; i + 2 < n_pointers; ++i) {
            pointers = pointers + dns_pointer(first + 2 * i);
        }
        const Bytes chain = dns_record(Bytes{0}, 99, 5, pointers);
        const Bytes owner = dns_pointer(first + pointers.size() - 2);
        const Bytes message = response_with({chain, dns_record(owner, kDnsTypeA, 5, ipv4(1))});
        STRCMP_EQUAL(n_pointers == 16 ? "198.51.100.1/5" : "", answers_of(message).c_str());
    }
}

TEST(Dns, SurvivesACnameLoop) {
    const Bytes there =
        dns_record(dns_pointer(kDnsQuestionOffset), kCname, 5, dns_name("b.example.org"));
    const Bytes back =
        dns_record(dns_name("b.example.org"), kCname, 5, dns_pointer(kDnsQuestionOffset));
    STRCMP_EQUAL("", answers_of(response_with({there, back})).c_str());
}

TEST(Dns, RefusesRecordsThatRunOutOfTheMessage) {
    const Bytes whole = response_with(
        {dns_record(dns_pointer(kDnsQuestionOffset), kCname, 5, dns_name("b.example.org")),
         dns_record(dns_name("b.example.org"), kDnsTypeA, 5, ipv4(1))}
    );
    STRCMP_EQUAL("198.51.100.1/5", answers_of(whole).c_str());
    for (size_t size = 0; size < whole.size(); ++size) {
        CHECK_FALSE(parse_dns_response(std::span{whole}.first(size)).has_value());
    }
}

TEST(Dns, ReportsTruncationAndErrorsWithoutAnswers) {
    const Bytes question = dns_question(dns_name("www.example.org"), kDnsTypeA);
    const auto cut = parse_dns_response(dns_header({.flags = 0x8380, .n_answers = 4}) + question);
    CHECK_TRUE(cut.has_value() && cut->truncated);
    LONGS_EQUAL(0, cut->n_answers);
    const auto missing = parse_dns_response(dns_header({.flags = 0x8183}) + question);
    CHECK_TRUE(missing.has_value());
    LONGS_EQUAL(3, missing->rcode);
}

TEST(Dns, StopsAtItsLimits) {
    const Bytes owner = dns_pointer(kDnsQuestionOffset);
    Bytes many = dns_header({.n_answers = kMaxDnsRecords + 10}) +
                 dns_question(dns_name("www.example.org"), kDnsTypeA);
    for (size_t i = 0; i < kMaxDnsRecords + 10; ++i) {
        many = many + dns_record(owner, kDnsTypeA, 5, ipv4(static_cast<uint8_t>(i)));
    }
    LONGS_EQUAL(kMaxDnsAnswers, parse_dns_response(many)->n_answers);

    const size_t n_links = kMaxDnsCnames + 1;
    Bytes chain =
        dns_header({.n_answers = n_links + 1}) + dns_question(dns_name("0.example"), kDnsTypeA);
    for (size_t i = 0; i < n_links; ++i) {
        const Bytes from = dns_name(std::to_string(i) + ".example");
        chain = chain + dns_record(from, kCname, 5, dns_name(std::to_string(i + 1) + ".example"));
    }
    chain =
        chain + dns_record(dns_name(std::to_string(n_links) + ".example"), kDnsTypeA, 5, ipv4(1));
    LONGS_EQUAL(0, parse_dns_response(chain)->n_answers);
}
