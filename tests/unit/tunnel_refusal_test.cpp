// SPDX-License-Identifier: Apache-2.0
// Handshakes that must give nothing, and cookies.
#include "suites.hpp"
#include "tunnel_net.hpp"

#include <egret/api/tables.hpp>
#include <egret/crypto/limits.hpp>

#include <CppUTest/TestHarness.h>

namespace egret {

using control::Received;
using crypto::kRekeyTimeout;
using crypto::kSecond;
using test::TunnelNet;

namespace {

struct TunnelRefusalTests : Utest {
    TunnelNet net{TunnelNet::Setup{}};

    void want() const { net.branch->tunnels.want_session(TunnelNet::kSlot, net.moment); }

    api::HandshakeDatagram initiation() const {
        want();
        return net.branch->dataplane.take().at(0);
    }

    /// An initiation after which the edge has nothing and has sent nothing.
    void edge_refuses(const api::HandshakeDatagram& datagram, Received expected) const {
        CHECK_TRUE(net.edge_receives(datagram) == expected);
        CHECK_TRUE(net.edge->dataplane.outbox.empty());
    }
};

}  // namespace

TEST_GROUP_BASE(TunnelRefusal, TunnelRefusalTests){};

TEST(TunnelRefusal, AReplayedInitiation) {
    const auto datagram = initiation();
    CHECK_TRUE(net.edge_receives(datagram) == Received::answered);
    net.edge->dataplane.take();
    net.advance(kSecond, false);
    edge_refuses(datagram, Received::replayed);
    UNSIGNED_LONGS_EQUAL(1, net.edge->dataplane.installs.size());
}

TEST(TunnelRefusal, AnOlderInitiation) {
    const auto older = initiation();
    net.moment.now_ns += kRekeyTimeout + kSecond;
    net.moment.unix_ns += kRekeyTimeout + kSecond;
    net.branch->tunnels.tick(net.moment);
    const auto newer = net.branch->dataplane.take().at(0);
    CHECK_TRUE(net.edge_receives(newer) == Received::answered);
    net.edge->dataplane.take();
    net.advance(kSecond, false);
    edge_refuses(older, Received::replayed);
}

TEST(TunnelRefusal, InitiationsThatComeTooFast) {
    CHECK_TRUE(net.edge_receives(initiation()) == Received::answered);
    net.edge->dataplane.take();
    net.restart_branch();
    net.moment.unix_ns += kSecond;
    net.moment.now_ns += control::PeerTunnel::kMinInitiationInterval - 1;
    const auto next = initiation();
    edge_refuses(next, Received::too_soon);
    net.moment.now_ns += 1;
    CHECK_TRUE(net.edge_receives(next) == Received::answered);
}

TEST(TunnelRefusal, AKeyNobodyKnows) {
    crypto::Random random = crypto::Random::seeded({});
    std::vector<control::TunnelPeer> nobody;
    test::FakeDataplane dataplane;
    control::Tunnels edge(crypto::KeyPair::generate(random), std::move(nobody), random, dataplane);
    net.build({});
    const auto datagram = initiation();
    // For another node: its mac1 does not fit.
    CHECK_TRUE(
        edge.receive(TunnelNet::punt(datagram, net.branch->address), net.moment) ==
        Received::bad_mac1
    );
    CHECK_TRUE(dataplane.outbox.empty());
}

TEST(TunnelRefusal, APeerThatWasRemoved) {
    crypto::Random random = crypto::Random::system();
    test::FakeDataplane dataplane;
    const auto key = crypto::KeyPair::generate(random);
    control::Tunnels edge(key.copy(), {}, random, dataplane);
    std::vector<control::TunnelPeer> peers;
    peers.emplace_back().public_key = key.public_key;
    peers[0].endpoint = net.edge->address;
    test::FakeDataplane sent;
    control::Tunnels branch(crypto::KeyPair::generate(random), std::move(peers), random, sent);
    branch.start(net.moment);
    const auto punt = TunnelNet::punt(sent.outbox.at(0), net.branch->address);
    CHECK_TRUE(edge.receive(punt, net.moment) == Received::unknown_peer);
    CHECK_TRUE(dataplane.outbox.empty());
}

TEST(TunnelRefusal, AWrongPresharedKey) {
    net.build({.branch_psk = 1, .edge_psk = 2});
    want();
    net.deliver();
    CHECK_TRUE(net.at_branch == Received::not_authentic);
    UNSIGNED_LONGS_EQUAL(0, net.branch->dataplane.installs.size());
    CHECK_FALSE(net.branch->dataplane.reaches(net.edge->dataplane));
    CHECK_FALSE(net.edge->dataplane.reaches(net.branch->dataplane));
    net.advance(6 * kSecond, true);
    UNSIGNED_LONGS_EQUAL(1, net.branch->dataplane.states.size());
}

TEST(TunnelRefusal, AnotherSuite) {
    if (!test::suite_or_skip(crypto::Suite::aes256gcm)) {
        return;
    }
    net.build({.branch_suite = crypto::Suite::aes256gcm});
    edge_refuses(initiation(), Received::wrong_suite);
    net.build({.edge_suite = crypto::Suite::aes256gcm});
    edge_refuses(initiation(), Received::wrong_suite);
}

TEST(TunnelRefusal, APeerWhoseKeyIsOfLowOrder) {
    crypto::Random random = crypto::Random::seeded({});
    test::FakeDataplane dataplane;
    std::vector<control::TunnelPeer> peers(1);
    peers[0].endpoint = net.edge->address;
    control::Tunnels branch(crypto::KeyPair::generate(random), std::move(peers), random, dataplane);
    branch.start(net.moment);
    CHECK_TRUE(dataplane.outbox.empty());
    branch.want_session(0, net.moment);
    CHECK_TRUE(dataplane.outbox.empty());
    UNSIGNED_LONGS_EQUAL(1, dataplane.states.size());
}

TEST(TunnelRefusal, ARepeatedResponse) {
    CHECK_TRUE(net.edge_receives(initiation()) == Received::answered);
    const auto response = net.edge->dataplane.take().at(0);
    CHECK_TRUE(net.branch_receives(response) == Received::established);
    CHECK_TRUE(net.branch_receives(response) == Received::unexpected);
    UNSIGNED_LONGS_EQUAL(1, net.branch->dataplane.installs.size());
}

TEST(TunnelRefusal, AResponseToAnInitiationThatWasRepeated) {
    CHECK_TRUE(net.edge_receives(initiation()) == Received::answered);
    const auto late = net.edge->dataplane.take().at(0);
    net.advance(6 * kSecond, false);
    CHECK_TRUE(net.branch_receives(late) == Received::unexpected);
}

// A forged response must not cost the handshake that is under way.
TEST(TunnelRefusal, AForgedResponseDoesNotDisturb) {
    CHECK_TRUE(net.edge_receives(initiation()) == Received::answered);
    const auto response = net.edge->dataplane.take().at(0);
    for (size_t byte = 0; byte < response.size_bytes; ++byte) {
        auto forged = response;
        forged.bytes[byte] ^= std::byte{1};
        // The bytes of mac2 matter only under load.
        if (byte < response.size_bytes - crypto::kMacSize) {
            CHECK_TRUE(net.branch_receives(forged) != Received::established);
        }
    }
    CHECK_TRUE(net.branch_receives(response) == Received::established);
}

TEST(TunnelRefusal, DatagramsOfEverySizeAndType) {
    for (unsigned size = 0; size <= 2000; ++size) {
        for (unsigned type = 0; type <= 5; ++type) {
            api::Punt punt;
            punt.size_bytes = static_cast<uint16_t>(size);
            punt.bytes[0] = static_cast<std::byte>(type);
            const Received received = net.edge->tunnels.receive(punt, net.moment);
            CHECK_TRUE(
                received == Received::malformed || received == Received::bad_mac1 ||
                received == Received::unexpected
            );
        }
    }
    CHECK_TRUE(net.edge->dataplane.slots.empty());
}

TEST(TunnelRefusal, UnderLoadACookieIsAskedFor) {
    net.edge_under_load = true;
    want();
    net.deliver();
    CHECK_TRUE(net.at_edge == Received::cookie_sent);
    CHECK_TRUE(net.at_branch == Received::cookie_taken);
    UNSIGNED_LONGS_EQUAL(api::kNone, net.edge->dataplane.slots.at(0));
    UNSIGNED_LONGS_EQUAL(0, net.edge->dataplane.installs.size());
    // The reply itself causes no traffic; the repeated initiation carries the cookie.
    net.advance(kRekeyTimeout + kSecond, true);
    CHECK_TRUE(net.at_edge == Received::answered);
    CHECK_TRUE(net.at_branch == Received::established);
    CHECK_TRUE(net.carries_both_ways());
}

TEST(TunnelRefusal, ACookieIsWorthNothingFromElsewhere) {
    net.edge_under_load = true;
    want();
    net.deliver();
    net.moment.now_ns += 6 * kSecond;
    net.moment.unix_ns += 6 * kSecond;
    net.branch->tunnels.tick(net.moment);
    const auto datagram = net.branch->dataplane.take().at(0);
    api::Endpoint elsewhere = net.branch->address;
    elsewhere.port += 1;
    api::Punt punt = TunnelNet::punt(datagram, elsewhere);
    punt.under_load = true;
    CHECK_TRUE(net.edge->tunnels.receive(punt, net.moment) == Received::cookie_sent);
    CHECK_TRUE(net.edge_receives(datagram) == Received::answered);
}

TEST(TunnelRefusal, ACookieReplyMovesNoEndpoint) {
    net.edge_under_load = true;
    CHECK_TRUE(net.edge_receives(initiation()) == Received::cookie_sent);
    const auto reply = net.edge->dataplane.take().at(0);
    const api::Endpoint elsewhere{{api::Family::ipv4, {192, 0, 2, 99}}, 999};
    CHECK_TRUE(
        net.branch->tunnels.receive(TunnelNet::punt(reply, elsewhere), net.moment) ==
        Received::cookie_taken
    );
    net.moment.now_ns += 6 * kSecond;
    net.branch->tunnels.tick(net.moment);
    CHECK_TRUE(net.branch->dataplane.outbox.at(0).destination == net.edge->address);
}

TEST(TunnelRefusal, ACookieReplyToNothing) {
    net.edge_under_load = true;
    CHECK_TRUE(net.edge_receives(initiation()) == Received::cookie_sent);
    const auto reply = net.edge->dataplane.take().at(0);
    net.restart_branch();
    CHECK_TRUE(net.branch_receives(reply) == Received::unexpected);
}

}  // namespace egret
