// SPDX-License-Identifier: Apache-2.0
// Clients of a branch that mix families or origins.
#include "control/records/client_book.hpp"

#include "control_fixture.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

struct ClientBookTests : Utest {
    TempFolder folder;
    Generation branch = compiled(folder, kBranch);
    ClientBook book;
    uint64_t now_ns = 1'000'000'000;

    void flow(uint8_t client, const char* source, const char* origin) {
        api::Event event;
        event.kind = api::EventKind::flow_opened;
        event.time_ns = now_ns;
        event.segment = 0;
        event.client_mac = {2, 0, 0, 0, 0, client};
        event.source = *api::parse_address(source);
        event.verdict = origin == nullptr ? api::Verdict::direct : api::Verdict::tunnel;
        if (origin != nullptr) {
            event.origin = *api::parse_address(origin);
        }
        book.on_event(event, branch);
    }

    /// "families", "origins", both or nothing, of the only client.
    std::string mixes() {
        const std::vector<Json> records = book.records(0);
        LONGS_EQUAL(1, records.size());
        return std::string(records[0]["mixes_families"] == true ? "families" : "") +
               (records[0]["mixes_origins"] == true ? "origins" : "");
    }
};

TEST_GROUP_BASE(ClientBooks, ClientBookTests){};

TEST(ClientBooks, OneFamilyAndOriginMixNothing) {
    flow(1, "10.42.0.11", "203.0.113.7");
    flow(1, "10.42.0.11", "203.0.113.7");
    STRCMP_EQUAL("", mixes().c_str());
    const Json record = book.records(0)[0];
    STRCMP_EQUAL("02:00:00:00:00:01", record["client_mac"].get<std::string>().c_str());
    STRCMP_EQUAL("10.42.0.11", record["ipv4"].get<std::string>().c_str());
    CHECK_TRUE(record["ipv6"].is_null());
    STRCMP_EQUAL(
        R"([{"family":4,"origin":"203.0.113.7","segment":"entra","verdict":"tunnel","flows":2,"last":"1970-01-01T00:00:01.000000000Z"}])",
        line_of(record["ways"]).c_str()
    );
}

TEST(ClientBooks, BothFamiliesOfOneClientAreMixed) {
    flow(1, "10.42.0.11", "203.0.113.7");
    flow(1, "2001:db8:42:1::11", "2001:db8:42:1::11");
    STRCMP_EQUAL("families", mixes().c_str());
}

TEST(ClientBooks, TwoClientsMixNothing) {
    flow(1, "10.42.0.11", "203.0.113.7");
    flow(2, "2001:db8:42:1::12", "2001:db8:42:1::12");
    for (const Json& record : book.records(0)) {
        CHECK_TRUE(record["mixes_families"] == false);
    }
}

TEST(ClientBooks, AnIpv6HostMayChangeItsAddressWithinItsNetwork) {
    flow(1, "2001:db8:42:1::11", "2001:db8:42:1::11");
    flow(1, "2001:db8:42:1:1234::9", "2001:db8:42:1:1234::9");
    STRCMP_EQUAL("", mixes().c_str());
}

TEST(ClientBooks, TheTunnelAndTheDirectWayAreTwoOrigins) {
    flow(1, "10.42.0.11", "203.0.113.7");
    flow(1, "10.42.0.11", nullptr);
    STRCMP_EQUAL("origins", mixes().c_str());
}

TEST(ClientBooks, WhatIsMoreThanAnHourApartIsAMoveAndNoMix) {
    flow(1, "10.42.0.11", "203.0.113.7");
    now_ns += ClientBook::kTogetherNs;
    flow(1, "2001:db8:42:1::11", "2001:db8:42:1::11");
    STRCMP_EQUAL("families", mixes().c_str());
    now_ns += 1;
    flow(1, "2001:db8:42:1::11", "2001:db8:42:1::11");
    STRCMP_EQUAL("", mixes().c_str());
}

TEST(ClientBooks, OnlyFlowsInSegmentsAndOfKnownClientsCount) {
    api::Event event;
    event.kind = api::EventKind::flow_opened;
    event.client_mac = {2, 0, 0, 0, 0, 1};
    book.on_event(event, branch);
    event.segment = 0;
    event.kind = api::EventKind::flow_closed;
    book.on_event(event, branch);
    event.kind = api::EventKind::flow_opened;
    event.client_mac = {};
    book.on_event(event, branch);
    LONGS_EQUAL(0, book.records(0).size());
}

TEST(ClientBooks, TheClientNotSeenForLongestIsForgotten) {
    for (size_t i = 0; i <= ClientBook::kMaxClients; ++i) {
        api::Event event;
        event.kind = api::EventKind::flow_opened;
        event.segment = 0;
        event.client_mac = {2, 0, 0, 0, static_cast<uint8_t>(i >> 8), static_cast<uint8_t>(i)};
        event.source = *api::parse_address("10.42.0.11");
        book.on_event(event, branch);
        // The first stays in use.
        event.client_mac = {2, 0, 0, 0, 0, 0};
        book.on_event(event, branch);
    }
    const std::vector<Json> records = book.records(0);
    LONGS_EQUAL(ClientBook::kMaxClients, records.size());
    STRCMP_EQUAL("02:00:00:00:00:00", records[0]["client_mac"].get<std::string>().c_str());
    STRCMP_EQUAL("02:00:00:00:00:02", records[1]["client_mac"].get<std::string>().c_str());
}

TEST(ClientBooks, ManyWaysOfOneClientAreBounded) {
    for (int i = 1; i <= 40; ++i) {
        now_ns += 1;
        flow(1, "10.42.0.11", ("203.0.113." + std::to_string(i)).c_str());
    }
    const Json ways = book.records(0)[0]["ways"];
    LONGS_EQUAL(ClientBook::kMaxWays, ways.size());
    STRCMP_CONTAINS("203.0.113.40", line_of(ways).c_str());
    CHECK_TRUE(line_of(ways).find("203.0.113.24\"") == std::string::npos);
}
