// SPDX-License-Identifier: Apache-2.0
// Records to the byte, and when sign-ins are written.
#include "control/records/flow_record.hpp"
#include "control/records/json.hpp"
#include "control/records/sign_in_log.hpp"
#include "control_fixture.hpp"

#include <algorithm>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

constexpr uint64_t kStart = 1'763'625'600'000'000'001;  // 2025-11-20T08:00:00.000000001Z
constexpr uint64_t kSecond = 1'000'000'000;

api::IpAddress address(const char* text) {
    return api::parse_address(text).value();
}

api::ServerName server_name(std::string_view text) {
    api::ServerName name;
    name.size_bytes = static_cast<uint8_t>(text.size());
    std::ranges::copy(text, name.text.begin());
    return name;
}

api::Event opened(uint64_t flow, uint64_t time_ns) {
    api::Event event;
    event.kind = api::EventKind::flow_opened;
    event.time_ns = time_ns;
    event.flow = flow;
    event.peer = 0;
    event.protocol = 6;
    event.source = address("10.1.2.3");
    event.source_port = 40000;
    event.destination = address("192.0.2.9");
    event.destination_port = 443;
    event.verdict = api::Verdict::tunnel;
    event.segment = 0;
    event.origin = address("203.0.113.7");
    event.presented = address("203.0.113.7");
    event.outer = address("203.0.113.7");
    event.signaling = true;
    event.verified = true;
    return event;
}

api::Event about(api::EventKind kind, uint64_t flow, uint64_t time_ns, std::string_view name = "") {
    api::Event event;
    event.kind = kind;
    event.flow = flow;
    event.time_ns = time_ns;
    event.server_name = server_name(name);
    event.name_source = name.empty() ? api::NameSource::none : api::NameSource::sni;
    return event;
}

const char* const kPolicy = R"([[location]]
name = "Lyon office"
ranges = ["203.0.113.0/29"]
trusted = true
[log]
client_addresses = true
)";

}  // namespace

TEST_GROUP(Records)
{};

TEST(Records, TimesAreRfc3339WithNanoseconds) {
    STRCMP_EQUAL("1970-01-01T00:00:00.000000000Z", time_text(0).c_str());
    STRCMP_EQUAL("2025-11-20T08:00:00.000000001Z", time_text(kStart).c_str());
    STRCMP_EQUAL("2554-07-21T23:34:33.709551615Z", time_text(UINT64_MAX).c_str());
}

TEST(Records, ServerNamesThatAreNoTextAreReplaced) {
    STRCMP_EQUAL("\"a\xef\xbf\xbd\"", line_of(text_json("a\xff")).c_str());
}

TEST(Records, SignIn) {
    const TempFolder folder;
    const Generation generation = compiled(folder, std::string(kEdge) + kPolicy);
    api::Event event = opened(1, kStart);
    event.server_name = server_name("login.example.com");
    STRCMP_EQUAL(
        R"({"time":"2025-11-20T08:00:00.000000001Z","site":"b1","peer":"b1","client":"10.1.2.3",)"
        R"("destination":"192.0.2.9","destinationPort":443,"protocol":"tcp","segment":"entra",)"
        R"("serverName":"login.example.com","confidence":"prefix","ipAddress":"203.0.113.7",)"
        R"("originAddress":"203.0.113.7","outerAddress":"203.0.113.7","originVerified":"registered",)"
        R"("signaling":true,"present":"origin","networkLocationDetails":[)"
        R"({"networkType":"trustedNamedLocation","networkNames":["Lyon office"]}],)"
        R"("conditionalAccess":{"ip":"203.0.113.7","networkLocationDetails":[)"
        R"({"networkType":"trustedNamedLocation","networkNames":["Lyon office"]}],)"
        R"("policies":[],"outcome":[]}})",
        sign_in_line(event, generation).c_str()
    );
}

TEST(Records, SignInWithEverythingAbsent) {
    const TempFolder folder;
    const Generation generation = compiled(folder, std::string(kEdge));
    api::Event event = opened(1, kStart);
    event.segment = api::kNone;
    event.origin = {};
    event.verified = false;
    event.signaling = false;
    event.present = api::Present::edge;
    event.presented = address("2001:DB8:0:0::20");
    event.protocol = 17;
    STRCMP_EQUAL(
        R"({"time":"2025-11-20T08:00:00.000000001Z","site":"b1","peer":"b1","client":null,)"
        R"("destination":"192.0.2.9","destinationPort":443,"protocol":"udp","segment":null,)"
        R"("serverName":null,"confidence":null,"ipAddress":"2001:db8::20",)"
        R"("originAddress":null,"outerAddress":"203.0.113.7","originVerified":null,)"
        R"("signaling":false,"present":"edge","networkLocationDetails":[],)"
        R"("conditionalAccess":{"ip":"2001:db8::20","networkLocationDetails":[],)"
        R"("policies":[],"outcome":[]}})",
        sign_in_line(event, generation).c_str()
    );
}

TEST(Records, SignInsOfTheOwnTenantAreCompliant)  // A21
{
    const TempFolder folder;
    const std::string text =
        with(kEdge, "role = \"edge\"", "role = \"edge\"\ntenant = \"contoso.example\"") +
        "[[policy]]\nname = \"p\"\ninclude_locations = [\"All\"]\nexclude_locations = "
        "[\"AllCompliant\"]\ngrant = \"block\"\n";
    const auto outcome = [&](const std::string& toml, const api::Event& event) {
        return Json::parse(sign_in_line(event, compiled(folder, toml))
        )["conditionalAccess"]["outcome"]
            .dump();
    };
    api::Event event = opened(1, kStart);
    STRCMP_EQUAL("[]", outcome(text, event).c_str());
    const std::string other =
        with(text, "name = \"b1\"", "name = \"b1\"\ntenant = \"fabrikam.example\"");
    STRCMP_EQUAL("\"block\"", outcome(other, event).c_str());
    event.present = api::Present::edge;
    STRCMP_EQUAL("\"block\"", outcome(text, event).c_str());
}

TEST(Records, FlowThroughTheTunnel) {
    const TempFolder folder;
    const Generation generation = compiled(folder, kBranch);
    FlowRecord record;
    record.first_ns = kStart;
    record.last_ns = kStart + kSecond;
    record.vlan = 7;
    record.protocol = 6;
    record.source = address("10.1.2.3");
    record.destination = address("192.0.2.9");
    record.source_port = 40000;
    record.destination_port = 443;
    record.verdict = api::Verdict::tunnel;
    record.rule = 0;
    record.segment = 0;
    record.server_name = "login.example.com";
    record.origin = address("203.0.113.7");
    record.peer = 0;
    record.packets_out = 3;
    record.packets_in = 2;
    record.bytes_out = 300;
    record.bytes_in = 200;
    STRCMP_EQUAL(
        R"({"first":"2025-11-20T08:00:00.000000001Z","last":"2025-11-20T08:00:01.000000001Z",)"
        R"("vlan":7,"protocol":"tcp","source":"10.1.2.3","source_port":40000,)"
        R"("destination":"192.0.2.9","destination_port":443,"verdict":"tunnel",)"
        R"("rule":"sign-ins","segment":"entra","list":"idp","entry":"192.0.2.0/24",)"
        R"("server_name":"login.example.com","confidence":"prefix","late_name":false,)"
        R"("origin":"203.0.113.7","peer":"e1","packets_out":3,"packets_in":2,"bytes_out":300,)"
        R"("bytes_in":200,"drop_reason":null})",
        to_json_line(record, generation).c_str()
    );
}

TEST(Records, FlowThatWentDirect) {
    const TempFolder folder;
    const Generation generation = compiled(folder, kBranch);
    FlowRecord record;
    record.protocol = 132;
    record.source = address("2001:db8::1");
    record.destination = address("2001:db8::2");
    record.drop_reason = api::DropReason::rule;
    STRCMP_EQUAL(
        R"({"first":"1970-01-01T00:00:00.000000000Z","last":"1970-01-01T00:00:00.000000000Z",)"
        R"("vlan":null,"protocol":132,"source":"2001:db8::1","source_port":null,)"
        R"("destination":"2001:db8::2","destination_port":null,"verdict":"direct","rule":null,)"
        R"("segment":null,"list":null,"entry":null,"server_name":null,"confidence":null,)"
        R"("late_name":false,"origin":null,"peer":null,"packets_out":0,"packets_in":0,)"
        R"("bytes_out":0,"bytes_in":0,"drop_reason":"rule"})",
        to_json_line(record, generation).c_str()
    );
}

TEST_GROUP(SignInLog)
{
    TempFolder folder;
    Generation generation = compiled(folder, kEdge);
    std::vector<std::string> names;
    SignInLog log{generation, [this](const std::string& line) {
                      names.push_back(Json::parse(line)["serverName"].dump());
                  }};
};

TEST(SignInLog, ARecordWaitsForItsName) {
    log.on_event(opened(1, kStart));
    LONGS_EQUAL(0, names.size());
    log.on_event(about(api::EventKind::flow_named, 1, kStart + 1, "a.example"));
    check_lines({"\"a.example\""}, names);
    log.on_event(about(api::EventKind::flow_closed, 1, kStart + 2));
    LONGS_EQUAL(1, log.written());
}

TEST(SignInLog, ANameKnownAtOnceDoesNotWait) {
    api::Event event = opened(1, kStart);
    event.protocol = 17;
    event.server_name = server_name("a.example");
    log.on_event(event);
    check_lines({"\"a.example\""}, names);
}

TEST(SignInLog, AClientHelloReplacesALearnedName) {
    api::Event event = opened(1, kStart);
    event.server_name = server_name("learned.example");
    log.on_event(event);
    log.on_event(about(api::EventKind::flow_named, 1, kStart + 1, "own.example"));
    event.flow = 2;
    log.on_event(event);
    log.on_event(about(api::EventKind::flow_closed, 2, kStart + 2));
    check_lines({"\"own.example\"", "\"learned.example\""}, names);
}

TEST(SignInLog, RecordsKeepTheOrderOfOpening) {
    log.on_event(opened(1, kStart));
    log.on_event(opened(2, kStart + 1));
    log.on_event(about(api::EventKind::flow_named, 2, kStart + 2, "b.example"));
    LONGS_EQUAL(0, names.size());
    log.on_event(about(api::EventKind::flow_closed, 1, kStart + 3));
    check_lines({"null", "\"b.example\""}, names);
}

TEST(SignInLog, NoNameIsAwaitedLongerThanFiveSeconds) {
    log.on_event(opened(1, kStart));
    log.advance(kStart + 5 * kSecond - 1);
    LONGS_EQUAL(0, names.size());
    log.on_event(about(api::EventKind::session_wanted, 0, kStart + 5 * kSecond));
    check_lines({"null"}, names);
    log.on_event(about(api::EventKind::flow_named, 1, kStart + 6 * kSecond, "a.example"));
    LONGS_EQUAL(1, log.written());
}

TEST(SignInLog, TimeThatGoesBackwardsIsIgnored) {
    log.on_event(opened(1, kStart));
    log.advance(0);
    log.on_event(opened(2, kStart - kSecond));
    log.finish();
    LONGS_EQUAL(2, names.size());
}

TEST(SignInLog, WhatWasNotPresentedIsNoSignIn) {
    api::Event refused = opened(1, kStart);
    refused.presented = {};
    refused.kind = api::EventKind::claim_refused;
    log.on_event(refused);
    refused.kind = api::EventKind::flow_opened;
    log.on_event(refused);
    log.finish();
    LONGS_EQUAL(0, names.size());
}

TEST(SignInLog, TheEndWritesWhatStillWaits) {
    log.on_event(opened(1, kStart));
    log.on_event(opened(2, kStart));
    log.finish();
    LONGS_EQUAL(2, names.size());
}
