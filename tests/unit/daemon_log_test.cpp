// SPDX-License-Identifier: Apache-2.0
// What the daemon says about itself.
#include "control/daemon/log.hpp"

#include <vector>

#include <CppUTest/TestHarness.h>

using namespace egret::control;

struct DaemonLogTests : Utest {
    std::vector<std::string> lines;
    uint64_t now_ns = 1;
    Log log{
        [this](const LogRecord& record) { lines.push_back(log_line(record)); },
        [this] { return now_ns; }};
};

TEST_GROUP_BASE(DaemonLog, DaemonLogTests){};

TEST(DaemonLog, ALineIsLevelMessageAndFields) {
    log.warning("push refused", {{"generation", "17"}, {"reason", "it has errors"}});
    STRCMP_EQUAL(
        "WARNING push refused generation=17 reason=\"it has errors\"",
        lines.at(0).c_str()
    );
}

TEST(DaemonLog, ARecordIsOneLineWhateverItHolds) {
    log.info("x", {{"a", "one\ntwo \"three\" \\ \xff"}, {"b", ""}, {"c", "k=v"}});
    STRCMP_EQUAL(
        "INFO x a=\"one\\x0atwo \\\"three\\\" \\\\ \\xff\" b=\"\" c=\"k=v\"",
        lines.at(0).c_str()
    );
}

TEST(DaemonLog, WhatIsBelowTheLevelIsNotWritten) {
    log.debug("a");
    LONGS_EQUAL(0, lines.size());
    log.set_level(LogLevel::debug);
    log.debug("a");
    LONGS_EQUAL(1, lines.size());
    log.set_level(LogLevel::error);
    log.warning("b");
    LONGS_EQUAL(1, lines.size());
}

TEST(DaemonLog, ARepeatedMessageIsHeldBackAndCounted) {
    for (uint32_t i = 0; i < Log::kBurst + 5; ++i) {
        log.info("again", {{"n", std::to_string(i)}});
    }
    LONGS_EQUAL(Log::kBurst, lines.size());
    log.info("another");
    LONGS_EQUAL(Log::kBurst + 1, lines.size());
    now_ns += Log::kWindowNs;
    log.info("again", {{"n", "x"}});
    STRCMP_EQUAL("INFO again n=x held_back=5", lines.back().c_str());
    log.info("again", {{"n", "y"}});
    STRCMP_EQUAL("INFO again n=y", lines.back().c_str());
}
