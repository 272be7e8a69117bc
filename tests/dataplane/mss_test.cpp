// SPDX-License-Identifier: Apache-2.0
#include "packets.hpp"
#include "stages/parse.hpp"
#include "stages/translate.hpp"

#include <algorithm>

#include <CppUTest/TestHarness.h>

using egret::PacketMeta;
using egret::api::Family;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr uint16_t kMtu = 1428;
constexpr uint16_t kFits4 = kMtu - 20 - 20;
constexpr uint16_t kFits6 = kMtu - 40 - 20;

/// An MSS option behind `n_nops` no-operations, filled up to whole words.
Bytes mss_option(uint16_t mss, size_t n_nops = 0) {
    Bytes options((n_nops + 4 + 3) / 4 * 4);
    std::fill_n(options.begin(), n_nops, uint8_t{1});
    options[n_nops] = 2;
    options[n_nops + 1] = 4;
    store16(options, n_nops + 2, mss);
    return options;
}

}  // namespace

TEST_GROUP(ClampMss)
{static Bytes clamped(const Bytes& packet){Bytes result = packet;
PacketMeta meta{};
egret::parse_packet(result, 0, meta);
clamp_mss({result.data(), result.size()}, meta, kMtu);
return result;
}

static Bytes syn(const Bytes& options, uint8_t flags = kSyn, Family family = Family::ipv4) {
    return client_packet(
        {.family = family, .tcp = {.flags = flags, .options = options}, .payload = 0}
    );
}
}
;

TEST(ClampMss, LowersOnlyWhatDoesNotFit) {
    for (const uint8_t flags : {kSyn, static_cast<uint8_t>(kSyn | kAck)}) {
        CHECK_TRUE(clamped(syn(mss_option(1460), flags)) == syn(mss_option(kFits4), flags));
        CHECK_TRUE(clamped(syn(mss_option(kFits4 + 1), flags)) == syn(mss_option(kFits4), flags));
        CHECK_TRUE(clamped(syn(mss_option(kFits4), flags)) == syn(mss_option(kFits4), flags));
        CHECK_TRUE(clamped(syn(mss_option(536), flags)) == syn(mss_option(536), flags));
        CHECK_TRUE(clamped(syn(mss_option(0), flags)) == syn(mss_option(0), flags));
    }
    const Bytes fits = syn(mss_option(kFits6), kSyn, Family::ipv6);
    CHECK_TRUE(clamped(syn(mss_option(1440), kSyn, Family::ipv6)) == fits);
}

TEST(ClampMss, KeepsTheChecksumRightAtEveryOffset) {
    for (size_t n_nops = 0; n_nops < 8; ++n_nops) {
        for (const unsigned mss : {1389U, 1460U, 8960U, 65535U}) {
            const Bytes options = mss_option(static_cast<uint16_t>(mss), n_nops);
            CHECK_TRUE(clamped(syn(options)) == syn(mss_option(kFits4, n_nops)));
        }
    }
}

TEST(ClampMss, LeavesOtherSegmentsAlone) {
    const Bytes packets[] = {
        syn(mss_option(1460), kAck),
        syn({}),
        syn({1, 1, 1, 1}),
        client_packet({.protocol = kUdpProtocol}),
    };
    for (const Bytes& packet : packets) {
        CHECK_TRUE(clamped(packet) == packet);
    }
}

TEST(ClampMss, OptionsThatDoNotHoldTogetherAreLeftAlone) {
    const Bytes options[] = {
        {2, 0, 5, 180},  // no length
        {2, 1, 5, 180},  // shorter than itself
        {2, 3, 5, 180},  // not an MSS
        {2, 5, 5, 180},  // behind the end
        {3, 40, 2, 4},   // another option, behind the end
        {0, 2, 4, 5},    // behind the end of options
        {1, 1, 1, 2},    // cut off at its kind
        {1, 1, 2, 4},    // cut off before its value
    };
    for (const Bytes& option : options) {
        CHECK_TRUE(clamped(syn(option)) == syn(option));
    }
    // A header that claims to reach behind the packet.
    Bytes reaching = syn({1, 1, 2, 4});
    reaching[32] = 0xf0;
    CHECK_TRUE(clamped(reaching) == reaching);
}
