// SPDX-License-Identifier: Apache-2.0
#include "packet_pools.hpp"
#include "worker/worker.hpp"

#include <egret/node.hpp>

#include <memory>
#include <vector>

#include <CppUTest/TestHarness.h>

using namespace egret;

namespace {

uint64_t at_zero() noexcept {
    return 0;
}

std::unique_ptr<Node> make_node() {
    NodeOptions options;
    options.pool = test::made_pool();
    options.flow_capacity = 64;
    return Node::create(options).value();
}

}  // namespace

TEST_GROUP(TaskQueue)
{
    std::unique_ptr<Node> node = make_node();
    Doorbell bell = Doorbell::create().value();
    // Apart, because CppUTest does not align what it makes.
    std::unique_ptr<Worker> owned =
        std::make_unique<Worker>(*node, at_zero, Doorbell::create().value(), bell);
    Worker& worker = *owned;
    TaskQueue& tasks = worker.tasks();
    std::vector<int> worked;
    std::vector<int> done;

    bool give(int number) {
        return tasks.give(
            {[this, number](Worker&) { worked.push_back(number); },
             [this, number] { done.push_back(number); }}
        );
    }
};

TEST(TaskQueue, TasksAreDoneInOrderAndComeBackInOrder) {
    CHECK_TRUE(give(1) && give(2) && give(3));
    LONGS_EQUAL(3, tasks.n_given());
    CHECK_TRUE(tasks.waiting());
    LONGS_EQUAL(2, tasks.work(worker, 2));
    CHECK(worked == (std::vector{1, 2}));
    CHECK(done.empty());
    CHECK_TRUE(tasks.came_back());
    tasks.collect();
    CHECK(done == (std::vector{1, 2}));
    LONGS_EQUAL(1, tasks.n_given());
    LONGS_EQUAL(1, tasks.work(worker, 2));
    tasks.collect();
    CHECK(done == (std::vector{1, 2, 3}));
    LONGS_EQUAL(0, tasks.n_given());
    CHECK_FALSE(tasks.waiting() || tasks.came_back());
}

TEST(TaskQueue, TakesNoMoreThanFitOnTheirWay) {
    for (uint32_t i = 0; i < TaskQueue::kCapacity; ++i) {
        CHECK_TRUE(give(0));
    }
    CHECK_FALSE(give(0));
    LONGS_EQUAL(1, tasks.work(worker, 1));
    CHECK_FALSE(give(0));  // it is still on its way back
    tasks.collect();
    CHECK_TRUE(give(0));
}

TEST(TaskQueue, TasksNobodyTakesAreDestroyed) {
    const auto held = std::make_shared<int>(0);
    {
        TaskQueue other;
        CHECK_TRUE(other.give({[held](Worker&) {}, [held] {}}));
        CHECK_TRUE(other.give({[held](Worker&) {}, {}}));
        LONGS_EQUAL(1, other.work(worker, 1));
        CHECK(held.use_count() > 1);
    }
    LONGS_EQUAL(1, held.use_count());
}

TEST(TaskQueue, AWorkerThatIsStoppedHasDoneItsTasks) {
    CHECK_TRUE(give(1));
    worker.stop();
    worker.run();
    tasks.collect();
    CHECK(done == (std::vector{1}));
}
