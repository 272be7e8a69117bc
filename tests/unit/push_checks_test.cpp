// SPDX-License-Identifier: Apache-2.0
// What a push is held against, and in which order (design section 9).
#include "control/daemon/push_checks.hpp"

#include "control/config/load.hpp"
#include "control/config/prescan.hpp"
#include "control/records/time.hpp"
#include "control_fixture.hpp"

#include <functional>
#include <string>
#include <sys/stat.h>
#include <vector>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

const char* const kPrivateKey = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=\n";

}  // namespace

struct PushCheckTests : Utest {
    PushCheckTests() {
        chmod(folder.write("node.key", kPrivateKey).c_str(), 0600);
        CHECK_TRUE(trust.add(key.public_key()).has_value());
        running = parse_config(std::string(kBranch), folder.path(), findings);
        CHECK_TRUE(running.has_value());
        CHECK_TRUE(state.prepare(1, kBranch).has_value());
        HistoryEntry entry;
        entry.generation = 1;
        CHECK_TRUE(state.commit(entry).has_value());
    }

    [[nodiscard]] std::string sign(std::string_view text, const PushComment& with_comment) const {
        return key.sign(crypto::bytes_of(text), with_comment.text())->file_text("test");
    }

    /// Where the push is refused, or "accepted".
    std::string stage_of(const PushRequest& request) {
        const PushJudges judges{state, trust, clock, running ? &*running : nullptr, lists, now_ns};
        SlotBook slots;
        PushCase push{request, judges, slots, Findings("t.toml"), false, {}, {}, {}, {}, {}};
        const auto refusal = check_push(push);
        message = refusal ? refusal->message : "";
        said.clear();
        for (const Finding& finding : push.findings.all()) {
            said += to_text(finding) + "\n";
        }
        CHECK_EQUAL(!refusal, push.generation.has_value());
        return refusal ? std::string(refusal->stage) : "accepted";
    }

    void check_stage(const char* stage, const char* said_there, const PushRequest& request) {
        STRCMP_EQUAL(stage, stage_of(request).c_str());
        STRCMP_CONTAINS(said_there, (message + "\n" + said).c_str());
    }

    PushRequest request_for(std::string toml, const PushComment& with_comment) const {
        PushRequest request;
        request.name = "t.toml";
        request.signature = sign(toml, with_comment);
        request.toml = std::move(toml);
        request.by.user = 1000;
        return request;
    }

    TempFolder folder;
    Findings findings{"t.toml"};
    crypto::Random random = crypto::Random::seeded({});
    crypto::SigningKey key = crypto::SigningKey::generate(random);
    StateDirectory state = StateDirectory::open(folder.path()).value();
    TrustStore trust = TrustStore::open(folder.path() / "trusted").value();
    ListStore lists{ListStore::folder_in(folder.path())};
    TrustedClock clock = TrustedClock::open(folder.path() / "clock").value();
    std::optional<Config> running;
    const uint64_t now_ns = *parse_time("2200-01-01T00:00:00Z");
    const uint64_t later_ns = *parse_time("2200-01-08T00:00:00Z");
    std::string next = with(kBranch, "generation = 1", "generation = 2");
    PushComment comment{"b1", 2, later_ns};
    std::string message;
    std::string said;
};

TEST_GROUP_BASE(PushChecks, PushCheckTests){};

TEST(PushChecks, StagesAreThoseOfTheDesign) {
    const std::vector<std::string_view> expected{
        "size",
        "signature",
        "node",
        "generation",
        "expiry",
        "nesting depth",
        "TOML",
        "schema",
        "cross references",
        "interlock",
        "build"};
    CHECK_TRUE(push_stages() == expected);
}

TEST(PushChecks, ARightPushIsAccepted) {
    STRCMP_EQUAL("accepted", stage_of(request_for(next, comment)).c_str());
}

// One push that is wrong in every way, put right one by one: each stage speaks only when those before it are silent.
TEST(PushChecks, TheFirstStageThatIsWrongSpeaks) {
    const std::string deep = next + "x" + [] {
        std::string dots;
        for (int i = 0; i < 2000; ++i) {
            dots += ".\"y\"";
        }
        return dots;
    }() + " = 1\n";
    PushComment said_comment{"b2", 1, now_ns - 1};
    PushRequest request;
    request.by.user = 1000;
    request.toml = std::string(kMaxConfigBytes + 1, '#');
    check_stage("size", "larger than", request);
    request.toml = deep;
    check_stage("signature", "it is not signed", request);
    check_stage("node", "signed for node b2, and this is b1", request_for(deep, said_comment));
    said_comment.node = "b1";
    check_stage("generation", "does not exceed 1", request_for(deep, said_comment));
    said_comment.generation = 2;
    check_stage("expiry", "sign it anew", request_for(deep, said_comment));
    said_comment.expires_unix_ns = later_ns;
    check_stage("nesting depth", "nests deeper than 16 levels", request_for(deep, said_comment));
    check_stage("TOML", "t.toml:", request_for(next + "x = = 1", said_comment));
    check_stage(
        "cross references",
        "lists",
        request_for(with(next, "lists = [\"idp\"]", "lists = [\"none\"]"), said_comment)
    );
    chmod((folder.path() / "node.key").c_str(), 0644);
    check_stage("build", "chmod 600", request_for(next, said_comment));
    chmod((folder.path() / "node.key").c_str(), 0600);
    STRCMP_EQUAL("accepted", stage_of(request_for(next, said_comment)).c_str());
}

// The interlock: told apart from what a mistake would be, and overridden only when asked to.
TEST(PushChecks, WhatWouldLockUsersOutIsRefusedUnlessForced) {
    const std::string policy = R"([[location]]
name = "Lyon office"
ranges = ["203.0.113.0/29"]
trusted = true
[[policy]]
name = "MFA outside offices"
include_locations = ["All"]
exclude_locations = ["AllTrusted"]
grant = "mfa"
)";
    running = parse_config(std::string(kBranch) + policy, folder.path(), findings);
    const std::string off = next + policy + "[signaling]\nenabled = false\n";
    STRCMP_EQUAL("accepted", stage_of(request_for(next + policy, comment)).c_str());
    PushRequest request = request_for(off, comment);
    check_stage("interlock", "MFA outside offices", request);
    STRCMP_CONTAINS("--force", message.c_str());
    request.force = true;
    STRCMP_EQUAL("accepted", stage_of(request).c_str());
    STRCMP_CONTAINS("t.toml: warning: ", said.c_str());
}

// B11: the mark goes first. Nothing depends on the location, so the interlock alone would let it go.
TEST(PushChecks, ATrustedLocationIsNotDeletedUnlessForced) {
    const std::string office =
        "[[location]]\nname = \"Lyon office\"\nranges = [\"203.0.113.0/29\"]\n";
    running =
        parse_config(std::string(kBranch) + office + "trusted = true\n", folder.path(), findings);
    PushRequest request = request_for(next, comment);
    check_stage(
        "interlock",
        "t.toml: location: \"Lyon office\" is trusted and cannot be deleted: set trusted = false, "
        "push "
        "that, then delete it",
        request
    );
    STRCMP_CONTAINS("it would delete trusted locations", message.c_str());
    request.force = true;
    STRCMP_EQUAL("accepted", stage_of(request).c_str());
    STRCMP_CONTAINS("t.toml: warning: location: \"Lyon office\" is trusted", said.c_str());
    // Under another name it goes on.
    const std::string renamed = with(office, "Lyon office", "Lyon") + "trusted = true\n";
    STRCMP_EQUAL("accepted", stage_of(request_for(next + renamed, comment)).c_str());
    STRCMP_CONTAINS("t.toml: note: location: ", said.c_str());
    // In two pushes it may go.
    STRCMP_EQUAL("accepted", stage_of(request_for(next + office, comment)).c_str());
    STRCMP_EQUAL("", said.c_str());
    running = parse_config(std::string(kBranch) + office, folder.path(), findings);
    STRCMP_EQUAL("accepted", stage_of(request_for(next, comment)).c_str());
}

TEST(PushChecks, WhatWasSignedMustBeWhatItSays) {
    comment.generation = 3;
    check_stage("cross references", "signed as generation 3", request_for(next, comment));
    running.reset();
    comment = {"b2", 2, later_ns};
    check_stage("cross references", "of node b2, but holds", request_for(next, comment));
}

TEST(PushChecks, ANodeWithoutANameTakesTheOneItIsGiven) {
    running.reset();
    STRCMP_EQUAL("accepted", stage_of(request_for(next, comment)).c_str());
}

TEST(PushChecks, AChangedByteIsRefused) {
    PushRequest request = request_for(next, comment);
    request.toml += "\n";
    check_stage("signature", "does not belong to this text", request);
    request = request_for(next, comment);
    request.signature.pop_back();
    request.signature += "x\n";
    STRCMP_EQUAL("signature", stage_of(request).c_str());
}

TEST(PushChecks, ACommentThatSaysTooLittleIsRefused) {
    PushRequest request = request_for(next, comment);
    request.signature =
        key.sign(crypto::bytes_of(next), "timestamp:1 file:b1.toml")->file_text("test");
    check_stage("signature", "does not say expires=", request);
}

TEST(PushChecks, RootPushesUnsignedOnlyWhereNoKeyIsTrusted) {
    PushRequest request;
    request.toml = next;
    request.by.user = 0;
    check_stage("signature", "trusts signed pushes only", request);
    CHECK_TRUE(trust.remove(key.public_key().id.text()).has_value());
    STRCMP_EQUAL("accepted", stage_of(request).c_str());
    request.by.user = 1000;
    check_stage("signature", "root only", request);
    check_stage("signature", "install one with egret trust", request_for(next, comment));
}

TEST(PushChecks, AnUnsignedPushMustExceedTheHighestToo) {
    CHECK_TRUE(trust.remove(key.public_key().id.text()).has_value());
    PushRequest request;
    request.toml = kBranch;
    check_stage("cross references", "does not exceed 1", request);
}

TEST(PushChecks, TheClockDoesNotGoBackBehindAnAcceptedSignature) {
    comment.expires_unix_ns = now_ns + 10;
    CHECK_TRUE(clock.remember(now_ns + 20).has_value());
    check_stage("expiry", "the machine's clock says", request_for(next, comment));
    const auto again = TrustedClock::open(folder.path() / "clock");
    UNSIGNED_LONGS_EQUAL(now_ns + 20, again->now_unix_ns(5));
    UNSIGNED_LONGS_EQUAL(now_ns + 30, again->now_unix_ns(now_ns + 30));
}

TEST(PushChecks, ABuildIsNotBeforeItself) {
    CHECK_TRUE(clock.now_unix_ns(0) > *parse_time("2025-01-01T00:00:00Z"));
}

TEST(PushChecks, ABrokenClockFileIsAnError) {
    for (const char* text : {"", "x\n", "2200-01-01T00:00:00Z"}) {
        const auto file = folder.write("clock2", text);
        STRCMP_CONTAINS("holds no time", TrustedClock::open(file).error().c_str());
    }
}
