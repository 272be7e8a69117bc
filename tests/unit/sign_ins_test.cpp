// SPDX-License-Identifier: Apache-2.0
// Sign-in records of a running edge: in memory, in their file, across pushes and rotations.
#include "control/daemon/sign_ins.hpp"

#include "control/config/read_file.hpp"
#include "control/daemon/clock.hpp"
#include "control/records/json.hpp"
#include "control_fixture.hpp"

#include <algorithm>
#include <sys/stat.h>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

struct SignInsTests : Utest {
    TempFolder folder;
    std::unique_ptr<EventLoop> loop = EventLoop::make().value();
    std::string logged;
    Log log{
        [this](const LogRecord& record) { logged += log_line(record) + "\n"; },
        [] { return uint64_t{0}; }};

    [[nodiscard]] std::filesystem::path file() const { return folder.path() / "signins.jsonl"; }

    /// The edge as generation `number`, its segment by that name.
    GenerationBook::Shared edge(const char* number, const char* segment = "entra") const {
        std::string toml = with(kEdge, "generation = 1", std::string("generation = ") + number);
        toml = with(
            toml,
            "[[segment]]\nname = \"entra\"",
            std::string("[[segment]]\nname = \"") + segment + "\""
        );
        return std::make_shared<const Generation>(
            compiled(folder, toml + "[log]\nsign_ins = \"signins.jsonl\"\n")
        );
    }

    static api::Event opened(uint64_t flow, uint64_t generation) {
        api::Event event;
        event.kind = api::EventKind::flow_opened;
        event.time_ns = read_clocks().now_ns;
        event.flow = flow;
        event.generation = generation;
        event.peer = 0;
        event.segment = 0;
        event.protocol = 17;
        event.presented = *api::parse_address("203.0.113.7");
        return event;
    }

    static api::Event closed(uint64_t flow) {
        api::Event event;
        event.kind = api::EventKind::flow_closed;
        event.time_ns = read_clocks().now_ns;
        event.flow = flow;
        return event;
    }

    [[nodiscard]] long lines() const {
        const std::string content = read_file(file(), 1'000'000).value_or("");
        return std::ranges::count(content, '\n');
    }
};

TEST_GROUP_BASE(SignInRecords, SignInsTests){};

TEST(SignInRecords, AreKeptAndWritten) {
    {
        SignIns sign_ins(*loop, log, folder.path());
        sign_ins.set_generation(edge("1"));
        sign_ins.on_event(opened(1, 1));
        LONGS_EQUAL(0, sign_ins.recent().size());
        sign_ins.on_event(closed(1));
        LONGS_EQUAL(1, sign_ins.recent().size());
        STRCMP_CONTAINS("\"segment\":\"entra\"", sign_ins.recent().front().c_str());
    }
    LONGS_EQUAL(1, lines());

    struct stat status {};

    LONGS_EQUAL(0, stat(file().c_str(), &status));
    LONGS_EQUAL(0, status.st_mode & 0137);
}

TEST(SignInRecords, BearTheTimeOfTheWall) {
    SignIns sign_ins(*loop, log, folder.path());
    sign_ins.set_generation(edge("1"));
    sign_ins.on_event(opened(1, 1));
    sign_ins.on_event(closed(1));
    const std::string now = time_text(read_clocks().unix_ns).substr(0, sizeof("2026-11-20T08") - 1);
    STRCMP_CONTAINS(("{\"time\":\"" + now).c_str(), sign_ins.recent().front().c_str());
}

TEST(SignInRecords, HaveTheNamesTheirFlowBeganUnder) {
    SignIns sign_ins(*loop, log, folder.path());
    sign_ins.set_generation(edge("1", "old"));
    sign_ins.expect(edge("2", "new"));
    sign_ins.on_event(opened(1, 1));
    sign_ins.on_event(opened(2, 2));
    sign_ins.set_generation(edge("2", "new"));
    // On its way when the dataplane answered.
    sign_ins.on_event(opened(3, 1));
    for (uint64_t flow = 1; flow <= 3; ++flow) {
        sign_ins.on_event(closed(flow));
    }
    std::string all;
    for (const std::string& line : sign_ins.recent()) {
        all += line + "\n";
    }
    LONGS_EQUAL(3, sign_ins.recent().size());
    LONGS_EQUAL(2, std::ranges::count(all, '\n') - 1);
    STRCMP_CONTAINS("\"segment\":\"old\"", all.c_str());
    STRCMP_CONTAINS("\"segment\":\"new\"", all.c_str());
}

TEST(SignInRecords, OfAGenerationNobodyKnowsAreNotGuessed) {
    SignIns sign_ins(*loop, log, folder.path());
    sign_ins.set_generation(edge("5"));
    sign_ins.on_event(opened(1, 4));
    sign_ins.on_event(closed(1));
    LONGS_EQUAL(0, sign_ins.recent().size());
    STRCMP_CONTAINS("no longer known", logged.c_str());
}

TEST(SignInRecords, OnlyTheNewestAreKeptInMemory) {
    SignIns sign_ins(*loop, log, folder.path());
    sign_ins.set_generation(edge("1"));
    for (uint64_t flow = 0; flow < SignIns::kKept + 3; ++flow) {
        sign_ins.on_event(opened(flow, 1));
        sign_ins.on_event(closed(flow));
    }
    UNSIGNED_LONGS_EQUAL(SignIns::kKept, sign_ins.recent().size());
}

TEST(SignInRecords, OfTheProcessBeforeAreShownOn) {
    std::string before;
    for (int i = 0; i < 1100; ++i) {
        before += "{\"n\":" + std::to_string(i) + "}\n";
    }
    folder.write("signins.jsonl", before + "{\"cut\":");
    SignIns sign_ins(*loop, log, folder.path());
    sign_ins.set_generation(edge("1"));
    UNSIGNED_LONGS_EQUAL(SignIns::kKept, sign_ins.recent().size());
    STRCMP_EQUAL("{\"n\":100}", sign_ins.recent().front().c_str());
    STRCMP_EQUAL("{\"n\":1099}", sign_ins.recent().back().c_str());
}

TEST(SignInRecords, AFileThatWasRenamedIsBegunAnew) {
    SignInFile records(*loop, log);
    records.set_path(file());
    records.append("one");
    records.flush();
    std::filesystem::rename(file(), folder.path() / "signins.jsonl.1");
    records.append("two");
    records.flush();
    STRCMP_EQUAL("one\n", read_file(folder.path() / "signins.jsonl.1", 100).value().c_str());
    STRCMP_EQUAL("two\n", read_file(file(), 100).value().c_str());
}

TEST(SignInRecords, WhatCannotBeWrittenWaits) {
    SignInFile records(*loop, log);
    records.set_path(folder.path() / "later" / "signins.jsonl");
    records.append("one");
    records.flush();
    STRCMP_CONTAINS("cannot be opened", records.problem().c_str());
    std::filesystem::create_directory(folder.path() / "later");
    records.append("two");
    records.flush();
    STRCMP_EQUAL("", records.problem().c_str());
    STRCMP_EQUAL(
        "one\ntwo\n",
        read_file(folder.path() / "later" / "signins.jsonl", 100).value().c_str()
    );
}

TEST(SignInRecords, TooManyThatCannotBeWrittenLoseTheOldest) {
    SignInFile records(*loop, log);
    records.set_path(folder.path() / "later" / "signins.jsonl");
    const std::string line(999, 'x');
    for (size_t bytes = 0; bytes <= SignInFile::kMaxWaitingBytes; bytes += 1000) {
        records.append(line);
    }
    STRCMP_CONTAINS("sign-in records were lost", logged.c_str());
}

TEST(SignInRecords, ABranchHasNone) {
    SignIns sign_ins(*loop, log, folder.path());
    sign_ins.set_generation(std::make_shared<const Generation>(compiled(folder, kBranch)));
    api::Event event = opened(1, 1);
    event.presented = {};
    sign_ins.on_event(event);
    sign_ins.on_event(closed(1));
    LONGS_EQUAL(0, sign_ins.recent().size());
}
