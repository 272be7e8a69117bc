// SPDX-License-Identifier: Apache-2.0
// Hours of rules: what they say, what a clock on the wall shows, and which rules are in force.
#include "control/compile/lookup.hpp"
#include "control/compile/rules_in_force.hpp"
#include "control/daemon/clock.hpp"
#include "control/daemon/schedule_keeper.hpp"
#include "locations_fixture.hpp"

#include <cstdlib>
#include <ctime>

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

/// The zone of the process, as it was before.
class Zone {
  public:
    explicit Zone(const char* name) {
        if (const char* before = std::getenv("TZ")) {
            before_ = before;
        }
        setenv("TZ", name, 1);
    }

    Zone(const Zone&) = delete;
    Zone& operator=(const Zone&) = delete;

    ~Zone() {
        if (before_) {
            setenv("TZ", before_->c_str(), 1);
        } else {
            unsetenv("TZ");
        }
        tzset();
    }

  private:
    std::optional<std::string> before_;
};

/// France's rule, without a file of zones.
const char* const kParis = "CET-1CEST,M3.5.0,M10.5.0/3";

uint64_t unix_ns(int year, int month, int day, int hour, int minute) {
    std::tm utc{};
    utc.tm_year = year - 1900;
    utc.tm_mon = month - 1;
    utc.tm_mday = day;
    utc.tm_hour = hour;
    utc.tm_min = minute;
    return static_cast<uint64_t>(timegm(&utc)) * 1'000'000'000;
}

bool holds_at(const char* hours, const char* time) {
    return holds(parse_hours(hours).value(), parse_wall_time(time).value());
}

std::string with_hours(std::string_view hours, std::string_view action) {
    return with(kBranch, R"(action = "tunnel")", std::string(hours) + "\n" + std::string(action));
}

const char* const kTunnel = "action = \"tunnel\"";

}  // namespace

TEST_GROUP(Hours)
{};

TEST(Hours, HoldFromTheirFirstMinuteToBeforeTheirLast) {
    struct Case {
        const char* hours;
        const char* time;
        bool is_in;
    };

    const Case cases[] = {
        {"Mon-Fri 08:00-18:00", "Mon 08:00", true},
        {"Mon-Fri 08:00-18:00", "Mon 07:59", false},
        {"Mon-Fri 08:00-18:00", "Fri 17:59", true},
        {"Mon-Fri 08:00-18:00", "Fri 18:00", false},
        {"Mon-Fri 08:00-18:00", "Sat 12:00", false},
        {"Mon,Wed-Thu 08:00-18:00", "Tue 12:00", false},
        {"Mon,Wed-Thu 08:00-18:00", "Thu 12:00", true},
        {"Sat-Mon 08:00-18:00", "Sun 12:00", true},
        {"Sat-Mon 08:00-18:00", "Mon 12:00", true},
        {"Sat-Mon 08:00-18:00", "Tue 12:00", false},
        {"08:00-18:00", "Sun 12:00", true},
        {"00:00-24:00", "Sun 23:59", true},
        {"Fri 22:00-02:00", "Fri 22:00", true},
        {"Fri 22:00-02:00", "Fri 01:59", false},
        {"Fri 22:00-02:00", "Sat 01:59", true},
        {"Fri 22:00-02:00", "Sat 02:00", false},
        {"Fri 22:00-02:00", "Sat 22:00", false},
        {"Sun 22:00-02:00", "Mon 01:00", true},
        {"Sun 22:00-00:00", "Sun 23:59", true},
        {"Sun 22:00-00:00", "Mon 00:00", false},
        {"22:00-02:00", "Wed 01:00", true},
    };
    for (const Case& one : cases) {
        CHECK_TEXT(holds_at(one.hours, one.time) == one.is_in, one.hours);
    }
}

TEST(Hours, OtherTextsAreNone) {
    for (const char* text :
         {"",
          "08:00",
          "08:00-",
          "8:00-9:00",
          "08:00-25:00",
          "08:60-09:00",
          "08:00-08:00",
          "24:00-08:00",
          "00:00-24:01",
          " 08:00-18:00",
          "Mon",
          "Mon  08:00-18:00",
          "Mon, 08:00-18:00",
          "Mon- 08:00-18:00",
          "mon 08:00-18:00",
          "Monday 08:00-18:00",
          "Mon 08:00-18:00 ",
          "Mon 08:00 - 18:00"}) {
        CHECK_FALSE_TEXT(parse_hours(text).has_value(), text);
    }
    CHECK_FALSE(parse_wall_time("Sat 24:00").has_value());
    CHECK_FALSE(parse_wall_time("12:00").has_value());
}

TEST(Hours, TheWallShowsLocalTimeAlsoWhereItJumps) {
    struct Case {
        uint64_t unix_ns;
        uint8_t day;
        uint16_t minute;
    };

    const Zone zone(kParis);
    const Case cases[] = {
        {unix_ns(2026, 1, 5, 7, 0), 0, 8 * 60},          // winter: an hour ahead
        {unix_ns(2026, 7, 6, 6, 0), 0, 8 * 60},          // summer: two
        {unix_ns(2026, 3, 29, 0, 59), 6, 60 + 59},       // 01:59, then 03:00
        {unix_ns(2026, 3, 29, 1, 0), 6, 3 * 60},         //
        {unix_ns(2026, 10, 25, 0, 59), 6, 2 * 60 + 59},  // 02:59, then 02:00 again
        {unix_ns(2026, 10, 25, 1, 0), 6, 2 * 60},        //
        {unix_ns(2026, 11, 1, 23, 30), 0, 30},           // Sunday there is Monday here
    };
    for (const Case& one : cases) {
        const WallTime shown = wall_time(one.unix_ns);
        LONGS_EQUAL(one.day, shown.day);
        LONGS_EQUAL(one.minute, shown.minute);
    }
    const Zone other("UTC0");
    LONGS_EQUAL(7 * 60, wall_time(cases[0].unix_ns).minute);
}

TEST(Hours, OfARuleLetTheNextRuleDecide) {
    const TempFolder folder;
    const std::string text =
        with_hours("hours = [\"Mon-Fri 08:00-18:00\", \"Sat 22:00-02:00\"]", kTunnel);
    const LookupQuery query{*parse_destination("192.0.2.9"), 6, {}};
    const auto at = [&](const std::optional<WallTime>& wall) {
        const LoadResult loaded =
            load_generation(folder.write("t.toml", text), {.wall_time = wall});
        return look_up(loaded.generation.value(), query);
    };
    CHECK_TRUE(at(parse_wall_time("Mon 08:00")).verdict == api::Verdict::tunnel);
    CHECK_TRUE(at(parse_wall_time("Sun 01:59")).verdict == api::Verdict::tunnel);
    const LookupResult outside = at(parse_wall_time("Sun 02:00"));
    CHECK_TRUE(outside.verdict == api::Verdict::direct);
    STRCMP_CONTAINS(" Outside their hours: \"sign-ins\".", outside.reason.c_str());
}

TEST(Hours, LetNothingOutInClearWhileTheTimeIsUnknown) {
    const TempFolder folder;
    const auto in_force = [&](const std::string& action) {
        const std::string text = with_hours("hours = [\"Mon 08:00-09:00\"]", action);
        return load_generation(folder.write("t.toml", text))
            .generation.value()
            .config.rules.front()
            .in_force;
    };
    CHECK_TRUE(in_force(kTunnel));
    CHECK_TRUE(in_force("action = \"drop\""));
    CHECK_FALSE(in_force("action = \"direct\""));
    CHECK_FALSE(wall_time(NodeTime{unix_ns(2026, 1, 5, 7, 0), false}).has_value());
}

TEST(Hours, AreNotedAndComplainedAbout) {
    const TempFolder folder;
    check_lines(
        {"t.toml:33:10: note: rule.hours: outside of them, by the node's local time, the next rule "
         "decides, and without one what \"sign-ins\" holds goes direct"},
        findings_in(folder, with_hours("hours = [\"Mon 08:00-09:00\"]", kTunnel))
    );
    check_lines(
        {"t.toml:33:10: rule.hours: \"Mon 8-9\" is not of the form \"Mon-Fri 08:00-18:00\" or "
         "\"22:00-02:00\""},
        findings_in(folder, with_hours("hours = [\"Mon 8-9\"]", kTunnel))
    );
}

TEST(Hours, AreLookedAtEveryMinute) {
    const Zone zone("UTC0");
    const TempFolder folder;
    const std::string text = with_hours("hours = [\"Mon 08:00-09:00\"]", kTunnel);
    LoadResult loaded =
        load_generation(folder.write("t.toml", text), {.wall_time = parse_wall_time("Mon 07:59")});
    const auto generation = std::make_shared<const Generation>(std::move(*loaded.generation));
    auto loop = EventLoop::make();
    CHECK_TRUE(loop.has_value());
    // A clock that is 30 ms before eight when the test begins.
    const uint64_t began_ns = read_clocks().now_ns;
    const uint64_t first_ns = unix_ns(2026, 1, 5, 8, 0) - 30'000'000;
    int n_due = 0;
    ScheduleKeeper keeper(
        **loop,
        [&] {
            return NodeTime{first_ns + read_clocks().now_ns - began_ns, true};
        },
        [&] { ++n_due; }
    );
    keeper.set_generation(generation);
    (*loop)->run_once(0);
    LONGS_EQUAL(0, n_due);
    while (n_due == 0 && read_clocks().now_ns - began_ns < 5'000'000'000) {
        (*loop)->run_once(100);
    }
    LONGS_EQUAL(1, n_due);
    CHECK_TRUE(read_clocks().now_ns - began_ns >= 30'000'000);
}
