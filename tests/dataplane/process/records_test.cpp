// SPDX-License-Identifier: Apache-2.0
// What operators ask a dataplane for.
#include "dataplane_process.hpp"
#include "scenario.hpp"

#include <set>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::test;
using api::AnswerStatus;

TEST_GROUP(Records)
{
    DataplaneProcess dataplane;
    ControlEnd control{dataplane.socket_path()};

    void setup() override {
        CHECK(control.publish(live_branch_tables()).status == AnswerStatus::done);
    }

    void open_flows(uint16_t n) {
        for (uint16_t port = 1; port <= n; ++port) {
            dataplane.inside().send(direct_frame("x", port));
            CHECK(dataplane.next_outside().has_value());
        }
    }
};

TEST(Records, OfPortsSayWhatPassed) {
    open_flows(3);
    dataplane.outside().send(direct_answer("y"));
    CHECK(dataplane.next_inside().has_value());
    const auto ports = control.list<api::PortPage>();
    LONGS_EQUAL(2, ports.size());
    STRCMP_EQUAL("lan0", std::string(ports[0].name.view()).c_str());
    STRCMP_EQUAL("net_memif", std::string(ports[0].driver.view()).c_str());
    CHECK(ports[0].used && ports[0].side == api::Side::inside && ports[0].link_up);
    CHECK(ports[1].used && ports[1].side == api::Side::outside && ports[1].link_up);
    LONGS_EQUAL(1500, ports[0].mtu_bytes);
    LONGS_EQUAL(3, ports[0].packets_received);
    LONGS_EQUAL(1, ports[0].packets_sent);
    CHECK(ports[1].packets_sent >= 3);  // and what the node says to its neighbours
    LONGS_EQUAL(0, ports[0].missed + ports[0].errors + ports[0].not_taken);
    LONGS_EQUAL(1, control.list<api::PortPage>(1).size());
}

TEST(Records, OfCountersAddUp) {
    open_flows(5);
    const api::CountersMessage message = control.counters();
    const api::Counters& counters = message.counters;
    LONGS_EQUAL(5, counters.received);
    LONGS_EQUAL(5, counters.bridged);
    LONGS_EQUAL(5, message.flows);
    LONGS_EQUAL(
        counters.received + counters.generated,
        counters.transmitted + counters.dropped() + counters.consumed + message.staged
    );
}

TEST(Records, OfFlowsComeInPagesUpToTheLimit) {
    constexpr uint16_t kFlows = 300;
    open_flows(kFlows);
    std::set<uint16_t> ports;
    for (const api::Event& flow : control.list<api::FlowPage>()) {
        CHECK(ports.insert(flow.source_port).second);
        LONGS_EQUAL(1, flow.packets_out);
    }
    LONGS_EQUAL(kFlows, ports.size());
    LONGS_EQUAL(40, control.list<api::FlowPage>(40).size());
}

TEST(Records, OfFlowsWhereThereAreNoneAreOneEmptyPage) {
    LONGS_EQUAL(0, control.list<api::FlowPage>().size());
}

TEST(Records, OfPeersAndSessionsNameTheirSlot) {
    const auto peers = control.list<api::PeerPage>();
    LONGS_EQUAL(1, peers.size());
    LONGS_EQUAL(kSlot, peers[0].slot);
    CHECK_FALSE(peers[0].has_session);
    LONGS_EQUAL(0, control.list<api::SessionPage>().size());

    api::Install install;
    install.instance = control.hello().instance;
    install.session.receiver_index = 0x00aa0001;
    install.session.initiator = true;
    install.session.key_tag = 0x1122334455667788;
    install.session.created_ns = DataplaneProcess::now_ns();
    install.session.endpoint = endpoint(kEdgeOutside.ipv4, kTunnelPort);
    CHECK(control.ask(install).status == AnswerStatus::done);
    const auto sessions = control.list<api::SessionPage>();
    LONGS_EQUAL(1, sessions.size());
    LONGS_EQUAL(0x00aa0001, sessions[0].receiver_index);
    CHECK(sessions[0].key_tag == install.session.key_tag);
    CHECK_TRUE(control.list<api::PeerPage>()[0].has_session);
}

TEST(Records, ManyRequestsAtOnceAreAllAnswered) {
    constexpr uint32_t kRequests = 500;
    for (uint32_t i = 0; i < kRequests; ++i) {
        control.send(api::List{});
    }
    for (uint32_t i = 1; i <= kRequests; ++i) {
        static_cast<void>(control.await<api::CountersMessage>(control.request() - kRequests + i));
    }
}
