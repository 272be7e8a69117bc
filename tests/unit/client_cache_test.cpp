// SPDX-License-Identifier: Apache-2.0
#include "names/client_cache.hpp"

#include <cstdint>

#include <CppUTest/TestHarness.h>

using egret::api::Family;
using egret::names::ClientCache;
using egret::names::ClientId;

TEST_GROUP(ClientCache)
{
    using Cache = ClientCache<uint64_t, int>;
    static constexpr uint64_t kNever = UINT64_MAX;

    static ClientId client(uint8_t number) {
        return {{Family::ipv4, {10, 42, 0, number}}, 0};
    }

    /// Fills in keys 0 to n - 1 with values that tell client and key.
    static void fill(Cache & cache, uint8_t number, int n) {
        for (int key = 0; key < n; ++key) {
            cache.put(client(number), static_cast<uint64_t>(key), number * 100 + key, kNever);
        }
    }

    static int get(Cache & cache, uint8_t number, uint64_t key, uint64_t now_ns = 0) {
        const int* value = cache.find(client(number), key, now_ns);
        return value == nullptr ? -1 : *value;
    }
};

TEST(ClientCache, KeepsClientsAndKeysApart) {
    Cache cache{{.n_entries = 16, .n_per_client = 4}, 1};
    fill(cache, 1, 3);
    fill(cache, 2, 2);
    LONGS_EQUAL(102, get(cache, 1, 2));
    LONGS_EQUAL(201, get(cache, 2, 1));
    LONGS_EQUAL(-1, get(cache, 2, 2));
    LONGS_EQUAL(-1, get(cache, 3, 0));
    LONGS_EQUAL(5, cache.size());
}

TEST(ClientCache, ForgetsAtTheMoment) {
    Cache cache{{.n_entries = 4, .n_per_client = 4}, 1};
    cache.put(client(1), 7, 1, 100);
    LONGS_EQUAL(1, get(cache, 1, 7, 99));
    LONGS_EQUAL(-1, get(cache, 1, 7, 100));
    LONGS_EQUAL(0, cache.size());
}

TEST(ClientCache, ReplacesAndMakesNewest) {
    Cache cache{{.n_entries = 8, .n_per_client = 2}, 1};
    fill(cache, 1, 2);
    cache.put(client(1), 0, 55, kNever);
    cache.put(client(1), 9, 66, kNever);
    LONGS_EQUAL(55, get(cache, 1, 0));
    LONGS_EQUAL(-1, get(cache, 1, 1));
    LONGS_EQUAL(66, get(cache, 1, 9));
}

TEST(ClientCache, TakesAClientsOldestAtItsLimit) {
    Cache cache{{.n_entries = 16, .n_per_client = 3}, 1};
    fill(cache, 1, 5);
    fill(cache, 2, 1);
    LONGS_EQUAL(4, cache.size());
    LONGS_EQUAL(-1, get(cache, 1, 1));
    LONGS_EQUAL(102, get(cache, 1, 2));
    LONGS_EQUAL(200, get(cache, 2, 0));
}

TEST(ClientCache, TakesFromTheHeaviestWhenFull) {
    Cache cache{{.n_entries = 8, .n_per_client = 8}, 1};
    fill(cache, 1, 2);
    fill(cache, 2, 6);
    fill(cache, 3, 2);
    LONGS_EQUAL(8, cache.size());
    LONGS_EQUAL(100, get(cache, 1, 0));
    LONGS_EQUAL(-1, get(cache, 2, 1));
    LONGS_EQUAL(202, get(cache, 2, 2));
    LONGS_EQUAL(301, get(cache, 3, 1));
}

TEST(ClientCache, AClientAtItsLimitCostsNobodyElse) {
    Cache cache{{.n_entries = 4, .n_per_client = 2}, 1};
    fill(cache, 1, 2);
    fill(cache, 2, 3);
    LONGS_EQUAL(100, get(cache, 1, 0));
    LONGS_EQUAL(101, get(cache, 1, 1));
    LONGS_EQUAL(201, get(cache, 2, 1));
    LONGS_EQUAL(202, get(cache, 2, 2));
}

TEST(ClientCache, TakesFromTheOneLongestThatHeavy) {
    Cache cache{{.n_entries = 4, .n_per_client = 4}, 1};
    fill(cache, 2, 2);
    fill(cache, 1, 2);
    fill(cache, 3, 1);
    LONGS_EQUAL(-1, get(cache, 2, 0));
    LONGS_EQUAL(100, get(cache, 1, 0));
}

TEST(ClientCache, ANoisyClientCannotPushOutOthers) {
    Cache cache{{.n_entries = 64, .n_per_client = 64}, 1};
    fill(cache, 1, 3);
    fill(cache, 2, 1000);
    for (uint64_t key = 0; key < 3; ++key) {
        LONGS_EQUAL(100 + static_cast<int>(key), get(cache, 1, key));
    }
    LONGS_EQUAL(64, cache.size());
}

TEST(ClientCache, ReusesTheRoomOfClientsThatLeft) {
    Cache cache{{.n_entries = 2, .n_per_client = 2}, 1};
    for (uint8_t number = 0; number < 100; ++number) {
        fill(cache, number, 2);
        LONGS_EQUAL(number * 100 + 1, get(cache, number, 1));
        cache.erase(client(number), 0);
        cache.erase(client(number), 1);
        LONGS_EQUAL(0, cache.size());
    }
}

TEST(ClientCache, EvictsTheSameWhateverTheSeed) {
    Cache one{{.n_entries = 8, .n_per_client = 4}, 1};
    Cache two{{.n_entries = 8, .n_per_client = 4}, 0xfeedface};
    for (uint64_t i = 0; i < 500; ++i) {
        const auto number = static_cast<uint8_t>(i * 7 % 5);
        one.put(client(number), i % 11, static_cast<int>(i), kNever);
        two.put(client(number), i % 11, static_cast<int>(i), kNever);
    }
    for (uint8_t number = 0; number < 5; ++number) {
        for (uint64_t key = 0; key < 11; ++key) {
            LONGS_EQUAL(get(one, number, key), get(two, number, key));
        }
    }
}
