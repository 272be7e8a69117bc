// SPDX-License-Identifier: Apache-2.0
// What a push's signature says besides who made it.
#include "control/state/push_comment.hpp"

#include "control/records/time.hpp"

#include <string>

#include <CppUTest/TestHarness.h>

using namespace egret::control;

namespace {

std::string refusal(std::string_view comment) {
    const auto read = parse_push_comment(comment);
    return read ? "" : read.error();
}

}  // namespace

TEST_GROUP(PushComments)
{};

TEST(PushComments, AreReadInAnyOrder) {
    const PushComment expected{"branch-042", 17, *parse_time("2026-11-27T08:15:30Z")};
    for (const char* comment : {
             "node=branch-042 generation=17 expires=2026-11-27T08:15:30Z",
             "expires=2026-11-27T09:15:30+01:00\tgeneration=17  node=branch-042",
             "timestamp:1 node=\"branch-042\" file:b.toml generation=17 "
             "expires=2026-11-27T08:15:30Z hashed",
         }) {
        const auto read = parse_push_comment(comment);
        CHECK_TRUE_TEXT(read && *read == expected, comment);
    }
}

TEST(PushComments, AreReadAsTheyAreWritten) {
    for (const char* node : {"b1", "a branch with blanks"}) {
        const PushComment comment{node, 3, *parse_time("2026-11-27T08:15:30Z")};
        CHECK_TRUE(parse_push_comment(comment.text()) == comment);
    }
}

TEST(PushComments, WhatIsMissingOrWrongIsNamed) {
    const std::string time = " expires=2026-11-27T08:15:30Z";
    STRCMP_EQUAL("does not say node=", refusal("generation=1" + time).c_str());
    STRCMP_EQUAL("does not say node=", refusal("node= generation=1" + time).c_str());
    STRCMP_EQUAL("does not say generation=", refusal("node=a" + time).c_str());
    STRCMP_EQUAL("does not say expires=", refusal("node=a generation=1").c_str());
    STRCMP_EQUAL("says node= twice", refusal("node=a node=b generation=1" + time).c_str());
    for (const char* number : {"0", "-1", "+1", "1x", "99999999999999999999", "0x1"}) {
        STRCMP_CONTAINS(
            "which is no number",
            refusal(std::string("node=a generation=") + number + time).c_str()
        );
    }
    for (const char* wrong : {"tomorrow", "2026-11-27", "2026-13-01T00:00:00Z"}) {
        STRCMP_CONTAINS(
            "which is no time",
            refusal(std::string("node=a generation=1 expires=") + wrong).c_str()
        );
    }
}
