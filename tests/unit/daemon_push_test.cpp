// SPDX-License-Identifier: Apache-2.0
// Pushes, confirmations and rollbacks through the whole daemon, with what is written down of them.
#include "control/config/read_file.hpp"
#include "control/state/push_comment.hpp"
#include "daemon_fixture.hpp"

#include <egret/crypto/minisign.hpp>

#include <cstdlib>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

struct DaemonPushTests : DaemonTests {
    DaemonPushTests() {
        CHECK_TRUE(TrustStore::open(folder.path() / "trusted")->add(key.public_key()).has_value());
        setenv("EGRET_BOOT_ID", "first", 1);
    }

    ~DaemonPushTests() override { unsetenv("EGRET_BOOT_ID"); }

    static std::string branch(uint64_t generation, std::string_view carry = "header") {
        const std::string numbered =
            with(kBranch, "generation = 1", "generation = " + std::to_string(generation));
        return with(numbered, "carry = \"header\"", "carry = \"" + std::string(carry) + "\"");
    }

    Json push_signed(uint64_t generation, Json more = Json::object()) {
        const std::string toml = branch(generation);
        const PushComment comment{"b1", generation, read_clocks().unix_ns + 1'000'000'000'000};
        Json request{
            {"command", "push"},
            {"name", "b.toml"},
            {"toml", toml},
            {"signature",
             key.sign(crypto::bytes_of(toml), comment.text())->file_text("made in a test")}};
        request.update(more);
        return ask(request).back();
    }

    /// A new process, with what the one before left.
    void restart(const char* boot_id = "first") {
        daemon.reset();
        setenv("EGRET_BOOT_ID", boot_id, 1);
        start(options());
    }

    uint64_t runs() {
        const Json wanted = ask({{"command", "status"}}).front()["record"]["generation_wanted"];
        return wanted.is_null() ? 0 : wanted.get<uint64_t>();
    }

    std::vector<Json> records(const Json& request) {
        std::vector<Json> found;
        for (const Json& line : ask(request)) {
            if (line.contains("record")) {
                found.push_back(line["record"]);
            }
        }
        return found;
    }

    std::string last_end() { return records({{"command", "history"}}).back()["end"]; }

    void check_refused(const char* why, const Json& answer) {
        CHECK_TRUE(answer["ok"] == false);
        STRCMP_CONTAINS(why, answer["message"].get<std::string>().c_str());
    }

    crypto::Random random = crypto::Random::seeded({});
    crypto::SigningKey key = crypto::SigningKey::generate(random);
};

TEST_GROUP_BASE(DaemonPushes, DaemonPushTests){};

TEST(DaemonPushes, ASignedPushIsTakenAndRemembered) {
    start(options());
    const Json answer = push_signed(1);
    CHECK_TRUE(answer["ok"] == true);
    STRCMP_EQUAL(
        key.public_key().id.text().c_str(),
        answer["signed_by"].get<std::string>().c_str()
    );
    const Json entry = records({{"command", "history"}}).back();
    LONGS_EQUAL(geteuid(), entry["user"].get<int>());
    STRCMP_EQUAL("runs", entry["end"].get<std::string>().c_str());
    CHECK_FALSE(entry["time"].is_null());
    check_refused("does not exceed 1", push_signed(1));
}

TEST(DaemonPushes, AnUnsignedOneIsRefusedThen) {
    start(options());
    check_refused("this node trusts signed pushes only", push(branch(1)));
    LONGS_EQUAL(0, runs());
}

TEST(DaemonPushes, ADryRunChangesNothing) {
    start(options());
    const Json answer = push_signed(1, {{"dry_run", true}});
    STRCMP_EQUAL("generation 1 would be accepted", answer["message"].get<std::string>().c_str());
    CHECK_TRUE(records({{"command", "history"}}).empty());
}

TEST(DaemonPushes, AProvisionalOneStaysWhenItIsConfirmed) {
    start(options());
    push_signed(1);
    CHECK_TRUE(push_signed(2, {{"confirm_within_s", 60}})["ok"] == true);
    STRCMP_EQUAL("runs, to be confirmed within 60 s", last_end().c_str());
    check_refused("egret confirm or egret rollback first", push_signed(3));
    check_refused(
        "is waiting to be confirmed, not 7",
        ask({{"command", "confirm"}, {"generation", 7}}).back()
    );
    CHECK_TRUE(ask({{"command", "confirm"}}).back()["ok"] == true);
    check_refused("nothing is waiting", ask({{"command", "confirm"}}).back());
    restart("second");
    LONGS_EQUAL(2, runs());
}

TEST(DaemonPushes, AProvisionalOneOutlivesTheProcessButNotTheBoot) {
    start(options());
    push_signed(1);
    push_signed(2, {{"confirm_within_s", 60}});
    restart();
    LONGS_EQUAL(2, runs());
    restart("second");
    LONGS_EQUAL(1, runs());
    const auto history = records({{"command", "history"}});
    STRCMP_EQUAL(
        "restarted unconfirmed, rolled back to 1",
        history[1]["end"].get<std::string>().c_str()
    );
    CHECK_TRUE(history[2]["user"].is_null());
    check_refused("does not exceed 2", push_signed(2));
}

TEST(DaemonPushes, ABootNobodyKnowsIsAnotherOne) {
    start(options());
    push_signed(1);
    setenv("EGRET_BOOT_ID", "", 1);
    restart("");
    push_signed(2, {{"confirm_within_s", 60}});
    restart("");
    LONGS_EQUAL(1, runs());
}

TEST(DaemonPushes, AProvisionalOneIsTakenBackAtItsDeadline) {
    start(options());
    push_signed(1);
    push_signed(2, {{"confirm_within_s", 60}});
    daemon.reset();
    // As if the minute had passed.
    const std::string text = read_file(folder.path() / "history.json", 100'000).value();
    History history = *parse_history(text);
    history.back().provisional->deadline_ns = read_clocks().now_ns + 50'000'000;
    folder.write("history.json", history_text(history));
    start(options());
    LONGS_EQUAL(2, runs());
    CHECK_TRUE(turn_until(*loop, {}, [&] { return runs() == 1; }));
    STRCMP_EQUAL(
        "not confirmed",
        records({{"command", "history"}}).back()["cause"].get<std::string>().c_str()
    );
    STRCMP_CONTAINS("provisional generation taken back", logged.c_str());
}

TEST(DaemonPushes, ATimeToConfirmHasLimits) {
    start(options());
    check_refused("no generation to go back to", push_signed(1, {{"confirm_within_s", 60}}));
    push_signed(1);
    for (const uint64_t within_s : {uint64_t{9}, uint64_t{86'401}}) {
        check_refused("10s to 24h", push_signed(2, {{"confirm_within_s", within_s}}));
    }
}

TEST(DaemonPushes, ARollbackBringsBackTheOneBefore) {
    start(options());
    push_signed(1);
    push_signed(2);
    push_signed(3);
    CHECK_TRUE(ask({{"command", "rollback"}}).back()["ok"] == true);
    LONGS_EQUAL(2, runs());
    CHECK_TRUE(ask({{"command", "rollback"}}).back()["ok"] == true);
    LONGS_EQUAL(1, runs());
    check_refused("no generation before this one", ask({{"command", "rollback"}}).back());
    CHECK_TRUE(ask({{"command", "rollback"}, {"generation", 3}}).back()["ok"] == true);
    check_refused("runs already", ask({{"command", "rollback"}, {"generation", 3}}).back());
    check_refused("is not kept", ask({{"command", "rollback"}, {"generation", 9}}).back());
    restart("second");
    LONGS_EQUAL(3, runs());
    check_refused("does not exceed 3", push_signed(3));
}

TEST(DaemonPushes, WhatTheDataplaneRefusesIsNotRemembered) {
    start(options());
    push_signed(1);
    connect_dataplane();
    dataplane->publish_refusal = "no";
    check_refused("the dataplane refused it", push_signed(2));
    LONGS_EQUAL(1, runs());
    LONGS_EQUAL(1, records({{"command", "history"}}).size());
    CHECK_FALSE(std::filesystem::exists(folder.path() / "generations/2.toml"));
}

TEST(DaemonPushes, GenerationsCanBeReadAgain) {
    start(options());
    push_signed(1);
    push_signed(2);
    STRCMP_EQUAL(
        branch(2).c_str(),
        records({{"command", "generation"}})[0]["toml"].get<std::string>().c_str()
    );
    const Json before = records({{"command", "generation"}, {"before", true}})[0];
    LONGS_EQUAL(1, before["generation"].get<int>());
    check_refused("is not kept", ask({{"command", "generation"}, {"generation", 4}}).back());
}

TEST(DaemonPushes, CommandsAreWrittenDownAlsoTheRefused) {
    start(options());
    push_signed(1);
    push(branch(2));
    ask({{"command", "nonsense"}, {"a", "b"}});
    ask({{"command", "status"}});
    ask({{"command", "status"}});
    const auto audit = records({{"command", "audit"}});
    LONGS_EQUAL(4, audit.size());
    STRCMP_EQUAL("push", audit[0]["command"].get<std::string>().c_str());
    STRCMP_EQUAL("accepted", audit[0]["result"].get<std::string>().c_str());
    LONGS_EQUAL(1, audit[0]["generation"].get<int>());
    CHECK_FALSE(audit[0]["signed_by"].is_null());
    CHECK_FALSE(audit[0]["arguments"].contains("toml"));
    STRCMP_EQUAL("b.toml", audit[0]["arguments"]["name"].get<std::string>().c_str());
    STRCMP_EQUAL("refused", audit[1]["result"].get<std::string>().c_str());
    STRCMP_CONTAINS("signed pushes only", audit[1]["message"].get<std::string>().c_str());
    STRCMP_EQUAL("nonsense", audit[2]["command"].get<std::string>().c_str());
    STRCMP_EQUAL("status", audit[3]["command"].get<std::string>().c_str());
    LONGS_EQUAL(geteuid(), audit[3]["user"].get<int>());
    LONGS_EQUAL(getpid(), audit[3]["process"].get<int>());
}

TEST(DaemonPushes, AGroupThatIsNotThereIsRefused) {
    start(options());
    const std::string toml = branch(1) + "[control]\noperators = \"no-such-group\"\n";
    const PushComment comment{"b1", 1, read_clocks().unix_ns + 1'000'000'000'000};
    const std::string signature =
        key.sign(crypto::bytes_of(toml), comment.text())->file_text("made in a test");
    check_refused(
        "control.operators: this machine has no group no-such-group: make it with groupadd",
        ask({{"command", "push"}, {"name", "b"}, {"toml", toml}, {"signature", signature}}).back()
    );
}

TEST(DaemonPushes, AnOldKeyBringsInANewOne) {
    start(options());
    const std::string text = crypto::SigningKey::generate(random).public_key().file_text();
    const std::string signature =
        key.sign(crypto::bytes_of(text), "c")->file_text("made in a test");
    CHECK_TRUE(
        ask({{"command", "trust-signed"}, {"key", text}, {"signature", signature}}).back()["ok"] ==
        true
    );
    LONGS_EQUAL(2, records({{"command", "trust-list"}}).size());
    check_refused(
        "does not belong",
        ask({{"command", "trust-signed"}, {"key", text + " "}, {"signature", signature}}).back()
    );
}

TEST(DaemonPushes, OnlyRootTrustsWithoutASignature) {
    start(options());
    const std::string text = crypto::SigningKey::generate(random).public_key().file_text();
    const Json answer = ask({{"command", "trust"}, {"key", text}}).back();
    CHECK_EQUAL(geteuid() == 0, answer["ok"] == true);
}

TEST(DaemonPushes, RightsComeFromGroups) {
    ControlSection section;
    const UnixPeer stranger{geteuid() + 1, 1, {12345, 54321}};
    LONGS_EQUAL(Right::none, Roles::of(section)->right_of(stranger));
    LONGS_EQUAL(Right::root, Roles::of(section)->right_of({0, 1, {}}));
    CHECK_TRUE(Roles::of(section)->right_of({geteuid(), 1, {}}) >= Right::operate);
    // Every system has these two (Debian policy 9.2.2).
    section.operators.value = "daemon";
    section.readers.value = "bin";
    const Roles roles = *Roles::of(section);
    CHECK_TRUE(roles.has_groups());
    LONGS_EQUAL(Right::operate, roles.right_of({stranger.user, 1, {12345, 1}}));
    LONGS_EQUAL(Right::read, roles.right_of({stranger.user, 1, {2}}));
    LONGS_EQUAL(Right::operate, roles.right_of({stranger.user, 1, {2, 1}}));
    LONGS_EQUAL(Right::none, roles.right_of(stranger));
}
