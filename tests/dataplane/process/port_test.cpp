// SPDX-License-Identifier: Apache-2.0
// Devices as ports: what cannot be had is refused in one sentence; a link that was away comes back.
#include "ports/port.hpp"

#include "dataplane_process.hpp"
#include "packet_pools.hpp"
#include "temporary_folder.hpp"
#include "wire.hpp"

#include <array>
#include <filesystem>
#include <string>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::test;
using api::AnswerStatus;

namespace {

/// Why the device cannot be opened.
std::string refusal(const char* devargs) {
    const auto port = Port::open({"wan0", devargs}, frame_pool());
    return port ? std::string() : port.error();
}

}  // namespace

TEST_GROUP(Port)
{};

TEST(Port, ADeviceThatDoesNotExistIsNamed) {
    STRCMP_EQUAL(
        "port wan0: the device net_nothing0 could not be attached: DPDK knows no such device",
        refusal("net_nothing0").c_str()
    );
    STRCMP_EQUAL(
        "port wan0: the device net_af_packet0,iface=egret-none,qpairs=1 could not be attached: "
        "there is no interface "
        "egret-none",
        refusal("net_af_packet0,iface=egret-none,qpairs=1").c_str()
    );
}

TEST(Port, IsFreeAgainWhenItIsClosed) {
    for (int i = 0; i < 3; ++i) {
        STRCMP_EQUAL("", refusal("net_null0,size=64").c_str());
    }
}

TEST(Port, WhatTheDeviceDoesNotTakeIsCountedAndFreed) {
    const TemporaryFolder folder;
    // A socket of its own: another run of these tests may be under way.
    const std::string devargs =
        "net_memif0,role=server,id=7,socket-abstract=no,socket=" + folder.path() + "/memif.sock";
    const auto port = Port::open({"wan0", devargs}, frame_pool()).value();
    CHECK_FALSE(port->link_is_up());  // nobody is at the other end
    std::array<rte_mbuf*, 2> packets{to_mbuf(Bytes(60)), to_mbuf(Bytes(60))};
    port->transmit(packets);
    LONGS_EQUAL(2, port->record().not_taken);
    LONGS_EQUAL(0, port->record().packets_sent);
}

TEST(Port, FramesNobodyWantsAreCountedAsMissed) {
    const auto port = Port::open({"wan0", "net_null0,size=64"}, frame_pool()).value();
    std::array<rte_mbuf*, 8> packets{};
    LONGS_EQUAL(8, port->receive(packets));
    port->discard(packets);
    const api::PortRecord record = port->record();
    LONGS_EQUAL(8, record.missed);
    LONGS_EQUAL(8, record.packets_received);
    STRCMP_EQUAL("net_null", std::string(record.driver.view()).c_str());
    CHECK_FALSE(record.used);
}

TEST(Port, AnMtuIsSetOrRefused) {
    const auto port = Port::open({"wan0", "net_null0"}, frame_pool()).value();
    CHECK_TRUE(port->set_mtu(1400).has_value());
    LONGS_EQUAL(1400, port->mtu());
    STRCMP_CONTAINS("port wan0: an MTU of 9000", port->set_mtu(9000).error().c_str());
    LONGS_EQUAL(1400, port->mtu());
}

/// The other end may come later, and may come back.
TEST(Port, AMemifClientConnectsWhenThereIsSomebody) {
    const TemporaryFolder folder;
    const std::string socket = folder.path() + "/memif.sock";
    const std::string link = folder.path() + "/the-same";
    std::filesystem::create_symlink(socket, link);
    const std::string rest = ",socket-abstract=no,socket=";
    const auto client = Port::open({"wan0", "net_memif8,role=client" + rest + link}, frame_pool());
    CHECK_TRUE(client.has_value());
    for (int i = 0; i < 2; ++i) {
        wait_for_link(**client, false);
        std::array<rte_mbuf*, 1> packets{};
        LONGS_EQUAL(0, (*client)->receive(packets));
        CHECK_TRUE((*client)->may_connect());
        (*client)->connect_again();  // nobody is there
        CHECK_FALSE((*client)->link_is_up());
        const auto server =
            Port::open({"lan0", "net_memif9,role=server" + rest + socket}, frame_pool());
        CHECK_TRUE(server.has_value());
        (*client)->connect_again();
        wait_for_link(**client, true);
        wait_for_link(**server, true);
        CHECK_FALSE((*client)->may_connect());
        packets[0] = to_mbuf(Bytes(60));
        (*client)->transmit(packets);
        LONGS_EQUAL(1, (*server)->receive(packets));
        (*server)->discard(packets);
    }
    wait_for_link(**client, false);
}

TEST(Port, ALinkThatWasDownCarriesFramesAgain) {
    DataplaneProcess dataplane;
    ControlEnd control(dataplane.socket_path());
    CHECK(control.publish(live_branch_tables()).status == AnswerStatus::done);
    dataplane.outside().unplug();
    CHECK_TRUE(dataplane.reports("port wan0: its link is down"));
    CHECK_FALSE(control.list<api::PortPage>()[1].link_up);
    dataplane.inside().send(direct_frame("into nothing"));
    while (control.list<api::PortPage>()[1].not_taken == 0) {
    }
    dataplane.outside().plug();
    CHECK_TRUE(dataplane.reports("port wan0: its link is up"));
    const Bytes frame = direct_frame("there again");
    dataplane.inside().send(frame);
    CHECK(dataplane.next_outside() == frame);
}
