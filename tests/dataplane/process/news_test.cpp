// SPDX-License-Identifier: Apache-2.0
// What the worker finds on its way to control: handshakes and events.
#include "dataplane_process.hpp"
#include "scenario.hpp"

#include <egret/crypto/cookie.hpp>
#include <egret/crypto/limits.hpp>

#include <optional>
#include <set>
#include <span>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::test;
using api::AnswerStatus;

namespace {

/// An initiation for this branch, as far as a dataplane can tell; `number` makes them differ.
Bytes initiation(uint8_t number) {
    Bytes message(crypto::kInitiationSize);
    message[0] = crypto::kMessageInitiation;
    message[8] = number;
    crypto::Mac1Key(branch_identity().public_key).write(std::as_writable_bytes(std::span(message)));
    return message;
}

Bytes handshake_frame(uint8_t number) {
    return PacketBuilder()
        .ethernet(kInternetMac, kBranchMac)
        .ipv4(kEdgeOutside.ipv4, kBranchOutside.ipv4)
        .udp(1234, kTunnelPort)
        .payload(initiation(number))
        .bytes();
}

}  // namespace

TEST_GROUP(News)
{
    DataplaneProcess dataplane;
    std::optional<ControlEnd> control{std::in_place, dataplane.socket_path()};

    void setup() override {
        CHECK(control->publish(live_branch_tables()).status == AnswerStatus::done);
    }

    void leave() {
        control.reset();
        CHECK_TRUE(dataplane.reports("control is gone"));
    }

    void come_back() {
        control.emplace(dataplane.socket_path());
    }

    uint8_t number_of_next_punt() {
        return std::to_integer<uint8_t>(control->await<api::PuntMessage>()->punt.bytes[8]);
    }
};

TEST(News, AHandshakeComesAsItArrived) {
    dataplane.outside().send(handshake_frame(1));
    const api::Punt& punt = control->await<api::PuntMessage>()->punt;
    CHECK(punt.source == endpoint(kEdgeOutside.ipv4, 1234));
    LONGS_EQUAL(crypto::kInitiationSize, punt.size_bytes);
    MEMCMP_EQUAL(initiation(1).data(), punt.bytes.data(), punt.size_bytes);
}

TEST(News, AFlowIsToldOf) {
    dataplane.inside().send(direct_frame("first"));
    const api::Event& event = control->await<api::EventMessage>()->event;
    CHECK(event.kind == api::EventKind::flow_opened);
    LONGS_EQUAL(5000, event.source_port);
    LONGS_EQUAL(1, event.generation);
}

TEST(News, WaitsForAControlThatRestarts) {
    leave();
    dataplane.outside().send(handshake_frame(2));
    while (!dataplane.node().has_messages()) {  // one that never comes is the test's timeout
    }
    dataplane.inside().send(direct_frame("first"));
    CHECK(dataplane.next_outside().has_value());
    come_back();
    LONGS_EQUAL(2, number_of_next_punt());
    CHECK(control->await<api::EventMessage>()->event.kind == api::EventKind::flow_opened);
}

TEST(News, AHandshakeThatWaitedTooLongIsForgotten) {
    leave();
    dataplane.outside().send(handshake_frame(3));
    while (!dataplane.node().has_messages()) {
    }
    // A while longer than an initiator waits before it tries again.
    dataplane.advance(6'000'000'000);
    while (dataplane.node().has_messages()) {  // control or not
    }
    come_back();
    dataplane.outside().send(handshake_frame(4));
    LONGS_EQUAL(4, number_of_next_punt());
    LONGS_EQUAL(1, control->counters().punts_lost);
}

TEST(News, AControlThatIsSlowToReadLosesNothing) {
    constexpr uint16_t kFlows = 800;
    std::set<uint16_t> wanted;
    for (uint16_t port = 1; port <= kFlows; ++port) {
        dataplane.inside().send(direct_frame("x", port));
        CHECK(dataplane.next_outside().has_value());
        wanted.insert(port);
    }
    while (!wanted.empty()) {
        const api::Event& event = control->await<api::EventMessage>()->event;
        if (event.kind == api::EventKind::flow_opened) {
            LONGS_EQUAL(1, wanted.erase(event.source_port));
        }
    }
    LONGS_EQUAL(0, control->counters().counters.events_lost);
}
