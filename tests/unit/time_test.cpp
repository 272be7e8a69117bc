// SPDX-License-Identifier: Apache-2.0
#include "control/records/time.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret::control;

TEST_GROUP(RecordTimes)
{};

TEST(RecordTimes, AreReadAsRfc3339HasThem) {
    struct Case {
        const char* text;
        const char* utc;
    };

    for (const Case& c : {
             Case{"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000000Z"},
             Case{"2026-11-20T08:15:30.000000001Z", "2026-11-20T08:15:30.000000001Z"},
             Case{"2019-09-04T01:11:34.9387578Z", "2019-09-04T01:11:34.938757800Z"},
             Case{"2024-02-29t23:59:59.1234567899z", "2024-02-29T23:59:59.123456789Z"},
             Case{"2026-11-20 08:15:30+01:30", "2026-11-20T06:45:30.000000000Z"},
             Case{"2026-12-31T23:59:60-08:00", "2027-01-01T08:00:00.000000000Z"},
         }) {
        const auto ns = parse_time(c.text);
        CHECK_TRUE_TEXT(ns.has_value(), c.text);
        STRCMP_EQUAL(c.utc, time_text(*ns).c_str());
    }
}

TEST(RecordTimes, OtherTextsAreNone) {
    for (const char* text : {
             "",
             "2026-11-20",
             "2026-11-20T08:15:30",
             "2026-11-20T08:15:30.Z",
             "2026-11-20T08:15Z",
             "2026-02-29T08:15:30Z",
             "2026-13-01T08:15:30Z",
             "2026-11-20T24:00:00Z",
             "1969-12-31T23:59:59Z",
             "1970-01-01T00:00:00+00:01",
             "2501-01-01T00:00:00Z",
             "2026-11-20T08:15:30Zx",
             "2026-11-20T08:15:30+0100",
             "-026-11-20T08:15:30Z",
         }) {
        CHECK_FALSE_TEXT(parse_time(text).has_value(), text);
    }
}
