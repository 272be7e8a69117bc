// SPDX-License-Identifier: Apache-2.0
#include "node_harness.hpp"
#include "packets.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <string>
#include <utility>

#include <CppUTest/TestHarness.h>

using egret::api::DropReason;
using egret::api::Side;
using egret::crypto::kSecond;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

/// Handshake datagrams on their way to control.
TEST_GROUP(HandshakeIn)
{
    NodeHarness edge{edge_tables(), {.workers = 1}};

    static Bytes message(uint8_t type) {
        return handshake_message(type, edge_identity().public_key);
    }

    NodeOutput receive(const Bytes& datagram, std::string_view source = kBranchOutside.ipv4) {
        return edge.process(Side::outside, handshake_frame(datagram, source));
    }
};

TEST(HandshakeIn, IsHandedToControlAsItCame) {
    for (const uint8_t type : {uint8_t{1}, uint8_t{2}, uint8_t{3}}) {
        const Bytes sent = message(type);
        const NodeOutput output = receive(sent);
        CHECK_TRUE(output.drops.empty() && output.inside.empty() && output.outside.empty());
        const auto punts = edge.punts();
        UNSIGNED_LONGS_EQUAL(1, punts.size());
        CHECK_TRUE(punts[0].source == endpoint(kBranchOutside.ipv4, 1234));
        UNSIGNED_LONGS_EQUAL(edge.now_ns, punts[0].time_ns);
        UNSIGNED_LONGS_EQUAL(sent.size(), punts[0].size_bytes);
        MEMCMP_EQUAL(sent.data(), punts[0].bytes.data(), sent.size());
    }
    UNSIGNED_LONGS_EQUAL(3, edge.counters().consumed);
}

TEST(HandshakeIn, MustBeMadeForThisNodesKey) {
    for (const uint8_t type : {uint8_t{1}, uint8_t{2}}) {
        STRCMP_EQUAL(
            "bad_mac1",
            drop_of(receive(handshake_message(type, branch_identity().public_key)))
        );
        Bytes damaged = message(type);
        damaged[20] ^= 1;
        STRCMP_EQUAL("bad_mac1", drop_of(receive(damaged)));
    }
    CHECK_TRUE(edge.punts().empty());
}

TEST(HandshakeIn, MayBeMadeForTheKeyBeforeDuringARotation) {
    egret::api::Tables tables = edge_tables();
    tables.generation = 2;
    std::swap(tables.public_key, tables.previous_public_key);
    tables.public_key.fill(9);
    CHECK_TRUE(edge.node().publish(tables));
    CHECK_TRUE(receive(message(1)).drops.empty());
    const egret::crypto::PublicKey newest{
        std::bit_cast<std::array<std::byte, 32>>(tables.public_key)};
    CHECK_TRUE(receive(handshake_message(2, newest)).drops.empty());
    STRCMP_EQUAL("bad_mac1", drop_of(receive(handshake_message(1, branch_identity().public_key))));
    // Without a rotation the key of all zeros is nobody's.
    STRCMP_EQUAL("bad_mac1", drop_of(receive(handshake_message(1, egret::crypto::PublicKey{}))));
    tables.generation = 3;
    tables.previous_public_key = {};
    CHECK_TRUE(edge.node().publish(tables));
    STRCMP_EQUAL("bad_mac1", drop_of(receive(message(1))));
    STRCMP_EQUAL("bad_mac1", drop_of(receive(handshake_message(1, egret::crypto::PublicKey{}))));
}

TEST(HandshakeIn, MustHaveTheSizeOfItsType) {
    for (const uint8_t type : {uint8_t{1}, uint8_t{2}, uint8_t{3}}) {
        Bytes shorter = message(type);
        shorter.pop_back();
        STRCMP_EQUAL("bad_header", drop_of(receive(shorter)));
        Bytes longer = message(type);
        longer.push_back(0);
        STRCMP_EQUAL("bad_header", drop_of(receive(longer)));
    }
}

TEST(HandshakeIn, AFullQueueRefusesTheNewest) {
    constexpr unsigned kQueue = 4096;
    const auto from = [this](unsigned number) {
        const std::string source =
            "10.0." + std::to_string(number / 250) + "." + std::to_string(1 + number % 250);
        edge.now_ns += kSecond;  // the rate is not what stops them
        return receive(message(1), source);
    };
    for (unsigned i = 0; i < kQueue; ++i) {
        CHECK_TRUE(from(i).drops.empty());
    }
    STRCMP_EQUAL("handshake_queue_full", drop_of(from(kQueue)));
    UNSIGNED_LONGS_EQUAL(kQueue, edge.punts().size());
    CHECK_TRUE(from(0).drops.empty());
}

TEST(HandshakeIn, ForSomebodyElseIsNotLookedAt) {
    NodeHarness branch(branch_tables());
    const Bytes through = PacketBuilder()
                              .ethernet(kInternetMac, kClientMac)
                              .ipv4(kElsewhere.ipv4, kClient.ipv4)
                              .udp(1, kTunnelPort)
                              .payload(message(1))
                              .bytes();
    CHECK_TRUE(only(branch.process(Side::outside, through).inside) == through);
    CHECK_TRUE(branch.punts().empty());
}

TEST(HandshakeIn, OutgoingOnesAreMarkedAndSentToTheirDestination) {
    egret::api::HandshakeDatagram datagram;
    const Bytes bytes = message(2);
    datagram.size_bytes = static_cast<uint16_t>(bytes.size());
    std::copy_n(
        reinterpret_cast<const std::byte*>(bytes.data()),
        bytes.size(),
        datagram.bytes.begin()
    );
    for (const auto family : kFamilies) {
        datagram.destination = endpoint(kBranchOutside.of(family), 777);
        const Dissection sent = read_frame(only(edge.send_handshake(datagram).outside));
        STRCMP_EQUAL(kBranchOutside.of(family).data(), sent.destination.c_str());
        UNSIGNED_LONGS_EQUAL(777, sent.destination_port);
        UNSIGNED_LONGS_EQUAL(0x88, sent.traffic_class);
        CHECK_TRUE(sent.payload == bytes);
    }
    UNSIGNED_LONGS_EQUAL(2, edge.counters().generated);
    datagram.destination = {};
    STRCMP_EQUAL("no_endpoint", drop_of(edge.send_handshake(datagram)));
}

TEST(HandshakeIn, AChecksumOfZeroIsWrittenAsAllOnes) {
    // RFC 8200 section 8.1. The word in the middle makes the sum come out even.
    egret::api::HandshakeDatagram datagram;
    datagram.destination = endpoint(kBranchOutside.ipv6, 777);
    datagram.size_bytes = 64;
    const size_t checksum_at = 14 + 40 + 6;
    const uint16_t checksum = load16(only(edge.send_handshake(datagram).outside), checksum_at);
    datagram.bytes[32] = static_cast<std::byte>(checksum >> 8);
    datagram.bytes[33] = static_cast<std::byte>(checksum);
    const Bytes frame = only(edge.send_handshake(datagram).outside);
    UNSIGNED_LONGS_EQUAL(0xffff, load16(frame, checksum_at));
    CHECK_TRUE(read_frame(frame).transport_checksum_right);
}
