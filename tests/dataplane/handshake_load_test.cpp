// SPDX-License-Identifier: Apache-2.0
#include "node_harness.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

#include <string>

#include <CppUTest/TestHarness.h>

using egret::api::DropReason;
using egret::api::Side;
using egret::crypto::kSecond;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

/// When handshakes queue up, and what holds then.
TEST_GROUP(HandshakeLoad)
{
    static constexpr unsigned kEnough = 4096 / 8;
    NodeHarness edge{edge_tables(), {.workers = 1}};

    static Bytes message(uint8_t type) {
        return handshake_message(type, edge_identity().public_key);
    }

    NodeOutput receive(const Bytes& datagram, std::string_view source = kBranchOutside.ipv4) {
        return edge.process(Side::outside, handshake_frame(datagram, source));
    }

    /// How many of `n` from one source reach control.
    int admitted(int n, std::string_view source) {
        int count = 0;
        for (int i = 0; i < n; ++i) {
            count += receive(message(1), source).drops.empty() ? 1 : 0;
        }
        return count;
    }

    /// Handshakes control does not take, from as many sources.
    void queue_up(unsigned n) {
        for (unsigned i = 0; i < n; ++i) {
            const std::string source =
                "10.0." + std::to_string(i / 250) + "." + std::to_string(1 + i % 250);
            CHECK_TRUE(receive(message(1), source).drops.empty());
        }
    }
};

TEST(HandshakeLoad, APuntSaysWhetherTheNodeIsUnderLoad) {
    queue_up(kEnough + 1);
    const auto punts = edge.punts();
    UNSIGNED_LONGS_EQUAL(kEnough + 1, punts.size());
    for (unsigned i = 0; i < kEnough; ++i) {
        CHECK_FALSE(punts[i].under_load);
    }
    CHECK_TRUE(punts[kEnough].under_load);
}

TEST(HandshakeLoad, LastsASecondLonger) {
    queue_up(kEnough + 1);
    edge.punts();
    edge.now_ns += kSecond - 1;
    CHECK_TRUE(receive(message(1)).drops.empty());
    CHECK_TRUE(edge.punts().at(0).under_load);
    edge.now_ns += 1;
    CHECK_TRUE(receive(message(1)).drops.empty());
    CHECK_FALSE(edge.punts().at(0).under_load);
}

TEST(HandshakeLoad, AThousandPeersBehindOneAddressNeedNotWait) {
    // As many at once as control has not yet taken.
    for (int round = 0; round < 2; ++round) {
        LONGS_EQUAL(500, admitted(500, kBranchOutside.ipv4));
        UNSIGNED_LONGS_EQUAL(500, edge.punts().size());
    }
    UNSIGNED_LONGS_EQUAL(0, edge.drops(DropReason::handshake_rate));
}

TEST(HandshakeLoad, OneSourceGetsTwentyASecondWithBurstsOfFive) {
    queue_up(kEnough);
    LONGS_EQUAL(5, admitted(20, kBranchOutside.ipv4));
    LONGS_EQUAL(5, admitted(20, "203.0.113.8"));  // another source has its own
    edge.now_ns += kSecond / 10;
    LONGS_EQUAL(2, admitted(20, kBranchOutside.ipv4));
    edge.now_ns += 10 * kSecond;
    LONGS_EQUAL(5, admitted(20, kBranchOutside.ipv4));
    // All of an IPv6 /64 is one source.
    LONGS_EQUAL(5, admitted(5, "2001:db8:1:2::1"));
    LONGS_EQUAL(0, admitted(5, "2001:db8:1:2:3:4:5:6"));
    LONGS_EQUAL(5, admitted(5, "2001:db8:1:3::1"));
    CHECK_TRUE(edge.drops(DropReason::handshake_rate) > 0);
}

TEST(HandshakeLoad, CookieRepliesAreLimitedAlwaysAndByThemselves) {
    // They carry no mac1: anybody can send them in a peer's name.
    for (int i = 0; i < 50; ++i) {
        receive(message(3));
    }
    STRCMP_EQUAL("handshake_rate", drop_of(receive(message(3))));
    UNSIGNED_LONGS_EQUAL(5, edge.punts().size());
    queue_up(kEnough);
    CHECK_TRUE(receive(message(2)).drops.empty());
}
