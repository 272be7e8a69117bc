// SPDX-License-Identifier: Apache-2.0
#include "control/tunnel/peer_sessions.hpp"

#include <CppUTest/TestHarness.h>

namespace egret::control {

namespace {

PeerSession answered(uint32_t index) {
    PeerSession session;
    session.receiver_index = index;
    session.created_ns = index;
    return session;
}

PeerSession called(uint32_t index) {
    PeerSession session = answered(index);
    session.initiator = true;
    session.confirmed = true;
    return session;
}

struct TunnelSessionsTests : Utest {
    PeerSessions sessions;

    /// Adds one, and tells which ones go.
    std::vector<uint32_t> gone_with(const PeerSession& session) {
        std::vector<uint32_t> indexes;
        for (const PeerSession& gone : sessions.add(session)) {
            indexes.push_back(gone.receiver_index);
        }
        return indexes;
    }
};

}  // namespace

TEST_GROUP_BASE(TunnelSessions, TunnelSessionsTests){};

TEST(TunnelSessions, TheNewestIsWhatWasAddedLast) {
    CHECK_TRUE(sessions.newest() == nullptr);
    CHECK_TRUE(sessions.end_ns() == 0);
    CHECK_TRUE(gone_with(called(1)).empty());
    CHECK_TRUE(gone_with(called(2)).empty());
    UNSIGNED_LONGS_EQUAL(2, sessions.newest()->receiver_index);
    CHECK_TRUE(sessions.end_ns() == 2 + crypto::kRejectAfterTime);
    sessions.remove(2);
    UNSIGNED_LONGS_EQUAL(1, sessions.newest()->receiver_index);
}

TEST(TunnelSessions, ThereAreNeverMoreThanTheDataplaneCanHave) {
    for (uint32_t index = 1; index <= PeerSessions::kMost; ++index) {
        CHECK_TRUE(gone_with(called(index)).empty());
    }
    CHECK_TRUE(gone_with(called(9)) == std::vector<uint32_t>{1});
    CHECK_TRUE(sessions.find(1) == nullptr);
    CHECK_TRUE(sessions.find(9) != nullptr);
}

TEST(TunnelSessions, AnAnswerNobodyUsedIsOvertakenByTheNext) {
    CHECK_TRUE(gone_with(called(1)).empty());
    CHECK_TRUE(gone_with(answered(2)).empty());
    CHECK_TRUE(gone_with(answered(3)) == std::vector<uint32_t>{2});
    sessions.find(3)->confirmed = true;
    CHECK_TRUE(gone_with(answered(4)).empty());
    CHECK_TRUE(gone_with(called(5)).empty());
}

TEST(TunnelSessions, WhatIsTakenOutIsTold) {
    CHECK_TRUE(gone_with(called(1)).empty());
    CHECK_TRUE(gone_with(called(2)).empty());
    const auto removed =
        sessions.remove_if([](const PeerSession& session) { return session.receiver_index == 1; });
    UNSIGNED_LONGS_EQUAL(1, removed.size());
    CHECK_FALSE(sessions.remove(1).has_value());
    CHECK_TRUE(sessions.remove(2).has_value());
    CHECK_TRUE(sessions.empty());
}

}  // namespace egret::control
