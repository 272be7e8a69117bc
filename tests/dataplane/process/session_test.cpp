// SPDX-License-Identifier: Apache-2.0
// Sessions on their way to a dataplane: installed once, for this instance, and announced to the peer only then.
#include "dataplane_process.hpp"
#include "dissect.hpp"
#include "scenario.hpp"

#include <algorithm>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::test;
using api::AnswerStatus;
using api::InstallStatus;

namespace {

constexpr uint32_t kIndex = 0x00aa0001;
constexpr uint8_t kDataMessage = 4;
constexpr size_t kUdpPayload = 14 + 20 + 8;

api::HandshakeDatagram datagram(std::byte filling) {
    api::HandshakeDatagram handshake;
    handshake.destination = endpoint(kEdgeOutside.ipv4, kTunnelPort);
    handshake.size_bytes = crypto::kResponseSize;
    std::fill_n(handshake.bytes.begin(), handshake.size_bytes, filling);
    return handshake;
}

/// True if the frame is an IPv4 UDP datagram that carries `handshake`.
bool carries(const Bytes& frame, const api::HandshakeDatagram& handshake) {
    const auto* payload = reinterpret_cast<const std::byte*>(frame.data()) + kUdpPayload;
    return frame.size() == kUdpPayload + handshake.size_bytes &&
           std::equal(payload, payload + handshake.size_bytes, handshake.bytes.begin());
}

Bytes service_frame() {
    return PacketBuilder()
        .ethernet(kClientMac, kGatewayMac)
        .ipv4(kClient.ipv4, kService.ipv4)
        .udp(5000, 443)
        .payload("hello")
        .bytes();
}

}  // namespace

TEST_GROUP(SessionRequests)
{
    DataplaneProcess dataplane;
    ControlEnd control{dataplane.socket_path()};

    void setup() override {
        CHECK(control.publish(live_branch_tables()).status == AnswerStatus::done);
    }

    api::Install request() {
        api::Install install;
        install.instance = control.hello().instance;
        install.session.peer = kSlot;
        install.session.receiver_index = kIndex;
        install.session.remote_index = 0x77;
        install.session.initiator = true;
        install.session.created_ns = DataplaneProcess::now_ns();
        install.session.endpoint = endpoint(kEdgeOutside.ipv4, kTunnelPort);
        install.session.send_key.fill(std::byte{1});
        install.session.receive_key.fill(std::byte{2});
        return install;
    }

    /// What leaves outside next, without the keepalive a new session begins with.
    Bytes next_handshake() {
        while (true) {
            Bytes frame = dataplane.next_outside().value();
            if (frame.at(kUdpPayload) != kDataMessage) {
                return frame;
            }
        }
    }

    void check_refused(const api::Install& install, InstallStatus status) {
        const api::Answer answer = control.ask(install);
        CHECK(answer.status == AnswerStatus::refused);
        CHECK(answer.install == status);
        LONGS_EQUAL(install.session.receiver_index, answer.receiver_index);
        CHECK_FALSE(answer.text.view().empty());
    }
};

TEST(SessionRequests, AnInstallIsDoneThenAnnouncedThenAnswered) {
    api::Install install = request();
    install.response = datagram(std::byte{0x33});
    const api::Answer answer = control.ask(install);
    CHECK(answer.status == AnswerStatus::done);
    CHECK(answer.install == InstallStatus::installed);
    LONGS_EQUAL(kIndex, answer.receiver_index);
    CHECK_TRUE(carries(next_handshake(), install.response));
}

TEST(SessionRequests, WhatIsNotInstalledIsNotAnnounced) {
    CHECK(control.ask(request()).status == AnswerStatus::done);
    api::Install install = request();
    install.response = datagram(std::byte{0x44});
    check_refused(install, InstallStatus::index_taken);
    install.session.peer = 9;
    install.session.receiver_index = 0x00bb0002;
    check_refused(install, InstallStatus::no_such_peer);
    install = request();
    install.response = datagram(std::byte{0x55});
    ++install.instance;
    install.session.receiver_index = 0x00cc0003;
    check_refused(install, InstallStatus::wrong_instance);
    // The next thing that leaves is what was asked for next.
    const api::SendHandshake next{datagram(std::byte{0x66})};
    control.send(next);
    CHECK_TRUE(carries(next_handshake(), next.datagram));
    LONGS_EQUAL(1, control.list<api::SessionPage>().size());
}

TEST(SessionRequests, WhatWaitedForKeysLeavesWithThem) {
    dataplane.inside().send(service_frame());
    while (control.counters().staged == 0) {  // a packet that never waits is the test's timeout
    }
    CHECK(control.ask(request()).status == AnswerStatus::done);
    const Bytes sealed = dataplane.next_outside().value();
    LONGS_EQUAL(kDataMessage, sealed.at(kUdpPayload));
    LONGS_EQUAL(0, control.counters().staged);
}

TEST(SessionRequests, WhatWaitsForAPeerThatIsDownIsDropped) {
    dataplane.inside().send(service_frame());
    while (control.counters().staged == 0) {
    }
    control.send(api::SetPeerState{kSlot, api::PeerState::down});
    const api::CountersMessage counters = control.counters();
    LONGS_EQUAL(0, counters.staged);
    LONGS_EQUAL(1, counters.counters.dropped());
}

TEST(SessionRequests, ARetiredSessionIsGone) {
    CHECK(control.ask(request()).status == AnswerStatus::done);
    api::Retire retire;
    retire.instance = control.hello().instance;
    retire.receiver_index = kIndex;
    CHECK(control.ask(retire).status == AnswerStatus::done);
    LONGS_EQUAL(0, control.list<api::SessionPage>().size());
    CHECK(control.ask(retire).status == AnswerStatus::refused);
    ++retire.instance;
    STRCMP_CONTAINS(
        "a dataplane that is gone",
        std::string(control.ask(retire).text.view()).c_str()
    );
}
