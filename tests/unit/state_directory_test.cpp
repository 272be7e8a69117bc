// SPDX-License-Identifier: Apache-2.0
// What a node keeps across restarts, and what a power cut may leave of it.
#include "control/daemon/state_directory.hpp"

#include "control/config/read_file.hpp"
#include "control_fixture.hpp"

#include <sys/stat.h>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

struct StateDirectoryTests : Utest {
    TempFolder folder;

    [[nodiscard]] std::string content(const char* name) const {
        return read_file(folder.path() / name, 1000).value_or("(missing)");
    }

    static HistoryEntry entry(uint64_t generation, HistoryCause cause = HistoryCause::push) {
        HistoryEntry made;
        made.generation = generation;
        made.cause = cause;
        made.unix_ns = 1'800'000'000'000'000'000;
        made.by = Operator{1000, "someone"};
        return made;
    }

    static void accept(StateDirectory& state, uint64_t generation, std::string_view toml) {
        CHECK_TRUE(state.prepare(generation, toml).has_value());
        CHECK_TRUE(state.commit(entry(generation)).has_value());
    }

    [[nodiscard]] bool exists(const char* name) const {
        return std::filesystem::exists(folder.path() / name);
    }

    [[nodiscard]] std::string refusal() const {
        const auto state = StateDirectory::open(folder.path());
        return state ? "" : state.error();
    }
};

TEST_GROUP_BASE(StateDirectories, StateDirectoryTests){};

TEST(StateDirectories, AnEmptyOneKnowsNothing) {
    const auto state = StateDirectory::open(folder.path());
    UNSIGNED_LONGS_EQUAL(0, state->highest());
    CHECK_FALSE(exists("running.toml"));
}

TEST(StateDirectories, KeepsWhatWasAccepted) {
    {
        auto state = StateDirectory::open(folder.path());
        CHECK_TRUE(state->prepare(17, "a").has_value());
        CHECK_FALSE(exists("running.toml"));
        CHECK_TRUE(state->commit(entry(17)).has_value());
    }
    const auto again = StateDirectory::open(folder.path());
    UNSIGNED_LONGS_EQUAL(17, again->highest());
    STRCMP_EQUAL("a", content("running.toml").c_str());
    STRCMP_EQUAL("17\n", content("highest").c_str());
    CHECK_TRUE(again->history() == History{entry(17)});
}

TEST(StateDirectories, FilesAreTheirOwnersAlone) {
    auto state = StateDirectory::open(folder.path());
    accept(*state, 1, "a");
    for (const char* name :
         {"running.toml", "highest", "history.json", "generations/1.toml", "lock"}) {
        struct stat status {};

        LONGS_EQUAL(0, stat((folder.path() / name).c_str(), &status));
        LONGS_EQUAL(0600, status.st_mode & 07777);
    }
}

TEST(StateDirectories, WhatWasDiscardedIsGone) {
    auto state = StateDirectory::open(folder.path());
    CHECK_TRUE(state->prepare(2, "b").has_value());
    state->discard(2);
    CHECK_FALSE(exists("generations/2.toml"));
    UNSIGNED_LONGS_EQUAL(0, state->highest());
}

TEST(StateDirectories, HighestSurvivesARollback) {
    auto state = StateDirectory::open(folder.path());
    accept(*state, 1, "a");
    accept(*state, 2, "b");
    CHECK_TRUE(state->commit(entry(1, HistoryCause::rollback)).has_value());
    STRCMP_EQUAL("a", content("running.toml").c_str());
    UNSIGNED_LONGS_EQUAL(2, state->highest());
    STRCMP_EQUAL("b", state->toml_of(2)->c_str());
    STRCMP_EQUAL("rolled back to 1", end_of(state->history(), 1).c_str());
}

TEST(StateDirectories, HighestSurvivesTheLossOfTheHistory) {
    {
        auto state = StateDirectory::open(folder.path());
        accept(*state, 7, "a");
    }
    folder.write("history.json", "{");
    const auto state = StateDirectory::open(folder.path());
    UNSIGNED_LONGS_EQUAL(7, state->highest());
    STRCMP_EQUAL("a", content("running.toml").c_str());
    STRCMP_CONTAINS("kept as history.broken", state->problem().c_str());
    CHECK_TRUE(exists("history.broken"));
}

TEST(StateDirectories, KeepsSoManyGenerationsAndNoMore) {
    auto state = StateDirectory::open(folder.path());
    for (uint64_t generation = 1; generation <= kMaxHistory + 3; ++generation) {
        accept(*state, generation, std::to_string(generation));
    }
    LONGS_EQUAL(kMaxHistory, state->history().size());
    CHECK_FALSE(exists("generations/3.toml"));
    STRCMP_EQUAL("4", state->toml_of(4)->c_str());
    STRCMP_CONTAINS("generation 3 is not kept", state->toml_of(3).error().c_str());
}

TEST(StateDirectories, AConfirmedGenerationIsProvisionalNoMore) {
    HistoryEntry provisional = entry(1);
    provisional.provisional = Provisional{"boot", 5, 60};
    {
        auto state = StateDirectory::open(folder.path());
        CHECK_TRUE(state->prepare(1, "a").has_value());
        CHECK_TRUE(state->commit(provisional).has_value());
        CHECK_TRUE(state->history().back().is_provisional());
    }
    auto state = StateDirectory::open(folder.path());
    CHECK_TRUE(state->history() == History{provisional});
    CHECK_TRUE(state->confirm(9).has_value());
    CHECK_FALSE(state->history().back().is_provisional());
}

TEST(StateDirectories, WhatAnImagePutThereBeginsTheHistory) {
    folder.write("running.toml", "a");
    auto state = StateDirectory::open(folder.path());
    CHECK_TRUE(state->history().empty());
    CHECK_TRUE(state->adopt(4, 9).has_value());
    UNSIGNED_LONGS_EQUAL(4, state->highest());
    STRCMP_EQUAL("a", state->toml_of(4)->c_str());
}

TEST(StateDirectories, CutBeforeItWasAcceptedAGenerationIsForgotten) {
    {
        auto state = StateDirectory::open(folder.path());
        accept(*state, 1, "a");
        CHECK_TRUE(state->prepare(2, "b").has_value());
    }
    folder.write("highest.123.new", "2");
    const auto state = StateDirectory::open(folder.path());
    UNSIGNED_LONGS_EQUAL(1, state->highest());
    STRCMP_EQUAL("a", content("running.toml").c_str());
    CHECK_FALSE(exists("generations/2.toml"));
    CHECK_FALSE(exists("highest.123.new"));
}

TEST(StateDirectories, CutAfterItWasAcceptedAGenerationIsTheRunningOne) {
    {
        auto state = StateDirectory::open(folder.path());
        accept(*state, 1, "a");
        accept(*state, 2, "b");
    }
    folder.write("running.toml", "a");
    folder.write("highest", "1\n");
    const auto state = StateDirectory::open(folder.path());
    UNSIGNED_LONGS_EQUAL(2, state->highest());
    STRCMP_EQUAL("b", content("running.toml").c_str());
    STRCMP_EQUAL("2\n", content("highest").c_str());
}

TEST(StateDirectories, OneEgretdHasIt) {
    const auto first = StateDirectory::open(folder.path());
    STRCMP_CONTAINS("another egretd uses this state directory", refusal().c_str());
}

TEST(StateDirectories, ABrokenHighestIsNotTakenForNone) {
    for (const char* text : {"", "x\n", "12", "-1\n", "12 \n", "99999999999999999999\n"}) {
        folder.write("highest", text);
        STRCMP_CONTAINS("holds no number", refusal().c_str());
    }
}

TEST(StateDirectories, OthersMayNotWriteToIt) {
    chmod(folder.path().c_str(), 0775);
    STRCMP_CONTAINS("others may write to it; chmod go-w it", refusal().c_str());
}

TEST(StateDirectories, AMissingOneIsNotMade) {
    const auto state = StateDirectory::open(folder.path() / "none");
    STRCMP_CONTAINS("none: No such file or directory", state.error().c_str());
}
