// SPDX-License-Identifier: Apache-2.0
#include "tables/publisher.hpp"

#include "readers.hpp"
#include "scenario.hpp"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include <CppUTest/TestHarness.h>

using egret::Publisher;
using egret::Snapshot;
using egret::api::Tables;
using namespace egret::test;  // NOLINT(google-build-using-namespace)

namespace {

/// A generation whose parts all carry its number, so that a mixture of two shows.
std::unique_ptr<const Snapshot> generation(uint16_t number) {
    Tables tables;
    tables.generation = number;
    tables.numbers.assign(500, number);
    return std::make_unique<const Snapshot>(std::move(tables));
}

bool is_whole(const Snapshot& snapshot) {
    for (const uint16_t number : snapshot.tables.numbers) {
        if (number != snapshot.tables.generation) {
            return false;
        }
    }
    return true;
}

}  // namespace

TEST_GROUP(Publisher)
{
    Readers readers{1};
    Publisher publisher{readers.variable()};
};

TEST(Publisher, HasNothingBeforeTheFirstGeneration) {
    POINTERS_EQUAL(nullptr, publisher.current());
    CHECK_TRUE(publisher.publish(generation(1)));
    UNSIGNED_LONGS_EQUAL(1, publisher.current()->tables.generation);
}

TEST(Publisher, AReaderKeepsTheGenerationItHolds) {
    CHECK_TRUE(publisher.publish(generation(1)));
    const Snapshot* held = publisher.current();
    CHECK_TRUE(publisher.publish(generation(2)));
    UNSIGNED_LONGS_EQUAL(1, publisher.reclaim());
    CHECK_TRUE(is_whole(*held));  // the address sanitizer would see it gone
    readers.quiescent();
    UNSIGNED_LONGS_EQUAL(0, publisher.reclaim());
}

TEST(Publisher, OneReportOfQuiescenceFreesAllOlderGenerations) {
    CHECK_TRUE(publisher.publish(generation(1)));
    CHECK_TRUE(publisher.publish(generation(2)));
    CHECK_TRUE(publisher.publish(generation(3)));
    UNSIGNED_LONGS_EQUAL(2, publisher.reclaim());
    readers.quiescent();
    UNSIGNED_LONGS_EQUAL(0, publisher.reclaim());
}

TEST(Publisher, KeepsAtMostTwoRetiredGenerations) {
    for (uint16_t number = 1; number <= 3; ++number) {
        CHECK_TRUE(publisher.publish(generation(number)));
    }
    CHECK_FALSE(publisher.publish(generation(4)));
    UNSIGNED_LONGS_EQUAL(3, publisher.current()->tables.generation);
    readers.quiescent();
    CHECK_TRUE(publisher.publish(generation(5)));
    UNSIGNED_LONGS_EQUAL(5, publisher.current()->tables.generation);
}

TEST(Publisher, AReaderThatIsOfflineHoldsNothing) {
    CHECK_TRUE(publisher.publish(generation(1)));
    CHECK_TRUE(publisher.publish(generation(2)));
    readers.offline();
    UNSIGNED_LONGS_EQUAL(0, publisher.reclaim());
    readers.online();
    CHECK_TRUE(publisher.publish(generation(3)));
    UNSIGNED_LONGS_EQUAL(1, publisher.reclaim());
}

TEST_GROUP(PublisherThreads)
{
    static constexpr uint32_t kReaders = 3;
    static constexpr uint16_t kGenerations = 150;

    void setup() override {
        // Readers and the writer allocate at once.
        MemoryLeakWarningPlugin::turnOnThreadSafeNewDeleteOverloads();
    }

    void teardown() override {
        MemoryLeakWarningPlugin::turnOnDefaultNotThreadSafeNewDeleteOverloads();
    }
};

TEST(PublisherThreads, ReadersOnlyEverSeeWholeGenerationsInOrder) {
    Readers readers(kReaders);
    Publisher publisher(readers.variable());
    std::atomic<bool> stop{false};
    std::atomic<uint32_t> n_wrong{0};
    std::vector<std::thread> threads;
    for (uint32_t reader = 0; reader < kReaders; ++reader) {
        threads.emplace_back([&, reader] {
            uint64_t newest = 0;
            while (!stop.load(std::memory_order_relaxed)) {
                if (const Snapshot* snapshot = publisher.current()) {
                    n_wrong += is_whole(*snapshot) && snapshot->tables.generation >= newest ? 0 : 1;
                    newest = snapshot->tables.generation;
                }
                readers.quiescent(reader);
            }
            readers.offline(reader);
        });
    }
    for (uint16_t number = 1; number <= kGenerations;) {
        publisher.publish(generation(number)) ? void(++number) : std::this_thread::yield();
    }
    stop = true;
    for (std::thread& thread : threads) {
        thread.join();
    }
    UNSIGNED_LONGS_EQUAL(0, n_wrong.load());
    UNSIGNED_LONGS_EQUAL(0, publisher.reclaim());
}
