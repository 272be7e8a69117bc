// SPDX-License-Identifier: Apache-2.0
#include "node_pair.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include <CppUTest/TestHarness.h>

using egret::api::DropReason;
using egret::api::Role;
using egret::crypto::kSecond;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

const FlowPacket kFlow{.protocol = kUdpProtocol, .client_port = 3000};

/// Moves the data messages among `frames` over to `taken`.
void append_data(std::vector<Bytes>& taken, std::vector<Bytes>& frames) {
    const auto is_data = [](const Bytes& frame) {
        return read_frame(frame).payload.at(0) == egret::crypto::kMessageData;
    };
    std::copy_if(frames.begin(), frames.end(), std::back_inserter(taken), is_data);
    std::erase_if(frames, is_data);
}

/// Receiver index of a data message, by its place in the frame.
Bytes index_of(const Bytes& frame) {
    const Dissection outer = read_frame(frame);
    return {outer.payload.begin() + 4, outer.payload.begin() + 8};
}

}  // namespace

/// Keys come and go under traffic.
TEST_GROUP(Rekey)
{
    NodePair pair;

    void setup() override {
        pair.connect();
    }

    /// One packet each way; both must arrive.
    void exchange() {
        UNSIGNED_LONGS_EQUAL(1, pair.from_clients({client_frame(kFlow)}).size());
        UNSIGNED_LONGS_EQUAL(1, pair.from_services({service_frame(kFlow)}).size());
    }
};

TEST(Rekey, NoPacketIsLostInTenMinutesOfTraffic) {
    for (int second = 0; second < 600; ++second) {
        exchange();
        pair.advance(kSecond);
    }
    CHECK_TRUE(pair.branch_drops.empty() && pair.edge_drops.empty());
    CHECK_TRUE(pair.sessions_wanted >= 4);  // every two minutes
}

TEST(Rekey, TakesNewKeysEveryTwoMinutes) {
    exchange();
    const Bytes first = index_of(pair.crossed.front());
    pair.advance(119 * kSecond);
    pair.crossed.clear();
    exchange();
    CHECK_TRUE(index_of(pair.crossed.front()) == first);
    pair.advance(2 * kSecond);
    exchange();
    pair.crossed.clear();
    exchange();
    CHECK_TRUE(index_of(pair.crossed.front()) != first);
}

TEST(Rekey, OldMessagesInFlightStillArrive) {
    std::vector<Bytes> late;
    pair.wire = [&late](Role to, std::vector<Bytes> frames) {
        if (to == Role::edge && late.empty()) {
            late = frames;
            frames.clear();
        }
        return frames;
    };
    pair.advance(121 * kSecond);
    pair.from_clients({client_frame(kFlow)});
    pair.wire = nullptr;
    exchange();
    exchange();
    pair.service.clear();
    pair.put_on_wire(Role::edge, late);
    UNSIGNED_LONGS_EQUAL(1, pair.service.size());
}

TEST(Rekey, NothingIsLostWhereBothEndsInitiateAtOnce) {
    exchange();
    pair.advance(60 * kSecond);
    // In flight under the old session, both ways, until all is over.
    std::array<std::vector<Bytes>, 2> late;
    pair.wire = [&late](Role to, std::vector<Bytes> frames) {
        append_data(late[static_cast<size_t>(to)], frames);
        return frames;
    };
    pair.from_clients({client_frame(kFlow)});
    pair.from_services({service_frame(kFlow)});
    pair.wire = nullptr;
    pair.want_sessions();
    exchange();
    exchange();
    for (const Role to : {Role::edge, Role::branch}) {
        std::vector<Bytes>& arrived = to == Role::edge ? pair.service : pair.lan;
        arrived.clear();
        UNSIGNED_LONGS_EQUAL(1, late[static_cast<size_t>(to)].size());
        pair.put_on_wire(to, late[static_cast<size_t>(to)]);
        UNSIGNED_LONGS_EQUAL(1, arrived.size());
    }
    CHECK_TRUE(pair.branch_drops.empty() && pair.edge_drops.empty());
    for (int second = 0; second < 300; ++second) {
        pair.advance(kSecond);
        exchange();
    }
    CHECK_TRUE(pair.branch_drops.empty() && pair.edge_drops.empty());
}

TEST(Rekey, AnIdleTunnelComesBackWithItsFirstPacket) {
    pair.advance(3600 * kSecond);
    exchange();
    exchange();
    CHECK_TRUE(pair.branch_drops.empty() && pair.edge_drops.empty());
}

TEST(Rekey, TheServiceMayBeTheFirstToSpeakAgain) {
    // A TCP flow outlives its session; the edge knows where the branch was.
    const FlowPacket tcp{};
    pair.from_clients({client_frame(tcp)});
    pair.advance(600 * kSecond);
    UNSIGNED_LONGS_EQUAL(1, pair.from_services({service_frame(tcp)}).size());
    CHECK_TRUE(pair.branch_drops.empty() && pair.edge_drops.empty());
}

TEST(Rekey, AnEdgeThatHadToInitiateStillObserves) {
    NodePair observed({.verify = egret::api::Verify::both});
    observed.connect();
    observed.from_clients({client_frame({})});
    observed.advance(600 * kSecond);
    UNSIGNED_LONGS_EQUAL(1, observed.from_services({service_frame({})}).size());
    UNSIGNED_LONGS_EQUAL(1, observed.from_clients({client_frame({.client_port = 77})}).size());
    CHECK_TRUE(observed.edge_drops.empty());
}

TEST(Rekey, WithoutAnAnswerTrafficWaitsThenEnds) {
    pair.advance(11 * kSecond);  // until nobody owes anybody a keepalive
    pair.wire = [](Role, std::vector<Bytes>) { return std::vector<Bytes>(); };
    pair.advance(181 * kSecond);
    pair.from_clients({client_frame(kFlow)});
    UNSIGNED_LONGS_EQUAL(1, pair.branch.packets_staged());
    pair.advance(10 * kSecond);
    UNSIGNED_LONGS_EQUAL(0, pair.branch.packets_staged());
    UNSIGNED_LONGS_EQUAL(1, pair.branch.drops(DropReason::no_session));
    // And goes on when the wire is back.
    pair.wire = nullptr;
    pair.from_clients({client_frame(kFlow)});
    pair.advance(20 * kSecond);
    exchange();
    CHECK_TRUE(pair.clear.empty());
}

TEST(Rekey, APeerThatFallsSilentIsFoundOutBeforeItsSessionEnds) {
    exchange();
    pair.advance(11 * kSecond);
    pair.sessions_wanted = 0;
    pair.wire = [](Role, std::vector<Bytes>) { return std::vector<Bytes>(); };
    pair.from_clients({client_frame(kFlow)});
    pair.advance(14 * kSecond);
    UNSIGNED_LONGS_EQUAL(0, pair.sessions_wanted);
    pair.advance(kSecond);
    UNSIGNED_LONGS_EQUAL(1, pair.sessions_wanted);
    pair.wire = nullptr;
    pair.advance(6 * kSecond);  // the initiation is repeated
    exchange();
    CHECK_TRUE(pair.branch_drops.empty() && pair.edge_drops.empty());
}

TEST(Rekey, LossOfHandshakesIsRepaired) {
    size_t n = 0;
    pair.wire = [&n](Role, std::vector<Bytes> frames) {
        std::erase_if(frames, [&n](const Bytes& frame) {
            return read_frame(frame).payload.at(0) != egret::crypto::kMessageData && n++ % 3 == 0;
        });
        return frames;
    };
    for (int second = 0; second < 400; ++second) {
        exchange();
        pair.advance(kSecond);
    }
    CHECK_TRUE(pair.branch_drops.empty() && pair.edge_drops.empty());
}
