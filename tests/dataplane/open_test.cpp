// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>
#include <egret/crypto/replay_window.hpp>

#include <algorithm>
#include <string>

#include <CppUTest/TestHarness.h>

using egret::api::DropReason;
using egret::api::InstallStatus;
using egret::api::Side;
using egret::crypto::kSecond;
using egret::crypto::Suite;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr Suite kSuites[] = {Suite::wireguard, Suite::aes256gcm};

Bytes claimed_packet() {
    return with_claim(kOrigin.ipv4, client_packet());
}

const egret::api::Endpoint kStranger = endpoint("192.0.2.200", 4444);

}  // namespace

/// An edge whose branch the test plays.
TEST_GROUP(Open)
{
    NodeHarness edge{edge_tables()};
    FarEnd branch{edge, {}};

    NodeOutput receive(const Bytes& frame) {
        return edge.process(Side::outside, frame);
    }

    /// Where the edge sends an answer of the client's flow.
    static std::string endpoint_of(NodeHarness & node) {
        const NodeOutput output = node.process(Side::inside, service_frame());
        return read_frame(only(output.outside)).destination;
    }

    /// True if a damaged message is dropped for a reason that fits; no more can be said of any bit.
    static bool is_refused(const NodeOutput& output) {
        const DropReason fitting[] = {
            DropReason::bad_header,
            DropReason::unknown_session,
            DropReason::replayed,
            DropReason::not_authentic,
            DropReason::message_limit,
        };
        return std::ranges::any_of(fitting, [&](DropReason reason) {
            return output.only_dropped(reason);
        });
    }
};

TEST(Open, PresentsWhatIsAuthentic) {
    const NodeOutput output = branch.send(claimed_packet());
    STRCMP_EQUAL(kOrigin.ipv4.data(), read_frame(only(output.inside)).source.c_str());
    UNSIGNED_LONGS_EQUAL(1, edge.counters().opened);
}

TEST(Open, NoFlippedBitGetsThrough) {
    for (const Suite suite : kSuites) {
        NodeHarness node(edge_tables({.suite = suite}));
        FarEnd peer(node, {.suite = suite});
        CHECK_TRUE(peer.send(claimed_packet()).drops.empty());
        const Bytes message = peer.seal(claimed_packet());
        for (size_t bit = 0; bit < message.size() * 8; ++bit) {
            Bytes damaged = message;
            damaged[bit / 8] = static_cast<uint8_t>(damaged[bit / 8] ^ 1U << (bit % 8));
            CHECK_TRUE(is_refused(node.process(Side::outside, peer.frame_from(kStranger, damaged)))
            );
        }
        // Nothing of all that moved the endpoint or the replay window.
        STRCMP_EQUAL(kBranchOutside.ipv4.data(), endpoint_of(node).c_str());
        UNSIGNED_LONGS_EQUAL(1, node.process(Side::outside, peer.frame(message)).inside.size());
    }
}

TEST(Open, NoTruncationGetsThrough) {
    const Bytes message = branch.seal(claimed_packet());
    for (size_t size = 0; size < message.size(); ++size) {
        const Bytes cut(message.begin(), message.begin() + static_cast<ptrdiff_t>(size));
        CHECK_TRUE(is_refused(receive(branch.frame(cut))));
    }
    UNSIGNED_LONGS_EQUAL(1, receive(branch.frame(message)).inside.size());
}

TEST(Open, AMessageOfTheOtherSuiteIsABadHeader) {
    Bytes message = branch.seal(claimed_packet());
    message[1] = 1;
    STRCMP_EQUAL("bad_header", drop_of(receive(branch.frame(message))));
    for (const size_t reserved : {2U, 3U}) {
        Bytes other = branch.seal(claimed_packet());
        other[reserved] = 1;
        STRCMP_EQUAL("bad_header", drop_of(receive(branch.frame(other))));
    }
}

TEST(Open, UnknownTypesAreBadHeaders) {
    for (unsigned type = 0; type < 256; ++type) {
        Bytes message = branch.seal(claimed_packet());
        message[0] = static_cast<uint8_t>(type);
        if (type != egret::crypto::kMessageData) {
            STRCMP_EQUAL("bad_header", drop_of(receive(branch.frame(message))));
        }
    }
    STRCMP_EQUAL("bad_header", drop_of(receive(branch.frame({}))));
}

TEST(Open, AnIndexNobodyHasIsAnUnknownSession) {
    Bytes message = branch.seal(claimed_packet());
    message[7] ^= 0x80;  // the same slot of the table, another index
    STRCMP_EQUAL("unknown_session", drop_of(receive(branch.frame(message))));
}

TEST(Open, AMessageIsTakenOnce) {
    const Bytes frame = branch.frame(branch.seal(claimed_packet()));
    UNSIGNED_LONGS_EQUAL(1, receive(frame).inside.size());
    STRCMP_EQUAL("replayed", drop_of(receive(frame)));
    // Twice in one burst: both pass the first look.
    const Bytes again = branch.frame(branch.seal(claimed_packet()));
    const NodeOutput output = edge.process(Side::outside, {again, again});
    UNSIGNED_LONGS_EQUAL(1, output.inside.size());
    UNSIGNED_LONGS_EQUAL(1, output.drops.size());
    CHECK_TRUE(output.drops.front() == DropReason::replayed);
}

TEST(Open, MessagesMayArriveInAnyOrderWithinTheWindow) {
    constexpr uint64_t kWindow = egret::crypto::ReplayWindow::kWindowSize;
    const auto arrives = [&](uint64_t counter) {
        return receive(branch.frame(branch.seal(claimed_packet(), counter)));
    };
    UNSIGNED_LONGS_EQUAL(1, arrives(kWindow + 100).inside.size());
    UNSIGNED_LONGS_EQUAL(1, arrives(100).inside.size());
    UNSIGNED_LONGS_EQUAL(1, arrives(4000).inside.size());
    STRCMP_EQUAL("counter_too_old", drop_of(arrives(99)));
    STRCMP_EQUAL("replayed", drop_of(arrives(100)));
    UNSIGNED_LONGS_EQUAL(1, arrives(101).inside.size());
}

TEST(Open, AForgerCannotMoveTheWindow) {
    Bytes forged = branch.seal(claimed_packet(), 1'000'000);
    forged.back() ^= 1;
    STRCMP_EQUAL("not_authentic", drop_of(receive(branch.frame(forged))));
    UNSIGNED_LONGS_EQUAL(1, branch.send(claimed_packet()).inside.size());
}

TEST(Open, CountersAboveTheLimitAreRefused) {
    NodeHarness node(edge_tables({.suite = Suite::aes256gcm}));
    const FarEnd peer(node, {.suite = Suite::aes256gcm});
    const Bytes last = peer.seal(claimed_packet(), (uint64_t{1} << 32) - 1);
    const Bytes above = peer.seal(claimed_packet(), uint64_t{1} << 32);
    STRCMP_EQUAL("message_limit", drop_of(node.process(Side::outside, peer.frame(above))));
    UNSIGNED_LONGS_EQUAL(1, node.process(Side::outside, peer.frame(last)).inside.size());
}

TEST(Open, ASessionEndsAfterThreeMinutes) {
    edge.now_ns += 180 * kSecond - 1;
    UNSIGNED_LONGS_EQUAL(1, branch.send(claimed_packet()).inside.size());
    ++edge.now_ns;
    STRCMP_EQUAL("session_expired", drop_of(branch.send(claimed_packet())));
}

TEST(Open, AnInitiatorThatOnlyReceivesRenewsInTime) {
    using egret::api::EventKind;
    NodeHarness node(edge_tables());
    FarEnd peer(node, {.node_initiated = true});
    node.now_ns += 165 * kSecond - 1;
    peer.send(claimed_packet());
    UNSIGNED_LONGS_EQUAL(0, node.events(EventKind::session_wanted).size());
    ++node.now_ns;
    peer.send(claimed_packet());
    UNSIGNED_LONGS_EQUAL(1, node.events(EventKind::session_wanted).size());
}

TEST(Open, AKeepaliveEndsHere) {
    const NodeOutput output = branch.send({});
    CHECK_TRUE(output.inside.empty() && output.outside.empty() && output.drops.empty());
    UNSIGNED_LONGS_EQUAL(1, edge.counters().consumed);
    UNSIGNED_LONGS_EQUAL(1, edge.counters().opened);
}

TEST(Open, TheEndpointFollowsAuthenticMessages) {
    branch.send(claimed_packet());
    STRCMP_EQUAL(kBranchOutside.ipv4.data(), endpoint_of(edge).c_str());
    receive(branch.frame_from(kStranger, branch.seal(claimed_packet())));
    STRCMP_EQUAL("192.0.2.200", endpoint_of(edge).c_str());
    // Not a message that was seen before, from wherever it comes.
    const Bytes message = branch.seal(claimed_packet());
    receive(branch.frame(message));
    receive(branch.frame_from(kStranger, message));
    STRCMP_EQUAL(kBranchOutside.ipv4.data(), endpoint_of(edge).c_str());
    // To another family too.
    const auto roaming = endpoint(kBranchOutside.ipv6, 7000);
    receive(branch.frame_from(roaming, branch.seal(claimed_packet())));
    STRCMP_EQUAL(kBranchOutside.ipv6.data(), endpoint_of(edge).c_str());
}

TEST_GROUP(Install)
{ NodeHarness edge{edge_tables()}; };

TEST(Install, RefusesWhatItCannotServe) {
    LONGS_EQUAL(
        static_cast<int>(InstallStatus::installed),
        static_cast<int>(FarEnd(edge, {}).status())
    );
    const FarEnd taken(edge, {});
    CHECK_TRUE(taken.status() == InstallStatus::index_taken);
    const FarEnd nobody(edge, {.slot = 1, .node_index = 2});
    CHECK_TRUE(nobody.status() == InstallStatus::no_such_peer);
    NodeHarness unconfigured(egret::api::Role::edge);
    CHECK_TRUE(FarEnd(unconfigured, {}).status() == InstallStatus::no_such_peer);
}

TEST(Install, NothingIsForwardedBeforeTheFirstGeneration) {
    for (const auto role : {egret::api::Role::branch, egret::api::Role::edge}) {
        NodeHarness node(role);
        for (const Side side : {Side::inside, Side::outside}) {
            const Dual destinations[] = {kService, kElsewhere};
            for (const Dual& destination : destinations) {
                const Bytes frame = client_frame({.server = destination});
                STRCMP_EQUAL("no_configuration", drop_of(node.process(side, frame)));
            }
        }
    }
}

TEST(Install, ThePreviousSessionStillReceives) {
    FarEnd first(edge, {.node_index = 1, .key = 1});
    first.send(claimed_packet());
    FarEnd second(edge, {.node_index = 2, .key = 2});
    UNSIGNED_LONGS_EQUAL(1, first.send(claimed_packet()).inside.size());
    // The edge answers by the session it knows the branch to have.
    const auto answer = [&] { return only(edge.process(Side::inside, service_frame()).outside); };
    CHECK_TRUE(first.open_frame(answer()).has_value());
    UNSIGNED_LONGS_EQUAL(1, second.send(claimed_packet()).inside.size());
    CHECK_TRUE(second.open_frame(answer()).has_value());
    UNSIGNED_LONGS_EQUAL(1, first.send(claimed_packet()).inside.size());
    FarEnd third(edge, {.node_index = 3, .key = 3});
    UNSIGNED_LONGS_EQUAL(1, third.send(claimed_packet()).inside.size());
    UNSIGNED_LONGS_EQUAL(1, first.send(claimed_packet()).inside.size());
    // A fourth handshake retires the first session.
    FarEnd fourth(edge, {.node_index = 4, .key = 4});
    UNSIGNED_LONGS_EQUAL(1, fourth.send(claimed_packet()).inside.size());
    STRCMP_EQUAL("unknown_session", drop_of(first.send(claimed_packet())));
    UNSIGNED_LONGS_EQUAL(1, second.send(claimed_packet()).inside.size());
}
