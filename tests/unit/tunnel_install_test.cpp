// SPDX-License-Identifier: Apache-2.0
// What becomes of a session the dataplane does not take, at once or after a while.
#include "tunnel_net.hpp"

#include <egret/crypto/limits.hpp>

#include <CppUTest/TestHarness.h>

namespace egret {

using api::InstallStatus;
using control::Received;
using crypto::kSecond;
using test::TunnelNet;

namespace {

struct TunnelInstallTests : Utest {
    TunnelNet net{TunnelNet::Setup{}};

    void want() const { net.branch->tunnels.want_session(TunnelNet::kSlot, net.moment); }

    /// The dataplane's late answer to the newest install of `node`.
    uint32_t refuse_newest(test::TunnelNode& node, InstallStatus status) const {
        const uint32_t index = node.dataplane.installs.back().receiver_index;
        node.dataplane.drop(index);
        node.tunnels.refused(index, status, net.moment);
        return index;
    }
};

}  // namespace

TEST_GROUP_BASE(TunnelInstall, TunnelInstallTests){};

TEST(TunnelInstall, TheResponseGoesWithTheSessionItAnnounces) {
    want();
    const auto initiation = net.branch->dataplane.take();
    net.edge->dataplane.refusals = {InstallStatus::no_such_peer};
    CHECK_TRUE(net.edge_receives(initiation.at(0)) == Received::not_installed);
    CHECK_TRUE(net.edge->dataplane.outbox.empty());
}

TEST(TunnelInstall, SessionsOfTheSameKeysHaveTheSameTag) {
    want();
    net.deliver();
    net.advance(120 * kSecond, true);
    want();
    net.deliver();
    const auto& installs = net.branch->dataplane.installs;
    CHECK_TRUE(installs.at(0).key_tag == installs.at(1).key_tag);
    CHECK_TRUE(installs.at(0).key_tag != 0);
}

TEST(TunnelInstall, ARefusedInitiatorTriesAgainAtOnceWithANewIndex) {
    want();
    net.deliver();
    const uint32_t refused = refuse_newest(*net.branch, InstallStatus::index_taken);
    // As soon as the edge takes another initiation.
    net.advance(kSecond / 20, true);
    CHECK_TRUE(net.branch->dataplane.installs.back().receiver_index != refused);
    CHECK_TRUE(net.carries_both_ways());
}

// Whoever refuses every session must not make this node and its peer busy.
TEST(TunnelInstall, RefusalsWithoutEndDoNotCauseAStorm) {
    want();
    for (int round = 0; round < 100; ++round) {
        net.moment.now_ns += kSecond / 10;
        net.moment.unix_ns += kSecond / 10;
        net.branch->tunnels.tick(net.moment);
        net.deliver();
        if (net.at_branch == Received::established) {
            refuse_newest(*net.branch, InstallStatus::index_taken);
            net.at_branch.reset();
        }
    }
    // Ten seconds: four at once and those of the timer.
    CHECK_TRUE(net.branch->dataplane.slots.size() <= 8);
    CHECK_TRUE(net.branch->dataplane.slots.size() >= 5);
}

TEST(TunnelInstall, RefusalsOfOtherTimesDoNotCount) {
    want();
    net.deliver();
    for (int rekey = 0; rekey < 8; ++rekey) {
        net.advance(120 * kSecond, true);
        want();
        net.deliver();
        refuse_newest(*net.branch, InstallStatus::index_taken);
        net.advance(kSecond / 20, true);
        CHECK_TRUE(net.carries_both_ways());
    }
}

TEST(TunnelInstall, ARefusedResponderWaitsForTheNextCall) {
    want();
    net.edge_receives(net.branch->dataplane.take().at(0));
    net.edge->dataplane.take();  // a refused session's response is not sent
    refuse_newest(*net.edge, InstallStatus::index_taken);
    net.advance(6 * kSecond, true);
    CHECK_TRUE(net.carries_both_ways());
    UNSIGNED_LONGS_EQUAL(2, net.edge->dataplane.installs.size());
}

TEST(TunnelInstall, APeerThatIsGoneInTheDataplaneIsNotCalledAtOnce) {
    want();
    net.deliver();
    refuse_newest(*net.branch, InstallStatus::no_such_peer);
    UNSIGNED_LONGS_EQUAL(0, net.branch->dataplane.outbox.size());
    net.advance(6 * kSecond, true);
    CHECK_TRUE(net.carries_both_ways());
}

TEST(TunnelInstall, AnotherInstanceIsGreetedByStart) {
    want();
    net.deliver();
    refuse_newest(*net.branch, InstallStatus::wrong_instance);
    net.advance(60 * kSecond, true);
    UNSIGNED_LONGS_EQUAL(1, net.branch->dataplane.installs.size());
    net.branch->tunnels.start(net.moment);
    net.deliver();
    CHECK_TRUE(net.carries_both_ways());
}

TEST(TunnelInstall, ARefusalOfNothingIsNoError) {
    net.branch->tunnels.refused(12345, InstallStatus::index_taken, net.moment);
    want();
    net.deliver();
    const uint32_t index = refuse_newest(*net.branch, InstallStatus::no_such_peer);
    net.branch->tunnels.refused(index, InstallStatus::index_taken, net.moment);
    UNSIGNED_LONGS_EQUAL(0, net.branch->dataplane.outbox.size());
}

// A peer whose only session was refused has none: it must be possible to find it down.
TEST(TunnelInstall, ARefusedSessionDoesNotKeepAPeerUp) {
    want();
    net.deliver();
    refuse_newest(*net.branch, InstallStatus::index_taken);
    net.advance(6 * kSecond, false);
    UNSIGNED_LONGS_EQUAL(1, net.branch->dataplane.states.size());
}

}  // namespace egret
