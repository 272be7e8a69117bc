// SPDX-License-Identifier: Apache-2.0
#include "node_pair.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>
#include <iterator>
#include <random>

#include <CppUTest/TestHarness.h>

using egret::api::DropReason;
using egret::api::Role;
using egret::crypto::kSecond;
using egret::crypto::Suite;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

std::vector<Bytes> udp_burst(size_t n) {
    std::vector<Bytes> frames;
    for (size_t i = 0; i < n; ++i) {
        const FlowPacket packet{.protocol = kUdpProtocol, .client_port = 3000, .payload = i};
        frames.push_back(client_frame(packet));
    }
    return frames;
}

}  // namespace

/// What a bad wire does to a tunnel.
TEST_GROUP(Wire)
{
    NodePair pair;

    void setup() override {
        pair.connect();
    }
};

TEST(Wire, LosesOnlyWhatItDrops) {
    size_t n = 0;
    pair.wire = [&n](Role, std::vector<Bytes> frames) {
        std::erase_if(frames, [&n](const Bytes&) { return n++ % 3 == 0; });
        return frames;
    };
    UNSIGNED_LONGS_EQUAL(20, pair.from_clients(udp_burst(30)).size());
    CHECK_TRUE(pair.edge_drops.empty());
}

TEST(Wire, DuplicatesArriveOnce) {
    pair.wire = [](Role, std::vector<Bytes> frames) {
        const std::vector<Bytes> again = frames;
        frames.insert(frames.end(), again.begin(), again.end());
        return frames;
    };
    UNSIGNED_LONGS_EQUAL(30, pair.from_clients(udp_burst(30)).size());
    UNSIGNED_LONGS_EQUAL(30, pair.edge.drops(DropReason::replayed));
}

TEST(Wire, AnyOrderArrives) {
    std::mt19937 random(3);  // NOLINT: a fixed seed makes a failure repeatable
    pair.wire = [&random](Role, std::vector<Bytes> frames) {
        std::shuffle(frames.begin(), frames.end(), random);
        return frames;
    };
    UNSIGNED_LONGS_EQUAL(100, pair.from_clients(udp_burst(100)).size());
    CHECK_TRUE(pair.edge_drops.empty());
}

TEST(Wire, DamageIsNoticedAndOnlyLosesItsPacket) {
    size_t n = 0;
    pair.wire = [&n](Role, std::vector<Bytes> frames) {
        for (Bytes& frame : frames) {
            if (n++ % 2 == 0) {
                frame.back() ^= 1;
            }
        }
        return frames;
    };
    UNSIGNED_LONGS_EQUAL(15, pair.from_clients(udp_burst(30)).size());
    UNSIGNED_LONGS_EQUAL(15, pair.edge.drops(DropReason::not_authentic));
}

TEST(Wire, RecordedTrafficIsWorthNothing) {
    pair.from_clients(udp_burst(30));
    pair.from_services({service_frame({.protocol = kUdpProtocol, .client_port = 3000})});
    const std::vector<Bytes> to_edge(pair.crossed.begin(), pair.crossed.end() - 1);
    const std::vector<Bytes> to_branch{pair.crossed.back()};
    pair.advance(2 * kSecond);
    pair.put_on_wire(Role::edge, to_edge);
    pair.put_on_wire(Role::branch, to_branch);
    UNSIGNED_LONGS_EQUAL(30, pair.edge.drops(DropReason::replayed));
    UNSIGNED_LONGS_EQUAL(1, pair.branch.drops(DropReason::replayed));
    UNSIGNED_LONGS_EQUAL(30, pair.service.size());
    UNSIGNED_LONGS_EQUAL(1, pair.lan.size());
}

TEST(Wire, ARecordedHandshakeMakesNoSession) {
    NodePair other;
    std::vector<Bytes> recorded;
    other.wire = [&recorded](Role, std::vector<Bytes> frames) {
        std::copy(frames.begin(), frames.end(), std::back_inserter(recorded));
        return frames;
    };
    other.connect();
    const uint64_t transmitted = other.edge.counters().transmitted;
    other.advance(kSecond);
    other.put_on_wire(Role::edge, {recorded.front()});
    UNSIGNED_LONGS_EQUAL(transmitted, other.edge.counters().transmitted);  // no response
}

TEST(Wire, DelayWithinTheSessionsLifeIsNoLoss) {
    std::vector<Bytes> late;
    pair.wire = [&late](Role to, std::vector<Bytes> frames) {
        if (to == Role::edge) {
            std::copy(frames.begin(), frames.end(), std::back_inserter(late));
            frames.clear();
        }
        return frames;
    };
    pair.from_clients(udp_burst(10));
    pair.wire = nullptr;
    pair.advance(60 * kSecond);
    pair.put_on_wire(Role::edge, late);
    UNSIGNED_LONGS_EQUAL(10, pair.service.size());
    pair.advance(125 * kSecond);
    pair.put_on_wire(Role::edge, late);
    UNSIGNED_LONGS_EQUAL(10, pair.edge.drops(DropReason::session_expired));
}

TEST(Wire, ABranchThatMovesIsFollowed) {
    const auto moved = endpoint("192.0.2.77", 9999);
    pair.wire = [&moved](Role to, std::vector<Bytes> frames) {
        for (Bytes& frame : frames) {
            if (to == Role::edge) {  // a router in between translates
                const Dissection outer = read_frame(frame);
                frame = PacketBuilder()
                            .ethernet(kInternetMac, kEdgeOutsideMac)
                            .ipv4("192.0.2.77", outer.destination)
                            .udp(moved.port, outer.destination_port)
                            .payload(outer.payload)
                            .bytes();
            }
        }
        return frames;
    };
    UNSIGNED_LONGS_EQUAL(5, pair.from_clients(udp_burst(5)).size());
    const FlowPacket answer{.protocol = kUdpProtocol, .client_port = 3000};
    const NodeOutput output = pair.edge.process(egret::api::Side::inside, service_frame(answer));
    const Dissection outer = read_frame(only(output.outside));
    STRCMP_EQUAL("192.0.2.77", outer.destination.c_str());
    UNSIGNED_LONGS_EQUAL(moved.port, outer.destination_port);
}
