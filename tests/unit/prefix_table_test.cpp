// SPDX-License-Identifier: Apache-2.0
#include <egret/api/prefix_table.hpp>

#include <random>
#include <string_view>
#include <vector>

#include <CppUTest/TestHarness.h>

using egret::api::contains;
using egret::api::Family;
using egret::api::IpAddress;
using egret::api::parse_address;
using egret::api::parse_prefix;
using egret::api::Prefix;
using egret::api::PrefixSet;
using egret::api::PrefixTable;
using egret::api::SetIndex;

namespace {

PrefixSet entry(std::string_view prefix, SetIndex set) {
    return {parse_prefix(prefix).value(), set};
}

SetIndex find(const PrefixTable& table, std::string_view address) {
    return table.lookup(parse_address(address).value());
}

/// The definition: the longest prefix that contains the address, the last of equals.
SetIndex find_slowly(const std::vector<PrefixSet>& prefixes, const IpAddress& address) {
    SetIndex set = 0;
    int longest = -1;
    for (const PrefixSet& candidate : prefixes) {
        if (contains(candidate.prefix, address) && candidate.prefix.length >= longest) {
            longest = candidate.prefix.length;
            set = candidate.set;
        }
    }
    return set;
}

}  // namespace

TEST_GROUP(PrefixTable)
{};

TEST(PrefixTable, AnEmptyTableMatchesNothing) {
    const PrefixTable table = PrefixTable::build({});
    UNSIGNED_LONGS_EQUAL(0, find(table, "192.0.2.1"));
    UNSIGNED_LONGS_EQUAL(0, find(table, "2001:db8::1"));
    UNSIGNED_LONGS_EQUAL(0, table.lookup(IpAddress{}));
}

TEST(PrefixTable, TheInnermostPrefixDecides) {
    const PrefixTable table = PrefixTable::build(
        {entry("20.190.128.0/18", 1), entry("20.190.129.0/24", 2), entry("20.190.129.7/32", 3)}
    );
    UNSIGNED_LONGS_EQUAL(0, find(table, "20.190.127.255"));
    UNSIGNED_LONGS_EQUAL(1, find(table, "20.190.128.0"));
    UNSIGNED_LONGS_EQUAL(2, find(table, "20.190.129.6"));
    UNSIGNED_LONGS_EQUAL(3, find(table, "20.190.129.7"));
    UNSIGNED_LONGS_EQUAL(2, find(table, "20.190.129.8"));
    UNSIGNED_LONGS_EQUAL(1, find(table, "20.190.191.255"));
    UNSIGNED_LONGS_EQUAL(0, find(table, "20.190.192.0"));
}

TEST(PrefixTable, TheWholeSpaceAndItsEndsAreCovered) {
    const PrefixTable table = PrefixTable::build(
        {entry("0.0.0.0/0", 1),
         entry("255.255.255.255/32", 2),
         entry("::/0", 3),
         entry("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", 4)}
    );
    UNSIGNED_LONGS_EQUAL(1, find(table, "0.0.0.0"));
    UNSIGNED_LONGS_EQUAL(1, find(table, "255.255.255.254"));
    UNSIGNED_LONGS_EQUAL(2, find(table, "255.255.255.255"));
    UNSIGNED_LONGS_EQUAL(3, find(table, "::"));
    UNSIGNED_LONGS_EQUAL(3, find(table, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"));
    UNSIGNED_LONGS_EQUAL(4, find(table, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
}

TEST(PrefixTable, OfEqualPrefixesTheLastWinsAndHostBitsDoNotMatter) {
    const PrefixTable table =
        PrefixTable::build({entry("198.51.100.9/24", 1), entry("198.51.100.0/24", 2)});
    UNSIGNED_LONGS_EQUAL(2, find(table, "198.51.100.200"));
    UNSIGNED_LONGS_EQUAL(0, find(table, "198.51.101.0"));
}

TEST(PrefixTable, AgreesWithTheDefinitionOnRandomNestedPrefixes) {
    std::mt19937 random(42);  // NOLINT: a fixed seed makes a failure repeatable
    for (const Family family : {Family::ipv4, Family::ipv6}) {
        std::vector<PrefixSet> prefixes;
        const auto draw = [&] {
            IpAddress address{family, {}};
            for (uint32_t i = 0; i < address.size_bytes(); ++i) {
                address.bytes[i] = static_cast<uint8_t>(random() % 3);  // few values: much nesting
            }
            return address;
        };
        for (SetIndex set = 1; set <= 300; ++set) {
            const IpAddress address = draw();
            prefixes.push_back(
                {{address, static_cast<uint8_t>(random() % (address.bits() + 1U))}, set}
            );
        }
        const PrefixTable table = PrefixTable::build(prefixes);
        for (int i = 0; i < 5000; ++i) {
            const IpAddress address = draw();
            UNSIGNED_LONGS_EQUAL(find_slowly(prefixes, address), table.lookup(address));
        }
    }
}
