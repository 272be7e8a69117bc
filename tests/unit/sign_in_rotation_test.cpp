// SPDX-License-Identifier: Apache-2.0
// The sign-in log at its limit: put aside, never split, never more than so many files.
#include "control/config/read_file.hpp"
#include "control/daemon/sign_in_file.hpp"
#include "control/daemon/sign_in_journal.hpp"
#include "control_fixture.hpp"

#include <algorithm>

#include <CppUTest/TestHarness.h>

using namespace egret::control;
using namespace egret::test;

struct SignInRotationTests : Utest {
    TempFolder folder;
    std::unique_ptr<EventLoop> loop = EventLoop::make().value();
    Log log{[](const LogRecord&) {}, [] { return uint64_t{0}; }};
    SignInFile records{*loop, log};

    [[nodiscard]] std::filesystem::path path(uint32_t n = 0) const {
        const std::filesystem::path file = folder.path() / "signins.jsonl";
        return n == 0 ? file : rotated_path(file, n);
    }

    [[nodiscard]] std::string content(uint32_t n = 0) const {
        return read_file(path(n), 1'000'000).value_or("(none)");
    }

    void write(const char* line) {
        records.append(line);
        records.flush();
    }
};

TEST_GROUP_BASE(SignInRotation, SignInRotationTests){};

TEST(SignInRotation, AFileThatIsFullIsPutAside) {
    records.set_path(path(), {.max_bytes = 8, .keep = 2});
    for (const char* line : {"one", "two", "three", "four", "five", "six"}) {
        write(line);
    }
    STRCMP_EQUAL("six\n", content().c_str());
    STRCMP_EQUAL("five\n", content(1).c_str());
    STRCMP_EQUAL("four\n", content(2).c_str());
    STRCMP_EQUAL("(none)", content(3).c_str());
}

TEST(SignInRotation, ARecordIsNeverSplit) {
    records.set_path(path(), {.max_bytes = 10, .keep = 9});
    for (const char* line : {"1", "22", "333", "4444", "55555", "666666", "longer than the file"}) {
        records.append(line);
    }
    records.flush();
    STRCMP_EQUAL("longer than the file\n", content().c_str());
    STRCMP_EQUAL("666666\n", content(1).c_str());
    STRCMP_EQUAL("55555\n", content(2).c_str());
    STRCMP_EQUAL("4444\n", content(3).c_str());
    STRCMP_EQUAL("1\n22\n333\n", content(4).c_str());
}

TEST(SignInRotation, WhatIsThereCounts) {
    folder.write("signins.jsonl", "from before\n");
    records.set_path(path(), {.max_bytes = 12, .keep = 1});
    write("new");
    STRCMP_EQUAL("from before\n", content(1).c_str());
    STRCMP_EQUAL("new\n", content().c_str());
}

TEST(SignInRotation, NothingPutAsideIsKeptWhereNothingIsWanted) {
    records.set_path(path(), {.max_bytes = 4, .keep = 0});
    write("one");
    write("two");
    STRCMP_EQUAL("two\n", content().c_str());
    STRCMP_EQUAL("(none)", content(1).c_str());
}

TEST(SignInRotation, FewerThanBeforeMeansFewer) {
    for (uint32_t n = 1; n <= 4; ++n) {
        folder.write(path(n).filename().string(), std::to_string(n));
    }
    folder.write("signins.jsonl", "full\n");
    records.set_path(path(), {.max_bytes = 5, .keep = 2});
    write("new");
    STRCMP_EQUAL("full\n", content(1).c_str());
    STRCMP_EQUAL("1", content(2).c_str());
    STRCMP_EQUAL("(none)", content(3).c_str());
    STRCMP_EQUAL("(none)", content(4).c_str());
}

TEST(SignInRotation, TheLastLinesReachBackIntoTheFileBefore) {
    records.set_path(path(), {.max_bytes = 8, .keep = 2});
    for (const char* line : {"one", "two", "three"}) {
        write(line);
    }
    const std::deque<std::string> lines = records.last_lines(2);
    LONGS_EQUAL(2, lines.size());
    STRCMP_EQUAL("two", lines.front().c_str());
    STRCMP_EQUAL("three", lines.back().c_str());
}

TEST(SignInRotation, AJournalEntryHasTheFieldsOneSelectsBy) {
    const Json record{
        {"site", "contoso-lyon"},
        {"destination", "20.190.128.10"},
        {"serverName", nullptr},
        {"ipAddress", "203.0.113.7"},
    };
    std::string all;
    for (const std::string& field : journal_fields(record)) {
        all += field + "\n";
    }
    STRCMP_CONTAINS(
        "MESSAGE=sign-in of contoso-lyon: 20.190.128.10 sees 203.0.113.7\n",
        all.c_str()
    );
    STRCMP_CONTAINS("EGRET_SITE=contoso-lyon\nEGRET_IP_ADDRESS=203.0.113.7\n", all.c_str());
    STRCMP_CONTAINS(("EGRET_RECORD=" + line_of(record) + "\n").c_str(), all.c_str());
    CHECK_TRUE(all.find("SERVER_NAME") == std::string::npos);
}
