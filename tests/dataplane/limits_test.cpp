// SPDX-License-Identifier: Apache-2.0
#include "counting_backend.hpp"
#include "packets.hpp"
#include "stage_worker.hpp"
#include "tunnel/peer_sessions.hpp"

#include <egret/crypto/limits.hpp>

#include <memory>

#include <CppUTest/TestHarness.h>

using egret::Session;
using egret::crypto::kSecond;
using egret::crypto::Suite;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

/// A burst of every worker a node may have.
constexpr uint64_t kBursts = uint64_t{egret::kBurstSize} * egret::kMaxWorkers;

}  // namespace

/// When a session is to be renewed, and when it may no longer be used.
TEST_GROUP(SessionLimits)
{
    // On the heap: CppUTest does not align a group's members.
    std::unique_ptr<StageWorker> owner = std::make_unique<StageWorker>(branch_tables());
    StageWorker& branch = *owner;

    void setup() override {
        CountingBackend::reset();
    }

    void teardown() override {
        CountingBackend::reset();
    }

    /// Messages an hour apart would be another matter: only the counter moves.
    void set_sent(Session & session, uint64_t counter) {
        session.send_counter = counter;
        branch.now_ns += 2 * kSecond;  // wants are said once a second
    }

    NodeOutput send() {
        return branch.send({client_frame()});
    }
};

TEST(SessionLimits, AnInitiatorRenewsAfterTwoMinutes) {
    branch.install(Suite::wireguard, true);
    branch.now_ns += 120 * kSecond - 1;
    UNSIGNED_LONGS_EQUAL(1, send().outside.size());
    UNSIGNED_LONGS_EQUAL(0, branch.sessions_wanted());
    ++branch.now_ns;
    UNSIGNED_LONGS_EQUAL(1, send().outside.size());
    UNSIGNED_LONGS_EQUAL(1, branch.sessions_wanted());
}

TEST(SessionLimits, AResponderLeavesRenewingToTheInitiator) {
    Session& session = branch.install(Suite::wireguard, false);
    confirm_session(branch.sessions, branch.peer(), session, session.handshake_endpoint);
    branch.now_ns += 170 * kSecond;
    UNSIGNED_LONGS_EQUAL(1, send().outside.size());
    UNSIGNED_LONGS_EQUAL(0, branch.sessions_wanted());
}

TEST(SessionLimits, SendsNothingAfterThreeMinutes) {
    branch.install(Suite::wireguard, true);
    branch.now_ns += 180 * kSecond - 1;
    UNSIGNED_LONGS_EQUAL(1, send().outside.size());
    ++branch.now_ns;
    const NodeOutput output = send();
    CHECK_TRUE(output.outside.empty() && output.drops.empty());
    UNSIGNED_LONGS_EQUAL(1, branch.worker.packets_staged);
}

TEST(SessionLimits, AskOnlyOnceASecond) {
    branch.install(Suite::wireguard, true);
    branch.now_ns += 130 * kSecond;
    for (int i = 0; i < 10; ++i) {
        send();
        branch.now_ns += kSecond / 10;
    }
    UNSIGNED_LONGS_EQUAL(1, branch.sessions_wanted());
    send();
    UNSIGNED_LONGS_EQUAL(1, branch.sessions_wanted());
}

TEST(SessionLimits, TheKeysOfAes256GcmSealTwoToTheThirtyTwoMessages) {
    Session& session = branch.install(Suite::aes256gcm, true);
    set_sent(session, (uint64_t{1} << 28) - 1);
    UNSIGNED_LONGS_EQUAL(1, send().outside.size());
    UNSIGNED_LONGS_EQUAL(0, branch.sessions_wanted());
    set_sent(session, uint64_t{1} << 28);
    UNSIGNED_LONGS_EQUAL(1, send().outside.size());
    UNSIGNED_LONGS_EQUAL(1, branch.sessions_wanted());
    // A burst is only begun if all of it can be sealed, and all that other workers may begin at the same time.
    set_sent(session, (uint64_t{1} << 32) - kBursts);
    UNSIGNED_LONGS_EQUAL(1, send().outside.size());
    set_sent(session, (uint64_t{1} << 32) - kBursts + 1);
    STRCMP_EQUAL("message_limit", drop_of(send()));
}

TEST(SessionLimits, TheKeysOfWireguardSealMore) {
    Session& session = branch.install(Suite::wireguard, true);
    set_sent(session, (uint64_t{1} << 60) - 1);
    send();
    UNSIGNED_LONGS_EQUAL(0, branch.sessions_wanted());
    set_sent(session, uint64_t{1} << 60);
    UNSIGNED_LONGS_EQUAL(1, send().outside.size());
    UNSIGNED_LONGS_EQUAL(1, branch.sessions_wanted());
    constexpr uint64_t kLimit = UINT64_MAX - 8128 - 1;
    set_sent(session, kLimit - kBursts);
    UNSIGNED_LONGS_EQUAL(1, send().outside.size());
    set_sent(session, kLimit - kBursts + 1);
    STRCMP_EQUAL("message_limit", drop_of(send()));
    set_sent(session, UINT64_MAX);
    STRCMP_EQUAL("message_limit", drop_of(send()));
}

TEST(SessionLimits, AFullBurstStaysBelowTheLimit) {
    Session& session = branch.install(Suite::aes256gcm, true);
    const std::vector<Bytes> burst(32, client_frame());
    branch.send(burst);
    set_sent(session, (uint64_t{1} << 32) - kBursts - 8);
    UNSIGNED_LONGS_EQUAL(32, branch.send(burst).outside.size());
    UNSIGNED_LONGS_EQUAL(32, branch.send(burst).drops.size());
    for (const uint64_t counter : CountingBackend::sealed_counters) {
        CHECK_TRUE(counter < uint64_t{1} << 32);
    }
}
