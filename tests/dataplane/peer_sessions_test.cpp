// SPDX-License-Identifier: Apache-2.0
#include "tunnel/peer_sessions.hpp"

#include "counting_backend.hpp"
#include "readers.hpp"
#include "scenario.hpp"

#include <egret/crypto/limits.hpp>

#include <CppUTest/TestHarness.h>

using egret::PeerRuntime;
using egret::Session;
using egret::SessionTable;
using egret::api::Endpoint;
using egret::api::SessionInstall;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

/// The three places of a peer's sessions (tunnel/peer_sessions.hpp).
TEST_GROUP(PeerSessions)
{
    Readers readers{1};
    SessionTable table{readers.variable()};
    PeerRuntime peer;
    const Endpoint home = endpoint("203.0.113.7", 51820);
    const Endpoint elsewhere = endpoint("203.0.113.200", 51820);
    uint32_t n_installed = 0;

    void setup() override {
        CountingBackend::reset();
    }

    void teardown() override {
        CountingBackend::reset();
    }

    Session& place(const SessionInstall& install) {
        auto session = std::make_unique<Session>(install, CountingBackend::of(install.suite));
        CHECK_TRUE(table.install(std::move(session)));
        Session& placed = *table.find(install.receiver_index);
        place_session(table, peer, placed);
        return placed;
    }

    Session& initiated(const Endpoint& at, bool in_place = true) {
        SessionInstall install;
        install.receiver_index = ++n_installed;
        install.initiator = true;
        install.answered_in_place = in_place;
        install.endpoint = at;
        return place(install);
    }

    Session& answered(const Endpoint& at) {
        SessionInstall install;
        install.receiver_index = ++n_installed;
        install.endpoint = at;
        return place(install);
    }
};

TEST(PeerSessions, AnInitiatorsSessionSendsAtOnce) {
    Session& session = initiated(home);
    POINTERS_EQUAL(&session, peer.current);
    POINTERS_EQUAL(nullptr, peer.previous[0]);
    CHECK_TRUE(peer.endpoint == home);
}

TEST(PeerSessions, ARespondersSessionSendsFromTheFirstAuthenticMessageOn) {
    Session& first = initiated(home);
    Session& second = answered(home);
    POINTERS_EQUAL(&first, peer.current);
    POINTERS_EQUAL(&second, peer.next);
    confirm_session(table, peer, second, home);
    POINTERS_EQUAL(&second, peer.current);
    POINTERS_EQUAL(&first, peer.previous[0]);
    POINTERS_EQUAL(nullptr, peer.next);
}

TEST(PeerSessions, TheThirdBeforeTheCurrentOneIsRetired) {
    initiated(home);
    Session& second = initiated(home);
    Session& third = initiated(home);
    UNSIGNED_LONGS_EQUAL(3, table.size());
    Session& fourth = initiated(home);
    POINTERS_EQUAL(&fourth, peer.current);
    POINTERS_EQUAL(&third, peer.previous[0]);
    POINTERS_EQUAL(&second, peer.previous[1]);
    POINTERS_EQUAL(nullptr, table.find(1));
    UNSIGNED_LONGS_EQUAL(3, table.size());
    readers.quiescent();
    table.reclaim();
    UNSIGNED_LONGS_EQUAL(6, CountingBackend::n_living());
}

TEST(PeerSessions, ANewHandshakeOvertakesAnUnconfirmedOne) {
    answered(home);
    Session& second = answered(home);
    POINTERS_EQUAL(&second, peer.next);
    POINTERS_EQUAL(nullptr, table.find(1));
}

TEST(PeerSessions, WhereBothInitiatedAtOnceBothSessionsReceive) {
    Session& before = initiated(home);
    Session& theirs = answered(home);
    Session& ours = initiated(home);
    POINTERS_EQUAL(&ours, peer.current);
    POINTERS_EQUAL(&theirs, peer.previous[0]);
    POINTERS_EQUAL(&before, peer.previous[1]);  // the peer sent by it until it had our answer
    POINTERS_EQUAL(nullptr, peer.next);
    confirm_session(table, peer, theirs, home);  // the peer sends under its own
    POINTERS_EQUAL(&ours, peer.current);
    POINTERS_EQUAL(&theirs, peer.previous[0]);
    POINTERS_EQUAL(&before, table.find(1));
}

TEST(PeerSessions, AnUnconfirmedSessionIsNotSentBy) {
    Session& ours = answered(home);
    POINTERS_EQUAL(nullptr, peer.current);
    end_session(table, peer, ours);
    POINTERS_EQUAL(nullptr, peer.next);
    UNSIGNED_LONGS_EQUAL(0, table.size());
}

TEST(PeerSessions, TheCurrentOneMayEndAlone) {
    Session& first = initiated(home);
    Session& second = initiated(home);
    peer.wanted_ns = 5;
    end_session(table, peer, second);
    POINTERS_EQUAL(nullptr, peer.current);
    POINTERS_EQUAL(
        &first,
        peer.previous[0]
    );  // what is in flight under its keys is as good as before
    CHECK_FALSE(peer.observed_ipv4.present());
    UNSIGNED_LONGS_EQUAL(0, peer.wanted_ns);  // the next packet asks for another at once
    end_session(table, peer, first);
    POINTERS_EQUAL(nullptr, peer.previous[0]);
}

TEST(PeerSessions, AnAnswerFromWhereTheCallWentIsAnObservation) {
    initiated(home);
    CHECK_TRUE(peer.observed_ipv4 == home.address);
    initiated(elsewhere, false);
    CHECK_FALSE(peer.observed_ipv4.present());  // what held in the session before does not count
    CHECK_TRUE(peer.endpoint == elsewhere);
}

TEST(PeerSessions, AnAnswerFromElsewhereIsNoObservationThoughTheEndpointMovedThere) {
    peer.endpoint = elsewhere;  // by a message whose sender wrote that source
    initiated(elsewhere, false);
    CHECK_FALSE(peer.observed_ipv4.present());
}

TEST(PeerSessions, AConfirmationFromWhereTheResponseWentIsAnObservation) {
    Session& first = answered(home);
    CHECK_FALSE(peer.observed_ipv4.present());
    confirm_session(table, peer, first, home);
    CHECK_TRUE(peer.observed_ipv4 == home.address);
    Session& second = answered(home);
    CHECK_TRUE(peer.observed_ipv4 == home.address);
    confirm_session(table, peer, second, elsewhere);
    CHECK_FALSE(peer.observed_ipv4.present());
}

TEST(PeerSessions, ACallMovesNoEndpointByItself) {
    initiated(home);
    answered(elsewhere);
    CHECK_TRUE(peer.endpoint == home);
}

TEST(PeerSessions, OnlyOneFamilyIsObservedAtATime) {
    initiated(home);
    initiated(endpoint("2001:db8::7", 51820));
    CHECK_FALSE(peer.observed_ipv4.present());
    CHECK_TRUE(peer.observed_ipv6 == address("2001:db8::7"));
}

TEST(PeerSessions, KeysOfASilentPeerAreNotKept) {
    constexpr uint64_t kLimit = 3 * egret::crypto::kRejectAfterTime;
    initiated(home);
    initiated(home);
    answered(home);
    retire_old_sessions(table, peer, kLimit - 1);
    UNSIGNED_LONGS_EQUAL(3, table.size());
    retire_old_sessions(table, peer, kLimit);
    UNSIGNED_LONGS_EQUAL(0, table.size());
    POINTERS_EQUAL(nullptr, peer.current);
    readers.quiescent();
    table.reclaim();
    UNSIGNED_LONGS_EQUAL(0, CountingBackend::n_living());
}

TEST(PeerSessions, APeerThatIsGoneHasNone) {
    initiated(home);
    initiated(home);
    answered(home);
    drop_sessions(table, peer);
    UNSIGNED_LONGS_EQUAL(0, table.size());
    CHECK_FALSE(peer.observed_ipv4.present());
}
