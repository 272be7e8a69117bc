// SPDX-License-Identifier: Apache-2.0
// A node's life with dataplanes that come, refuse, go and come again.
#include "live_node_fixture.hpp"

#include <egret/crypto/key_text.hpp>
#include <egret/crypto/limits.hpp>

#include <algorithm>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

struct LiveNodeTests : Utest {
    std::unique_ptr<EventLoop> loop = EventLoop::make().value();
    NodeUnderTest branch{
        *loop,
        kAlice,
        with(kBranch, "y8U17A33eOEnLDxX48Yn7vAWIt9gqV/3vpTOhBcRzG0=", kBobPublic)};

    bool until(SocketDataplane& dataplane, const std::function<bool()>& done) {
        return turn_until(*loop, {&dataplane}, done);
    }

    /// The dataplane has generation `number`, and the node knows.
    bool is_live(SocketDataplane& dataplane, uint64_t number) {
        return until(dataplane, [&] { return branch.node.live_generation() == number; });
    }
};

TEST_GROUP_BASE(LiveNodes, LiveNodeTests){};

TEST(LiveNodes, GivesADataplaneItsTablesAndCallsThePeers) {
    SocketDataplane dataplane(branch.socket(), 7);
    branch.begin();
    CHECK_TRUE(is_live(dataplane, 1));
    LONGS_EQUAL(1, dataplane.n_published);
    CHECK_TRUE(dataplane.tables->role == api::Role::branch);
    CHECK_TRUE(until(dataplane, [&] { return !dataplane.sent.empty(); }));
    LONGS_EQUAL(crypto::kInitiationSize, dataplane.sent.at(0).size_bytes);
    LONGS_EQUAL(1, branch.witness.n_ephemeral);
}

TEST(LiveNodes, WithoutAConfigurationTellsADataplaneNothing) {
    SocketDataplane dataplane(branch.socket(), 7);
    CHECK_TRUE(until(dataplane, [&] { return branch.node.link().hello() != nullptr; }));
    loop->run_once(5);
    dataplane.turn();
    LONGS_EQUAL(0, dataplane.n_published);
}

TEST(LiveNodes, AsksABusyDataplaneAgain) {
    SocketDataplane dataplane(branch.socket(), 7);
    dataplane.n_busy = 2;
    branch.begin();
    CHECK_TRUE(is_live(dataplane, 1));
    LONGS_EQUAL(1, dataplane.n_published);
}

TEST(LiveNodes, SaysWhatADataplaneRefused) {
    SocketDataplane dataplane(branch.socket(), 7);
    dataplane.publish_refusal = "there is no port wan0";
    branch.begin();
    CHECK_TRUE(until(dataplane, [&] {
        return !branch.node.problem().empty() && branch.node.link().hello() != nullptr;
    }));
    STRCMP_CONTAINS("there is no port wan0", branch.node.problem().c_str());
    CHECK_TRUE(dataplane.sent.empty());
}

TEST(LiveNodes, APushIsLiveWhenTheDataplaneHasIt) {
    SocketDataplane dataplane(branch.socket(), 7);
    branch.begin();
    CHECK_TRUE(is_live(dataplane, 1));
    branch.apply(with(branch.toml, "generation = 1", "generation = 2"));
    CHECK_FALSE(branch.applied.has_value());
    CHECK_TRUE(is_live(dataplane, 2));
    CHECK_TRUE(branch.applied->has_value());
    UNSIGNED_LONGS_EQUAL(2, branch.witness.generations.back());
}

TEST(LiveNodes, APushTheDataplaneRefusesChangesNothing) {
    SocketDataplane dataplane(branch.socket(), 7);
    branch.begin();
    CHECK_TRUE(is_live(dataplane, 1));
    dataplane.publish_refusal = "there is no port wan7";
    branch.apply(with(branch.toml, "generation = 1", "generation = 2"));
    CHECK_TRUE(until(dataplane, [&] { return branch.applied.has_value(); }));
    STRCMP_CONTAINS("there is no port wan7", branch.applied->error().c_str());
    UNSIGNED_LONGS_EQUAL(1, branch.node.live_generation());
    UNSIGNED_LONGS_EQUAL(1, branch.node.book().current()->tables.generation);
    STRCMP_EQUAL("", branch.node.problem().c_str());
}

TEST(LiveNodes, APushWithoutADataplaneIsTakenAndGivenLater) {
    branch.begin();
    branch.apply(with(branch.toml, "generation = 1", "generation = 2"));
    CHECK_TRUE(branch.applied->has_value());
    UNSIGNED_LONGS_EQUAL(0, branch.node.live_generation());
    SocketDataplane dataplane(branch.socket(), 7);
    CHECK_TRUE(is_live(dataplane, 2));
}

TEST(LiveNodes, ANewDataplaneGetsTablesAndNoSessions) {
    SocketDataplane first(branch.socket(), 7);
    branch.begin();
    CHECK_TRUE(until(first, [&] { return !first.sent.empty(); }));
    first.die();
    SocketDataplane second(branch.socket(), 8);
    second.sessions.resize(1);
    CHECK_TRUE(until(second, [&] { return !second.sent.empty(); }));
    LONGS_EQUAL(1, second.n_published);
    STRCMP_CONTAINS("no connection to the dataplane", branch.logged.c_str());
    CHECK_EQUAL(std::string::npos, branch.logged.find("tunnels resumed"));
}

TEST(LiveNodes, ADataplaneThatWentOnKeepsItsSessions) {
    SocketDataplane dataplane(branch.socket(), 7);
    branch.begin();
    CHECK_TRUE(until(dataplane, [&] { return !dataplane.sent.empty(); }));
    dataplane.hang_up();
    dataplane.sent.clear();
    CHECK_TRUE(until(dataplane, [&] {
        return branch.logged.find("tunnels resumed") != std::string::npos;
    }));
    LONGS_EQUAL(2, dataplane.n_published);
}

TEST(LiveNodes, LearnsTheSlotsOfAnEarlierProcess) {
    SocketDataplane dataplane(branch.socket(), 7);
    dataplane.hello.generation = 1;
    dataplane.hello.slots_used = 40;
    api::PeerRecord known;
    known.slot = 33;
    const auto key = crypto::parse_public_key(kBobPublic);
    std::ranges::transform(key->bytes, known.public_key.begin(), [](std::byte byte) {
        return std::to_integer<uint8_t>(byte);
    });
    dataplane.peers.push_back(known);
    branch.begin();
    CHECK_TRUE(until(dataplane, [&] { return dataplane.n_published == 1; }));
    LONGS_EQUAL(33, dataplane.tables->peers.at(0).slot);
}

TEST(LiveNodes, AnUnknownPeerGetsASlotNobodyHad) {
    SocketDataplane dataplane(branch.socket(), 7);
    dataplane.hello.generation = 1;
    dataplane.hello.slots_used = 40;
    branch.begin();
    CHECK_TRUE(until(dataplane, [&] { return dataplane.n_published == 1; }));
    LONGS_EQUAL(40, dataplane.tables->peers.at(0).slot);
}

TEST(LiveNodes, APushWaitsUntilSlotsAreKnown) {
    SocketDataplane dataplane(branch.socket(), 7);
    dataplane.hello.generation = 1;
    dataplane.answers = false;
    branch.begin();
    CHECK_TRUE(until(dataplane, [&] { return branch.node.link().hello() != nullptr; }));
    bool is_known = false;
    branch.node.when_slots_known([&] { is_known = true; });
    CHECK_FALSE(is_known);
    dataplane.hang_up();
    CHECK_TRUE(until(dataplane, [&] { return is_known; }));
}

TEST(LiveNodes, TellsFlowsApartFromTunnels) {
    SocketDataplane dataplane(branch.socket(), 7);
    branch.begin();
    CHECK_TRUE(is_live(dataplane, 1));
    api::Event event;
    event.kind = api::EventKind::session_wanted;
    event.peer = 0;
    dataplane.tell(event);
    event.kind = api::EventKind::flow_opened;
    dataplane.tell(event);
    CHECK_TRUE(until(dataplane, [&] { return !branch.witness.flow_events.empty(); }));
    LONGS_EQUAL(1, branch.witness.flow_events.size());
}

TEST(LiveNodes, TwoOfThemShakeHands) {
    EdgeAtTheOtherEnd edge(*loop);
    SocketDataplane dataplane(branch.socket(), 7);
    branch.begin();
    CHECK_TRUE(edge.carries_until(dataplane, [&] { return !dataplane.installs.empty(); }));
    const api::SessionInstall& ours = dataplane.installs.at(0).session;
    const api::SessionInstall& theirs = edge.dataplane.installs.at(0).session;
    UNSIGNED_LONGS_EQUAL(7, dataplane.installs.at(0).instance);
    CHECK_TRUE(ours.send_key == theirs.receive_key);
    CHECK_TRUE(ours.receive_key == theirs.send_key);
    CHECK_TRUE(ours.initiator && !theirs.initiator);
    CHECK_TRUE(edge.carries_until(dataplane, [&] {
        return branch.logged.find("tunnel up peer=e1") != std::string::npos;
    }));
}

TEST(LiveNodes, ARefusedInstallIsTriedAgain) {
    EdgeAtTheOtherEnd edge(*loop);
    SocketDataplane dataplane(branch.socket(), 7);
    dataplane.install_refusals = {api::InstallStatus::index_taken};
    branch.begin();
    CHECK_TRUE(edge.carries_until(dataplane, [&] { return dataplane.installs.size() == 2; }));
    CHECK_TRUE(
        dataplane.installs.at(0).session.receiver_index !=
        dataplane.installs.at(1).session.receiver_index
    );
}
