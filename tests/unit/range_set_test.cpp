// SPDX-License-Identifier: Apache-2.0
#include "control/config/range_set.hpp"

#include <egret/api/address.hpp>

#include <initializer_list>
#include <string>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;

namespace {

RangeSet set_of(std::initializer_list<const char*> ranges) {
    RangeSet set;
    uint32_t line = 0;
    for (const char* range : ranges) {
        set.add(api::parse_prefix(range).value(), ++line);
    }
    set.finish();
    return set;
}

std::string found(const RangeSet& set, const char* address) {
    const auto range = set.find(api::parse_address(address).value());
    return range ? api::to_text(*range) : "";
}

bool covers(const RangeSet& set, const char* prefix) {
    return set.covers(api::parse_prefix(prefix).value());
}

bool touches(const RangeSet& set, const char* prefix) {
    return set.touches(api::parse_prefix(prefix).value());
}

}  // namespace

TEST_GROUP(RangeSet)
{};

TEST(RangeSet, FindsTheWidestRangeThatHoldsAnAddress) {
    const RangeSet set =
        set_of({"192.0.2.128/25", "192.0.2.0/24", "198.51.100.7", "2001:db8::/32"});
    STRCMP_EQUAL("192.0.2.0/24", found(set, "192.0.2.200").c_str());
    STRCMP_EQUAL("192.0.2.0/24", found(set, "192.0.2.0").c_str());
    STRCMP_EQUAL("192.0.2.0/24", found(set, "192.0.2.255").c_str());
    STRCMP_EQUAL("", found(set, "192.0.1.255").c_str());
    STRCMP_EQUAL("", found(set, "192.0.3.0").c_str());
    STRCMP_EQUAL("198.51.100.7/32", found(set, "198.51.100.7").c_str());
    STRCMP_EQUAL("", found(set, "198.51.100.8").c_str());
    STRCMP_EQUAL("2001:db8::/32", found(set, "2001:db8:ffff::1").c_str());
    STRCMP_EQUAL("", found(set, "2001:db9::").c_str());
    STRCMP_EQUAL("", found(set, "::ffff:192.0.2.1").c_str());
}

TEST(RangeSet, HoldsTheEndsOfTheWorld) {
    const RangeSet set = set_of({"0.0.0.0/0", "::/0"});
    STRCMP_EQUAL("0.0.0.0/0", found(set, "255.255.255.255").c_str());
    STRCMP_EQUAL("::/0", found(set, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff").c_str());
    CHECK_TRUE(covers(set, "0.0.0.0/0"));
    CHECK_TRUE(covers(set, "ffff::/16"));
}

TEST(RangeSet, SeveralRangesCoverTogether) {
    const RangeSet set =
        set_of({"192.0.2.0/25", "192.0.2.128/25", "2001:db8::/33", "2001:db8:8000::/33"});
    CHECK_TRUE(covers(set, "192.0.2.0/24"));
    CHECK_TRUE(covers(set, "192.0.2.64/26"));
    CHECK_FALSE(covers(set, "192.0.2.0/23"));
    CHECK_TRUE(covers(set, "2001:db8::/32"));
    CHECK_FALSE(covers(set, "2001:db8::/31"));
}

TEST(RangeSet, TouchesWhatOverlaps) {
    const RangeSet set = set_of({"192.0.2.64/26", "2001:db8:1::/48"});
    CHECK_TRUE(touches(set, "192.0.2.0/24"));
    CHECK_TRUE(touches(set, "192.0.2.100"));
    CHECK_FALSE(touches(set, "192.0.2.0/26"));
    CHECK_FALSE(touches(set, "192.0.2.128/25"));
    CHECK_TRUE(touches(set, "2001:db8::/32"));
    CHECK_FALSE(touches(set, "2001:db8:2::/48"));
    CHECK_TRUE(touches(set_of({"192.0.2.255"}), "192.0.2.254/31"));
}

TEST(RangeSet, KeepsDuplicatesAndLinesInOrder) {
    const RangeSet set =
        set_of({"2001:db8::/32", "192.0.2.1/24", "192.0.2.128/25", "192.0.2.0/24"});
    LONGS_EQUAL(4, set.size());
    LONGS_EQUAL(3, set.n_ipv4());
    std::string text;
    set.each([&](const RangeAt& range) {
        text += api::to_text(range.prefix) + "@" + std::to_string(range.line) + " ";
    });
    STRCMP_EQUAL("192.0.2.0/24@2 192.0.2.0/24@4 192.0.2.128/25@3 2001:db8::/32@1 ", text.c_str());
}

TEST(RangeSet, AnEmptyOneHoldsNothing) {
    const RangeSet set = set_of({});
    CHECK_TRUE(set.empty());
    STRCMP_EQUAL("", found(set, "0.0.0.0").c_str());
    CHECK_FALSE(covers(set, "::/0"));
    CHECK_FALSE(touches(set, "0.0.0.0/0"));
}
