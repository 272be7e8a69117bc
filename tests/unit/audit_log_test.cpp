// SPDX-License-Identifier: Apache-2.0
// What is written down of questions asked again and again.
#include "control/daemon/audit_log.hpp"

#include "control_fixture.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret::control;
using namespace egret::test;

struct AuditLogTests : Utest {
    TempFolder folder;
    std::unique_ptr<EventLoop> loop = EventLoop::make().value();
    Log log{[](const LogRecord&) {}, [] { return uint64_t{0}; }};
    AuditLog audit{*loop, log, folder.path() / "audit.jsonl"};

    void write(const char* command, std::string_view result, bool may_repeat = true) {
        AuditEntry entry;
        entry.command = command;
        entry.result = result;
        entry.may_repeat = may_repeat;
        audit.write(entry);
    }

    /// "COMMAND RESULT" of each line.
    std::string lines() {
        std::string all;
        for (const std::string& line : audit.last_lines(100)) {
            const Json record = Json::parse(line);
            all += record["command"].get<std::string>() + " " +
                   record["result"].get<std::string>() + "\n";
        }
        return all;
    }
};

TEST_GROUP_BASE(AuditLogs, AuditLogTests){};

TEST(AuditLogs, AQuestionRepeatedWithinAMinuteIsOneLine) {
    write("status", "accepted");
    write("status", "accepted");
    write("flows", "accepted");
    STRCMP_EQUAL("status accepted\nflows accepted\n", lines().c_str());
}

TEST(AuditLogs, ThatItWasAnsweredDoesNotHideThatItWasRefused) {
    write("status", "accepted");
    write("status", "refused");
    write("status", "refused");
    STRCMP_EQUAL("status accepted\nstatus refused\n", lines().c_str());
}

TEST(AuditLogs, EveryChangeIsALine) {
    write("push", "refused", false);
    write("push", "refused", false);
    STRCMP_EQUAL("push refused\npush refused\n", lines().c_str());
}
