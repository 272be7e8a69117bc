// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "node_pair.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>
#include <set>
#include <vector>

#include <CppUTest/TestHarness.h>

using egret::api::Endpoint;
using egret::api::PeerRecord;
using egret::api::Role;
using egret::api::Side;
using egret::api::Tables;
using egret::crypto::kSecond;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr uint32_t kProbeMs = 200;
constexpr uint64_t kInterval = kSecond / 5;

Tables probing(Tables tables) {
    tables.peers[0].probe_ms = kProbeMs;
    return tables;
}

void append64(Bytes& bytes, uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
        bytes.push_back(static_cast<uint8_t>(value >> shift));
    }
}

/// Contract section 1.2, type 1.
Bytes probe_of(uint64_t id, uint64_t time) {
    Bytes bytes{0xe1, 1, 0, 0, 0, 0, 0, 0};
    append64(bytes, id);
    append64(bytes, time);
    return bytes;
}

/// Contract section 1.2, type 2: the reply to `probe`, which came from `observed`.
Bytes reply_to(const Bytes& probe, uint64_t time, const Endpoint& observed) {
    Bytes bytes = probe;
    bytes.resize(24);
    bytes[1] = 2;
    append64(bytes, time);
    bytes.push_back(static_cast<uint8_t>(observed.address.family));
    bytes.push_back(0);
    bytes.push_back(static_cast<uint8_t>(observed.port >> 8));
    bytes.push_back(static_cast<uint8_t>(observed.port));
    bytes.insert(bytes.end(), observed.address.bytes.begin(), observed.address.bytes.end());
    return bytes;
}

Bytes padded(Bytes bytes) {
    bytes.resize((bytes.size() + 15) / 16 * 16);
    return bytes;
}

const Endpoint kHome = endpoint(kBranchOutside.ipv4, kTunnelPort);
const Endpoint kAway = endpoint("203.0.113.99", 4444);

PeerRecord peer_of(NodeHarness& node) {
    std::vector<PeerRecord> records;
    node.node().list_peers(records);
    UNSIGNED_LONGS_EQUAL(1, records.size());
    return records.front();
}

}  // namespace

/// Probes that come in.
TEST_GROUP(ProbeIn)
{
    NodeHarness edge{edge_tables()};
    FarEnd branch{edge, {}};
    const Bytes probe = probe_of(0x0102030405060708, 0x1112131415161718);
};

TEST(ProbeIn, IsAnsweredWithWhereItCameFrom) {
    for (const Endpoint& source : {kHome, endpoint("2001:db8:42::2", 999)}) {
        const NodeOutput output =
            edge.process(Side::outside, branch.frame_from(source, branch.seal(probe)));
        CHECK_TRUE(output.drops.empty() && output.inside.empty());
        const Bytes frame = only(output.outside);
        const Dissection outer = read_frame(frame);
        STRCMP_EQUAL(egret::api::to_text(source.address).c_str(), outer.destination.c_str());
        UNSIGNED_LONGS_EQUAL(source.port, outer.destination_port);
        UNSIGNED_LONGS_EQUAL(0, outer.traffic_class);
        CHECK_TRUE(
            branch.open_frame(frame).value() == padded(reply_to(probe, edge.now_ns, source))
        );
    }
}

TEST(ProbeIn, MayBePaddedAndMayComeToABranch) {
    NodeHarness node(branch_tables());
    FarEnd far(node, {.node_initiated = true});
    UNSIGNED_LONGS_EQUAL(1, far.send(padded(probe)).outside.size());
}

TEST(ProbeIn, IsRefusedWhereAnythingIsUnknown) {
    for (size_t at = 0; at < 8; ++at) {
        Bytes other = probe;
        other[at] = at == 0 ? 0xe2 : at == 1 ? 3 : 1;
        STRCMP_EQUAL("bad_payload", drop_of(branch.send(other)));
    }
    Bytes shorter = probe;
    shorter.pop_back();
    STRCMP_EQUAL("bad_payload", drop_of(branch.send(shorter)));
}

TEST(ProbeIn, ABurstOfThemIsAnsweredInOrder) {
    std::vector<Bytes> frames;
    for (uint64_t id = 1; id <= 32; ++id) {
        frames.push_back(branch.frame(branch.seal(probe_of(id, id))));
    }
    const NodeOutput output = edge.process(Side::outside, frames);
    UNSIGNED_LONGS_EQUAL(32, output.outside.size());
    for (uint64_t id = 1; id <= 32; ++id) {
        const Bytes reply = branch.open_frame(output.outside[id - 1]).value();
        UNSIGNED_LONGS_EQUAL(id, reply[15]);
    }
}

TEST(ProbeIn, WithoutASessionToAnswerByNothingIsSaid) {
    branch.send(Bytes{});
    FarEnd second(edge, {.node_index = 2, .key = 2});
    second.send(Bytes{});
    CHECK_TRUE(edge.node().retire(2));
    const NodeOutput output = branch.send(probe);  // by the session before
    CHECK_TRUE(output.outside.empty() && output.drops.empty());
}

/// Probes that go out, and what their replies say.
TEST_GROUP(ProbeOut)
{
    NodeHarness edge{probing(edge_tables())};
    FarEnd branch{edge, {}};

    void setup() override {
        branch.send(Bytes{});  // confirms the session
    }

    /// What the edge sends by itself within one interval.
    std::vector<Bytes> wait() {
        std::vector<Bytes> sent;
        for (int i = 0; i < 2; ++i) {
            edge.now_ns += kInterval / 2;
            const NodeOutput output = edge.poll();
            sent.insert(sent.end(), output.outside.begin(), output.outside.end());
        }
        return sent;
    }

    Bytes next_probe() {
        return branch.open_frame(only(wait())).value();
    }

    NodeOutput reply(const Bytes& to, const Endpoint& source = kHome) {
        return edge.process(
            Side::outside,
            branch.frame_from(source, branch.seal(reply_to(to, 5, source)))
        );
    }
};

TEST(ProbeOut, GoesAtItsPaceWithAnIdOfItsOwn) {
    std::set<Bytes> ids;
    for (int i = 0; i < 20; ++i) {
        const Bytes probe = next_probe();
        UNSIGNED_LONGS_EQUAL(32, probe.size());
        CHECK_TRUE(Bytes(probe.begin(), probe.begin() + 8) == Bytes({0xe1, 1, 0, 0, 0, 0, 0, 0}));
        ids.insert(Bytes(probe.begin() + 8, probe.begin() + 16));
        reply(probe);
    }
    UNSIGNED_LONGS_EQUAL(20, ids.size());
}

TEST(ProbeOut, TellsTheRoundTrip) {
    UNSIGNED_LONGS_EQUAL(0, peer_of(edge).round_trip_ns);
    const Bytes probe = next_probe();
    const uint64_t sent = edge.now_ns;
    // Later than the next probe: the answer to an older one counts as well.
    wait();
    edge.now_ns += 12345;
    CHECK_TRUE(reply(probe).drops.empty());
    const uint64_t round_trip = peer_of(edge).round_trip_ns;
    CHECK_TRUE(
        round_trip >= edge.now_ns - sent && round_trip <= edge.now_ns - sent + kInterval / 2
    );
}

TEST(ProbeOut, OnlyAnOutstandingIdIsAReply) {
    Bytes probe = next_probe();
    probe[15] ^= 1;
    STRCMP_EQUAL("probe_unasked", drop_of(reply(probe)));
    probe[15] ^= 1;
    CHECK_TRUE(reply(probe).drops.empty());
    STRCMP_EQUAL("probe_unasked", drop_of(reply(probe)));
    STRCMP_EQUAL("probe_unasked", drop_of(reply(probe_of(0, 0))));
    Bytes bad = reply_to(next_probe(), 5, kHome);
    bad[32] = 5;
    STRCMP_EQUAL("bad_payload", drop_of(branch.send(bad)));
}

TEST(ProbeOut, NeedsALivingSession) {
    edge.now_ns += 181 * kSecond;
    CHECK_TRUE(wait().empty());
    NodeHarness fresh(probing(branch_tables()));
    fresh.poll();
    fresh.now_ns += kSecond;
    CHECK_TRUE(fresh.poll().outside.empty());
    UNSIGNED_LONGS_EQUAL(0, fresh.events().size());  // a probe is no reason for a session
}

TEST(ProbeOut, IsOffByDefault) {
    NodeHarness quiet(edge_tables());
    FarEnd far(quiet, {});
    far.send(Bytes{});
    quiet.now_ns += 5 * kSecond;
    CHECK_TRUE(quiet.poll().outside.empty());
}

TEST(ProbeOut, AnAnswerFromWhereItWentIsAnObservation) {
    CHECK_TRUE(peer_of(edge).observed_ipv4 == kHome.address);
    // A data message moves the endpoint, never the observed address.
    edge.process(Side::outside, branch.frame_from(kAway, branch.seal(Bytes{})));
    CHECK_TRUE(peer_of(edge).endpoint == kAway);
    CHECK_TRUE(peer_of(edge).observed_ipv4 == kHome.address);
    const Bytes probe = next_probe();
    CHECK_TRUE(reply(probe, kAway).drops.empty());
    CHECK_TRUE(peer_of(edge).observed_ipv4 == kAway.address);
}

TEST(ProbeOut, AnAnswerFromElsewhereIsNone) {
    const Bytes probe = next_probe();
    CHECK_TRUE(reply(probe, kAway).drops.empty());
    CHECK_TRUE(peer_of(edge).observed_ipv4 == kHome.address);
    CHECK_TRUE(peer_of(edge).round_trip_ns != 0);
}

TEST(ProbeOut, BothFamiliesMayBeObservedInOneSession) {
    const Endpoint ipv6 = endpoint(kBranchOutside.ipv6, kTunnelPort);
    edge.process(Side::outside, branch.frame_from(ipv6, branch.seal(Bytes{})));
    reply(next_probe(), ipv6);
    CHECK_TRUE(peer_of(edge).observed_ipv6 == ipv6.address);
    CHECK_TRUE(peer_of(edge).observed_ipv4 == kHome.address);
}

TEST(ProbeOut, AnAnswerInTheNextSessionIsNoObservation) {
    edge.process(Side::outside, branch.frame_from(kAway, branch.seal(Bytes{})));
    const Bytes probe = next_probe();
    FarEnd second(edge, {.node_index = 2, .key = 2});
    second.send(Bytes{});  // observes its own source
    edge.process(Side::outside, second.frame_from(kAway, second.seal(reply_to(probe, 5, kAway))));
    CHECK_TRUE(peer_of(edge).observed_ipv4 == kHome.address);
}

TEST(ProbeOut, TwoNodesMeasureEachOther) {
    NodePair pair(probing(branch_tables()), probing(edge_tables()));
    pair.connect();
    for (int i = 0; i < 10; ++i) {
        pair.advance(kInterval);
    }
    CHECK_TRUE(peer_of(pair.branch).round_trip_ns != 0);
    CHECK_TRUE(peer_of(pair.edge).round_trip_ns != 0);
    CHECK_TRUE(pair.branch_drops.empty() && pair.edge_drops.empty());
}
