// SPDX-License-Identifier: Apache-2.0
#include "far_end.hpp"
#include "packets.hpp"

#include <array>

#include <CppUTest/TestHarness.h>

using egret::api::Family;
using egret::api::Side;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr int kDrop = -1;
constexpr int kNotEct = 0;
constexpr int kEct1 = 1;
constexpr int kEct0 = 2;
constexpr int kCe = 3;

/// RFC 6040 section 4.2, figure 4: what leaves, by the inner (row) and outer (column) field.
constexpr int kExpected[4][4] = {
    // outer: Not-ECT, ECT(1), ECT(0), CE
    {kNotEct, kNotEct, kNotEct, kDrop},
    {kEct1, kEct1, kEct1, kCe},
    {kEct0, kEct1, kEct0, kCe},
    {kCe, kCe, kCe, kCe},
};

constexpr uint8_t kDscp = 0xb8;  // expedited forwarding, as it was

Bytes marked_packet(Family family, unsigned inner) {
    const auto traffic_class = static_cast<uint8_t>(kDscp | inner);
    PacketBuilder builder;
    family == Family::ipv4
        ? builder.ipv4(kClient.ipv4, kService.ipv4, {.tos = traffic_class})
        : builder.ipv6(kClient.ipv6, kService.ipv6, {.traffic_class = traffic_class});
    return with_claim(kOrigin.of(family), builder.udp(kClientPort, kServicePort).bytes());
}

}  // namespace

TEST_GROUP(Ecn)
{};

TEST(Ecn, CongestionMarksAreCarriedOverAsInRfc6040) {
    for (const Family family : kFamilies) {
        for (const Family outer_family : kFamilies) {
            NodeHarness edge(edge_tables());
            FarEnd branch(
                edge,
                {.endpoint = endpoint(kBranchOutside.of(outer_family), kTunnelPort)}
            );
            for (unsigned inner = 0; inner < 4; ++inner) {
                for (unsigned outer = 0; outer < 4; ++outer) {
                    const Bytes message = branch.seal(marked_packet(family, inner));
                    const Bytes frame = branch.frame(message, static_cast<uint8_t>(outer));
                    const NodeOutput output = edge.process(Side::outside, frame);
                    if (kExpected[inner][outer] == kDrop) {
                        STRCMP_EQUAL("ecn_invalid", drop_of(output));
                    } else {
                        const unsigned expected =
                            kDscp | static_cast<unsigned>(kExpected[inner][outer]);
                        UNSIGNED_LONGS_EQUAL(
                            expected,
                            read_frame(only(output.inside)).traffic_class
                        );
                    }
                }
            }
        }
    }
}

TEST(Ecn, TheOuterDscpStaysOutside) {
    NodeHarness edge(edge_tables());
    FarEnd branch(edge, {});
    const Bytes frame = branch.frame(branch.seal(marked_packet(Family::ipv4, kNotEct)), 0x20);
    const NodeOutput output = edge.process(Side::outside, frame);
    UNSIGNED_LONGS_EQUAL(kDscp, read_frame(only(output.inside)).traffic_class);
}
