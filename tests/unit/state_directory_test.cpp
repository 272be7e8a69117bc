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
        CHECK_TRUE(state->commit(17).has_value());
    }
    const auto again = StateDirectory::open(folder.path());
    UNSIGNED_LONGS_EQUAL(17, again->highest());
    STRCMP_EQUAL("a", content("running.toml").c_str());
    STRCMP_EQUAL("17\n", content("highest").c_str());
}

TEST(StateDirectories, FilesAreTheirOwnersAlone) {
    auto state = StateDirectory::open(folder.path());
    CHECK_TRUE(state->prepare(1, "a").has_value());
    CHECK_TRUE(state->commit(1).has_value());
    for (const char* name : {"running.toml", "highest", "lock"}) {
        struct stat status {};

        LONGS_EQUAL(0, stat((folder.path() / name).c_str(), &status));
        LONGS_EQUAL(0600, status.st_mode & 07777);
    }
}

TEST(StateDirectories, WhatWasDiscardedIsGone) {
    auto state = StateDirectory::open(folder.path());
    CHECK_TRUE(state->prepare(2, "b").has_value());
    state->discard(2);
    CHECK_FALSE(exists("next-2.toml"));
    UNSIGNED_LONGS_EQUAL(0, state->highest());
}

TEST(StateDirectories, CutBeforeItWasAcceptedAGenerationIsForgotten) {
    folder.write("running.toml", "a");
    folder.write("highest", "1\n");
    folder.write("next-2.toml", "half a fi");
    folder.write("highest.123.new", "2");
    const auto state = StateDirectory::open(folder.path());
    UNSIGNED_LONGS_EQUAL(1, state->highest());
    STRCMP_EQUAL("a", content("running.toml").c_str());
    CHECK_FALSE(exists("next-2.toml"));
}

TEST(StateDirectories, CutAfterItWasAcceptedAGenerationIsTheRunningOne) {
    folder.write("running.toml", "a");
    folder.write("highest", "2\n");
    folder.write("next-2.toml", "b");
    const auto state = StateDirectory::open(folder.path());
    UNSIGNED_LONGS_EQUAL(2, state->highest());
    STRCMP_EQUAL("b", content("running.toml").c_str());
    CHECK_FALSE(exists("next-2.toml"));
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
