// SPDX-License-Identifier: Apache-2.0
#include "names/client_hello.hpp"

#include "name_messages.hpp"

#include <span>
#include <string>
#include <string_view>

#include <CppUTest/TestHarness.h>

using egret::api::ServerName;
using egret::names::find_server_name;
using egret::names::HelloStatus;
using egret::names::kMaxClientHelloSize;
using egret::test::be16;
using egret::test::Bytes;
using egret::test::client_hello;
using egret::test::client_hello_for;
using egret::test::server_name_extension;
using egret::test::text;
using egret::test::tls_extension;
using egret::test::tls_records;
using egret::test::operator+;

namespace {

/// The name found, else `need_more` or `none`.
std::string find(std::span<const uint8_t> stream) {
    ServerName name;
    switch (find_server_name(stream, name)) {
        case HelloStatus::name:
            return std::string{name.view()};
        case HelloStatus::need_more:
            return "need_more";
        case HelloStatus::none:
            break;
    }
    return "none";
}

std::string find_in_extensions(const Bytes& extensions) {
    return find(tls_records(client_hello(extensions)));
}

const Bytes kPadding = tls_extension(21, Bytes(100, 0));
const Bytes kEncryptedHello = tls_extension(0xfe0d, Bytes(180, 7));

}  // namespace

TEST_GROUP(ClientHello)
{};

TEST(ClientHello, NamesTheServer) {
    STRCMP_EQUAL(
        "login.microsoftonline.com",
        find(client_hello_for("login.microsoftonline.com")).c_str()
    );
    STRCMP_EQUAL("www.example.org", find(client_hello_for("WWW.Example.org.")).c_str());
    STRCMP_EQUAL("1.x1", find(client_hello_for("1.x1")).c_str());
}

TEST(ClientHello, NeedsEveryByteOfTheMessage) {
    const Bytes whole = client_hello_for("www.example.org");
    for (size_t size = 0; size < whole.size(); ++size) {
        STRCMP_EQUAL("need_more", find(std::span{whole}.first(size)).c_str());
    }
}

TEST(ClientHello, ReadsAMessageSplitOverRecords) {
    const Bytes message = client_hello(server_name_extension("graph.microsoft.com") + kPadding);
    for (size_t record_size = 1; record_size <= message.size(); ++record_size) {
        const Bytes stream = tls_records(message, record_size);
        if (stream.size() <= kMaxClientHelloSize) {
            STRCMP_EQUAL("graph.microsoft.com", find(stream).c_str());
        }
    }
}

TEST(ClientHello, TakesARecordOfTheGreatestSize) {
    const Bytes record = {22, 3, 1, 0x40, 0, 1};
    STRCMP_EQUAL("need_more", find(record).c_str());
}

TEST(ClientHello, IgnoresWhatFollowsTheMessage) {
    const Bytes early_data = {23, 3, 3, 0, 1, 0};
    STRCMP_EQUAL("www.example.org", find(client_hello_for("www.example.org") + early_data).c_str());
}

TEST(ClientHello, LearnsNothingFromAnEncryptedHello) {
    const Bytes name = server_name_extension("public.example");
    STRCMP_EQUAL("none", find_in_extensions(name + kEncryptedHello).c_str());
    STRCMP_EQUAL("none", find_in_extensions(kEncryptedHello + name).c_str());
}

TEST(ClientHello, RefusesExtensionsThatDoNotHoldTogether) {
    const Bytes name = server_name_extension("www.example.org");
    const Bytes entry = Bytes{0} + be16(3) + text("a.b");

    struct Case {
        Bytes extensions;
        const char* why;
    };

    const Case cases[] = {
        {{}, "no extensions"},
        {kPadding, "no server name"},
        {name + name, "the same extension twice"},
        {name + Bytes{0, 21, 0, 9}, "an extension beyond the list"},
        {name + Bytes{0}, "half an extension header"},
        {tls_extension(0, {}), "an empty server name extension"},
        {tls_extension(0, be16(0)), "an empty list"},
        {tls_extension(0, be16(entry.size() + 1) + entry), "a list longer than its extension"},
        {tls_extension(0, be16(entry.size() - 1) + entry), "a list shorter than its extension"},
        {tls_extension(0, be16(12) + entry + entry), "two names"},
        {tls_extension(0, be16(6) + Bytes{1} + be16(3) + text("a.b")), "another name type"},
        {tls_extension(0, be16(6) + Bytes{0} + be16(4) + text("a.b")), "a name beyond its entry"},
        {server_name_extension(""), "an empty name"},
        {server_name_extension("a..b"), "an empty label"},
        {server_name_extension("192.0.2.1"), "an IPv4 address"},
        {server_name_extension("2001:db8::1"), "an IPv6 address"},
        {server_name_extension("a b.example"), "a blank"},
        {server_name_extension(std::string(64, 'a')), "a label of 64"},
        {server_name_extension(std::string("a\0.b", 4)), "a null character"},
    };
    for (const Case& each : cases) {
        STRCMP_EQUAL_TEXT("none", find_in_extensions(each.extensions).c_str(), each.why);
    }
}

TEST(ClientHello, RefusesOtherStreams) {
    const Bytes server_hello = Bytes{2, 0, 0, 4, 3, 3, 0, 0};
    const Bytes streams[] = {
        text("GET / HTTP/1.1\r\n"),
        text("SSH-2.0-"),
        {0x80, 0x2e, 1, 3, 1},   // SSL 2
        {21, 3, 1, 0, 2, 1, 0},  // an alert
        {22, 2, 0, 0, 5},        // no TLS version
        {22, 3, 1, 0, 0},        // an empty record
        {22, 3, 1, 0x40, 1},     // a record longer than any may be
        tls_records(server_hello),
        {22, 3, 1, 0, 4, 1, 0, 0x10, 1},                         // a message longer than is kept
        Bytes{22, 3, 1, 0, 2, 1, 0} + Bytes{23, 3, 3, 0, 1, 0},  // data within the message
    };
    for (const Bytes& stream : streams) {
        STRCMP_EQUAL("none", find(stream).c_str());
    }
}

TEST(ClientHello, RefusesABodyThatDoesNotHoldTogether) {
    const Bytes short_body = Bytes{1, 0, 0, 10} + Bytes(10, 3);
    STRCMP_EQUAL("none", find(tls_records(short_body)).c_str());
    Bytes trailing = client_hello(server_name_extension("www.example.org"));
    trailing.push_back(0);
    ++trailing[3];
    STRCMP_EQUAL("none", find(tls_records(trailing)).c_str());
}

TEST(ClientHello, GivesUpAtItsLimit) {
    const Bytes big = tls_extension(21, Bytes(4016, 0)) + server_name_extension("www.example.org");
    const Bytes stream = tls_records(client_hello(big));
    CHECK_TRUE(stream.size() > kMaxClientHelloSize);
    STRCMP_EQUAL("need_more", find(std::span{stream}.first(kMaxClientHelloSize - 1)).c_str());
    STRCMP_EQUAL("none", find(std::span{stream}.first(kMaxClientHelloSize)).c_str());
    STRCMP_EQUAL("none", find(stream).c_str());
}
