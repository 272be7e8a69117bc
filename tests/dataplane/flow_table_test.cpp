// SPDX-License-Identifier: Apache-2.0
#include "tables/flow_table.hpp"

#include "scenario.hpp"

#include <array>
#include <map>
#include <random>
#include <vector>

#include <CppUTest/TestHarness.h>

using egret::Flow;
using egret::FlowHit;
using egret::FlowKey;
using egret::FlowTable;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

constexpr uint64_t kSeed = 0x5eed;

FlowKey key_of(uint32_t number) {
    FlowKey key;
    key.family = egret::api::Family::ipv4;
    key.protocol = kTcpProtocol;
    key.source = {10, static_cast<uint8_t>(number >> 16), static_cast<uint8_t>(number >> 8), 1};
    key.destination = {192, 0, 2, 1};
    key.source_port = static_cast<uint16_t>(number);
    key.destination_port = 443;
    return key;
}

FlowKey reverse_of(uint32_t number) {
    FlowKey key = key_of(number).reversed();
    key.zone = egret::kTunnelZone;
    return key;
}

Flow* insert_both(FlowTable& table, uint32_t number) {
    Flow* flow = table.insert(key_of(number));
    if (flow != nullptr) {
        flow->reverse = reverse_of(number);
        CHECK_TRUE(table.insert_reverse(*flow));
    }
    return flow;
}

}  // namespace

TEST_GROUP(FlowTable)
{};

TEST(FlowTable, FindsAFlowByBothKeysAndTellsTheDirection) {
    FlowTable table(16, kSeed);
    Flow* flow = insert_both(table, 1);
    POINTERS_EQUAL(flow, table.find(key_of(1)).flow);
    CHECK_TRUE(table.find(key_of(1)).forward);
    POINTERS_EQUAL(flow, table.find(reverse_of(1)).flow);
    CHECK_FALSE(table.find(reverse_of(1)).forward);
    POINTERS_EQUAL(nullptr, table.find(key_of(2)).flow);
    UNSIGNED_LONGS_EQUAL(1, table.size());
}

TEST(FlowTable, ABurstOfLookupsAgreesWithSingleOnes) {
    FlowTable table(64, kSeed);
    for (uint32_t i = 0; i < 32; i += 2) {
        insert_both(table, i);
    }
    std::array<FlowKey, 32> keys;
    for (uint32_t i = 0; i < keys.size(); ++i) {
        keys[i] = i % 3 == 0 ? reverse_of(i) : key_of(i);
    }
    std::array<FlowHit, 32> hits;
    table.find_burst(
        32,
        egret::FlowLines::edge_in,
        [&](uint16_t k) -> const FlowKey& { return keys[k]; },
        [&](uint16_t k, const FlowHit& hit) { hits[k] = hit; }
    );
    for (uint32_t i = 0; i < keys.size(); ++i) {
        POINTERS_EQUAL(table.find(keys[i]).flow, hits[i].flow);
        CHECK_TRUE((hits[i].flow != nullptr) == (i % 2 == 0));
        CHECK_TRUE(hits[i].flow == nullptr || hits[i].forward == (i % 3 != 0));
    }
}

TEST(FlowTable, KeepsFlowsOfDifferentZonesApart) {
    FlowTable table(16, kSeed);
    FlowKey tagged = key_of(1);
    tagged.zone = 7;
    Flow* flow = table.insert(tagged);
    POINTERS_EQUAL(nullptr, table.find(key_of(1)).flow);
    POINTERS_EQUAL(flow, table.find(tagged).flow);
}

TEST(FlowTable, HasRoomForExactlyItsCapacity) {
    constexpr uint32_t kCapacity = 50;
    FlowTable table(kCapacity, kSeed);
    for (uint32_t i = 0; i < kCapacity; ++i) {
        CHECK_TRUE(insert_both(table, i) != nullptr);
    }
    POINTERS_EQUAL(nullptr, table.insert(key_of(kCapacity)));
    POINTERS_EQUAL(nullptr, table.find(key_of(kCapacity)).flow);
    table.remove(*table.find(key_of(7)).flow);
    CHECK_TRUE(insert_both(table, kCapacity) != nullptr);
    UNSIGNED_LONGS_EQUAL(kCapacity, table.size());
}

TEST(FlowTable, ARemovedFlowIsGoneUnderBothKeys) {
    FlowTable table(16, kSeed);
    const uint64_t id = insert_both(table, 1)->id;
    table.remove(*table.find(reverse_of(1)).flow);
    POINTERS_EQUAL(nullptr, table.find(key_of(1)).flow);
    POINTERS_EQUAL(nullptr, table.find(reverse_of(1)).flow);
    CHECK_TRUE(insert_both(table, 1)->id != id);  // ids are never used twice
}

TEST(FlowTable, ARetiredFlowStaysReadableUntilItIsRecycled) {
    FlowTable table(2, kSeed);
    Flow* first = insert_both(table, 1);
    insert_both(table, 2);
    table.retire(*first);
    POINTERS_EQUAL(nullptr, table.find(key_of(1)).flow);
    CHECK_TRUE(first->forward == key_of(1));
    table.sweep(4, [&](const Flow& flow) { CHECK_TRUE(&flow != first); });
    POINTERS_EQUAL(nullptr, table.insert(key_of(3)));
    table.recycle();
    POINTERS_EQUAL(first, table.insert(key_of(3)));
}

TEST(FlowTable, ASweepMeetsEveryFlowAndMayRemoveIt) {
    FlowTable table(40, kSeed);
    for (uint32_t i = 0; i < 30; ++i) {
        insert_both(table, i);
    }
    uint32_t n_met = 0;
    for (int round = 0; round < 8; ++round) {
        table.sweep(5, [&](Flow& flow) {
            ++n_met;
            table.remove(flow);
        });
    }
    UNSIGNED_LONGS_EQUAL(30, n_met);
    UNSIGNED_LONGS_EQUAL(0, table.size());
}

TEST(FlowTable, AgreesWithAnOrdinaryMapUnderRandomUse) {
    std::mt19937 random(7);  // NOLINT: a fixed seed makes a failure repeatable
    for (const uint32_t capacity : {1U, 3U, 16U, 200U}) {
        FlowTable table(capacity, random());
        std::map<uint32_t, Flow*> living;
        for (int step = 0; step < 4000; ++step) {
            const auto number = static_cast<uint32_t>(random() % (2 * capacity + 1));
            const auto known = living.find(number);
            POINTERS_EQUAL(
                known == living.end() ? nullptr : known->second,
                table.find(key_of(number)).flow
            );
            POINTERS_EQUAL(table.find(key_of(number)).flow, table.find(reverse_of(number)).flow);
            if (known != living.end()) {
                step % 3 == 0 ? table.retire(*known->second) : table.remove(*known->second);
                living.erase(known);
            } else if (Flow* flow = insert_both(table, number)) {
                living[number] = flow;
            }
            table.recycle();
            UNSIGNED_LONGS_EQUAL(living.size(), table.size());
        }
    }
}

TEST(FlowTable, NoAddressMakesTheHashForgetItsOtherHalf) {
    // The hash's own constants as interface identifiers: with a factor of zero all prefixes would fall together.
    for (const uint64_t constant : {0x9e3779b97f4a7c15ULL, 0xbf58476d1ce4e5b9ULL}) {
        FlowKey a = key_of(1);
        a.family = egret::api::Family::ipv6;
        for (size_t i = 0; i < 8; ++i) {
            a.source[8 + i] = a.destination[8 + i] = static_cast<uint8_t>(constant >> (8 * i));
        }
        FlowKey other_source = a;
        other_source.source[7] ^= 1;
        FlowKey other_destination = a;
        other_destination.destination[7] ^= 1;
        CHECK_TRUE(hash_of(a, kSeed) != hash_of(other_source, kSeed));
        CHECK_TRUE(hash_of(a, kSeed) != hash_of(other_destination, kSeed));
    }
}
