// SPDX-License-Identifier: Apache-2.0
// Control comes, goes, is replaced, and talks nonsense; the dataplane forwards on.
#include "dataplane_process.hpp"
#include "node_harness.hpp"

#include <optional>
#include <sys/socket.h>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::test;
using api::AnswerStatus;

TEST_GROUP(ControlConnection)
{
    DataplaneProcess dataplane;
    std::optional<ControlEnd> control{std::in_place, dataplane.socket_path()};

    void setup() override {
        CHECK(control->publish(live_branch_tables()).status == AnswerStatus::done);
    }

    void check_forwards() {
        const Bytes frame = direct_frame("still");
        dataplane.inside().send(frame);
        CHECK(dataplane.next_outside() == frame);
    }

    template <class Body>
    void check_ends_connection(const Body& body) {
        control->send(body);
        CHECK_TRUE(control->is_closed());
        CHECK_TRUE(dataplane.reports("closed control's connection"));
        check_forwards();
        ControlEnd next(dataplane.socket_path());
        LONGS_EQUAL(1, next.hello().generation);
    }
};

TEST(ControlConnection, BeginsWithAGreeting) {
    ControlEnd other(dataplane.socket_path());
    const api::Hello& hello = other.hello();
    LONGS_EQUAL(control->hello().instance, hello.instance);
    LONGS_EQUAL(0, control->hello().generation);
    LONGS_EQUAL(1, hello.generation);
    LONGS_EQUAL(getpid(), hello.process);
    LONGS_EQUAL(default_workers(), hello.workers);
    STRCMP_EQUAL("libsodium", std::string(hello.aead[0].name.view()).c_str());
    STRCMP_EQUAL("configured", std::string(hello.aead[0].why.view()).c_str());
    LONGS_EQUAL(128, hello.max_simd_bits);
}

TEST(ControlConnection, ANewerOneTakesOver) {
    ControlEnd next(dataplane.socket_path());
    CHECK_TRUE(control->is_closed());
    CHECK_TRUE(dataplane.reports("another control took over"));
    CHECK(next.publish(live_branch_tables(2)).status == AnswerStatus::done);
    check_forwards();
}

TEST(ControlConnection, GoneLeavesEverythingAsItIs) {
    control.reset();
    CHECK_TRUE(dataplane.reports("control is gone"));
    check_forwards();
    ControlEnd next(dataplane.socket_path());
    LONGS_EQUAL(1, next.hello().generation);
}

TEST(ControlConnection, AShortMessageEndsIt) {
    api::MessageHeader header;
    header.type = api::MessageType::retire;
    header.size_bytes = sizeof(header);
    LONGS_EQUAL(
        sizeof(header),
        ::send(control->channel().descriptor(), &header, sizeof(header), 0)
    );
    CHECK_TRUE(control->is_closed());
    CHECK_TRUE(dataplane.reports("closed control's connection: it sent a message of type"));
    check_forwards();
}

TEST(ControlConnection, ADataplanesOwnMessageEndsIt) {
    check_ends_connection(api::Hello{});
}

TEST(ControlConnection, AListOfNothingThereIsEndsIt) {
    api::List list;
    list.what = api::MessageType::publish;
    check_ends_connection(list);
}

TEST(ControlConnection, AHandshakeLongerThanItsRoomEndsIt) {
    api::SendHandshake request;
    request.datagram.destination.address.family = api::Family::ipv4;
    request.datagram.size_bytes = 149;
    check_ends_connection(request);
}

TEST(ControlConnection, AStateThereIsNoneOfEndsIt) {
    api::SetPeerState request;
    request.state = static_cast<api::PeerState>(2);
    check_ends_connection(request);
}

TEST(ControlConnection, ASuiteThereIsNoneOfEndsIt) {
    api::Install request;
    request.instance = control->hello().instance;
    request.session.suite = static_cast<crypto::Suite>(2);
    check_ends_connection(request);
}

TEST(ControlConnection, TheWatchdogHearsOfALivingWorkerOnly) {
    while (dataplane.n_alive() < 2) {  // a dead one is the test's timeout
        std::this_thread::yield();
    }
    dataplane.stop_workers();
    static_cast<void>(control->list<api::PortPage>());
    const unsigned before = dataplane.n_alive();
    std::this_thread::sleep_for(std::chrono::milliseconds(350));
    CHECK(dataplane.n_alive() <= before + 1);  // the tick in which it stopped
}
