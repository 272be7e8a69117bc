// SPDX-License-Identifier: Apache-2.0
// New entries by consent (`new_entries = "hold"`): what waits, what is used meanwhile, and what accepting changes.
#include "control/lists/waiting_entries.hpp"

#include "control/lists/read_list.hpp"
#include "control/lists/take_copy.hpp"
#include "control_fixture.hpp"

#include <algorithm>
#include <fstream>

#include <CppUTest/TestHarness.h>

using namespace egret::control;
using namespace egret::test;

namespace {

constexpr uint64_t kDayNs = uint64_t{24} * 3600 * 1'000'000'000;
constexpr uint64_t kNow = uint64_t{20'000} * kDayNs;

std::string
text_of(const std::vector<PrefixEntry>& prefixes, const std::vector<DomainEntry>& domains) {
    std::string text;
    for (const PrefixEntry& entry : prefixes) {
        text += (text.empty() ? "" : " ") + egret::api::to_text(entry.prefix);
    }
    for (const DomainEntry& entry : domains) {
        text += (text.empty() ? "" : " ") + entry.pattern;
    }
    return text;
}

std::string used_of(const List& list) {
    return text_of(list.prefixes, list.domains);
}

std::string held_of(const List& list) {
    return text_of(list.waiting.prefixes, list.waiting.domains);
}

struct WaitingEntriesTests : Utest {
    WaitingEntriesTests() {
        section.name = {"idp", {1, 1}};
        section.format = {ListFormat::text, {1, 1}};
        section.source = {"https://lists.contoso.example/idp.txt", {1, 1}};
        section.is_remote = true;
        section.new_entries = {NewEntries::hold, {1, 1}};
        section.max_shrink = {1, {1, 1}};
    }

    /// "used | held" of the list once a text was offered, or why it was refused.
    std::string take(const std::string& text, uint64_t now_ns = kNow, bool force = false) {
        ListText given;
        given.text = text;
        const auto taken = take_copy(store, section, given, {now_ns, force});
        is_changed = taken && taken->is_changed;
        is_waiting_changed = taken && taken->is_waiting_changed;
        return taken ? used_of(taken->list) + " | " + held_of(taken->list) : taken.error();
    }

    /// The same, as the copies have it: what a boot would use.
    std::string now_is(uint64_t now_ns = kNow) {
        const auto list = list_from_copy(store, section, now_ns);
        return list ? used_of(*list) + " | " + held_of(*list) : list.error();
    }

    std::string accept(const std::vector<std::string>& entries = {}) {
        const auto taken = accept_waiting(store, section, entries, kNow);
        return taken ? used_of(taken->list) + " | " + held_of(taken->list) : taken.error();
    }

    TempFolder folder;
    ListStore store{ListStore::folder_in(folder.path())};
    ListSection section;
    bool is_changed = false;
    bool is_waiting_changed = false;
};

}  // namespace

TEST_GROUP_BASE(WaitingEntries, WaitingEntriesTests){};

TEST(WaitingEntries, TheFirstVersionCountsWhole) {
    STRCMP_EQUAL("192.0.2.0/24 a.example | ", take("192.0.2.0/24\na.example\n").c_str());
}

TEST(WaitingEntries, TheFirstCopyIsHeldAgainstTheListInUse) {
    // A push read the file, which had another line when its first copy was made.
    const List in_use = read_list(section, "192.0.2.0/24\n").value();
    ListText changed;
    changed.text = "192.0.2.0/24\n203.0.113.0/24\n";
    const auto taken = take_copy(store, section, changed, {kNow, false, &in_use});
    CHECK_TRUE(taken && taken->is_waiting_changed);
    STRCMP_EQUAL("192.0.2.0/24 | 203.0.113.0/24", now_is().c_str());
}

TEST(WaitingEntries, WhatANewVersionAddsWaitsUntilItIsAccepted) {
    take("192.0.2.0/24\na.example\n");
    const std::string held = "192.0.2.0/24 a.example | 203.0.113.0/24 b.example";
    STRCMP_EQUAL(
        held.c_str(),
        take("192.0.2.0/24\n203.0.113.0/24\na.example\nb.example\n").c_str()
    );
    CHECK_FALSE(is_changed);
    CHECK_TRUE(is_waiting_changed);
    // The same text again changes nothing, and a boot finds it so.
    take("192.0.2.0/24\n203.0.113.0/24\na.example\nb.example\n", kNow + kDayNs);
    CHECK_FALSE(is_changed || is_waiting_changed);
    STRCMP_EQUAL(held.c_str(), now_is().c_str());
    CHECK_TRUE(confirm_copy(store, section, kNow + kDayNs).has_value());
    STRCMP_EQUAL(held.c_str(), now_is().c_str());
    STRCMP_EQUAL("192.0.2.0/24 203.0.113.0/24 a.example b.example | ", accept().c_str());
    STRCMP_EQUAL("192.0.2.0/24 203.0.113.0/24 a.example b.example | ", now_is().c_str());
    STRCMP_EQUAL("nothing waits to be accepted", accept().c_str());
}

TEST(WaitingEntries, WithUseEverythingCountsAtOnce) {
    section.new_entries.value = NewEntries::use;
    take("192.0.2.0/24\n");
    STRCMP_EQUAL("192.0.2.0/24 203.0.113.0/24 | ", take("192.0.2.0/24\n203.0.113.0/24\n").c_str());
    STRCMP_EQUAL("nothing waits to be accepted", accept().c_str());
}

/// Only the part that is new is held: sign-ins that worked yesterday keep their tunnel.
TEST(WaitingEntries, APrefixThatGrowsWaitsWithThePartItGrewBy) {
    take("192.0.2.0/26\n");
    STRCMP_EQUAL("192.0.2.0/26 | 192.0.2.64/26 192.0.2.128/25", take("192.0.2.0/24\n").c_str());
    STRCMP_EQUAL("192.0.2.0/25 | 192.0.2.128/25", accept({"192.0.2.64/26"}).c_str());
    STRCMP_EQUAL("192.0.2.0/24 | ", accept().c_str());
}

TEST(WaitingEntries, OnlyWhatWaitsCanBeAccepted) {
    take("192.0.2.0/24\n");
    take("192.0.2.0/24\n203.0.113.0/24\nb.example\nc.example\n");
    STRCMP_EQUAL("\"198.51.100.1\" does not wait", accept({"b.example", "198.51.100.1"}).c_str());
    STRCMP_EQUAL("\"192.0.2.0/24\" does not wait", accept({"192.0.2.0/24"}).c_str());
    STRCMP_EQUAL("\"what is this\" does not wait", accept({"what is this"}).c_str());
    STRCMP_EQUAL("192.0.2.0/24 | 203.0.113.0/24 b.example c.example", now_is().c_str());
    STRCMP_EQUAL(
        "192.0.2.0/24 203.0.113.0/32 b.example | 203.0.113.1/32 203.0.113.2/31 203.0.113.4/30 "
        "203.0.113.8/29 203.0.113.16/28 203.0.113.32/27 203.0.113.64/26 203.0.113.128/25 c.example",
        accept({"203.0.113.0", "B.example"}).c_str()
    );
}

TEST(WaitingEntries, RemovalsStillComeLate) {
    take("192.0.2.0/24\n198.51.100.0/24\n");
    STRCMP_EQUAL(
        "192.0.2.0/24 198.51.100.0/24 | 203.0.113.0/24",
        take("192.0.2.0/24\n203.0.113.0/24\n").c_str()
    );
    STRCMP_EQUAL("192.0.2.0/24 | 203.0.113.0/24", now_is(kNow + 8 * kDayNs).c_str());
    // What comes back while it is kept was never out of use.
    STRCMP_EQUAL(
        "192.0.2.0/24 198.51.100.0/24 | 203.0.113.0/24",
        take("192.0.2.0/24\n198.51.100.0/24\n203.0.113.0/24\n", kNow + kDayNs).c_str()
    );
}

TEST(WaitingEntries, WhatTheListLosesWhileItWaitsIsGone) {
    section.max_shrink.value = 0.1;
    take("192.0.2.0/24\n");
    take("192.0.2.0/24\n203.0.113.0/24\n198.51.100.0/24\n");
    // It was not used, so nothing is lost and nothing is kept.
    STRCMP_EQUAL("192.0.2.0/24 | 198.51.100.0/24", take("192.0.2.0/24\n198.51.100.0/24\n").c_str());
    CHECK_TRUE(is_waiting_changed);
    CHECK_TRUE(copy_of(store, section)->kept.empty());
    // What is lost is held against what is used.
    CHECK_TRUE(take("198.51.100.0/24\n").starts_with("loses 100 % of its entries"));
}

TEST(WaitingEntries, PortsOfWhatIsUsedAreThePublishers) {
    section.format.value = ListFormat::m365;
    take(R"([{"id": 7, "ips": ["192.0.2.0/24"], "tcpPorts": "443"}])");
    STRCMP_EQUAL(
        "192.0.2.0/24 | 203.0.113.0/24",
        take(R"([{"id": 7, "ips": ["192.0.2.0/24", "203.0.113.0/24"], "tcpPorts": "80,443"}])")
            .c_str()
    );
    const auto list = list_from_copy(store, section, kNow);
    LONGS_EQUAL(2, list->ports[list->prefixes[0].ports].tcp.size());
    STRCMP_EQUAL("set 7", list->parts[list->waiting.prefixes[0].part].c_str());
}

/// What waited under the old configuration does not slip in with the new one.
TEST(WaitingEntries, AnotherSelectKeepsWhatWaits) {
    section.format.value = ListFormat::m365;
    section.select.ids = {{7, {1, 1}}};
    take(R"([{"id": 7, "ips": ["192.0.2.0/24"]}, {"id": 8, "ips": ["198.51.100.0/24"]}])");
    take(
        R"([{"id": 7, "ips": ["192.0.2.0/24", "203.0.113.0/24"]}, {"id": 8, "ips": ["198.51.100.0/24"]}])"
    );
    section.select.ids.push_back({8, {1, 1}});
    STRCMP_EQUAL("192.0.2.0/24 198.51.100.0/24 | 203.0.113.0/24", now_is().c_str());
    section.new_entries.value = NewEntries::use;
    STRCMP_EQUAL("192.0.2.0/24 203.0.113.0/24 198.51.100.0/24 | ", now_is().c_str());
}

TEST(WaitingEntries, AnotherSourceBeginsAnew) {
    take("192.0.2.0/24\n");
    section.source.value = "https://other.contoso.example/idp.txt";
    STRCMP_EQUAL("198.51.100.0/24 | ", take("198.51.100.0/24\n").c_str());
}

TEST(WaitingEntries, ADamagedCopyAcceptsNothing) {
    take("192.0.2.0/24\n");
    take("192.0.2.0/24\n203.0.113.0/24\n");
    for (const auto& entry : std::filesystem::recursive_directory_iterator(store.folder())) {
        if (entry.path().filename().string().starts_with("copy-")) {
            std::ofstream(entry.path(), std::ios::app) << "damage\n";
        }
    }
    STRCMP_EQUAL("192.0.2.0/24 | 203.0.113.0/24", take("192.0.2.0/24\n203.0.113.0/24\n").c_str());
}

TEST(WaitingEntries, TheCopyBeforeBringsNothingNew) {
    take("192.0.2.0/24\n");
    take("192.0.2.0/24\n203.0.113.0/24\n");
    take("192.0.2.0/24\n203.0.113.0/24\n198.51.100.0/24\n");
    const auto back = take_previous(store, section, kNow);
    STRCMP_EQUAL("192.0.2.0/24", used_of(back->list).c_str());
    STRCMP_EQUAL("192.0.2.0/24 | 203.0.113.0/24", now_is().c_str());
}

/// With "use" everything is accepted, so a later "hold" begins from there.
TEST(WaitingEntries, UseAcceptsAtTheNextLook) {
    take("192.0.2.0/24\n");
    take("192.0.2.0/24\n203.0.113.0/24\n");
    section.new_entries.value = NewEntries::use;
    CHECK_TRUE(confirm_copy(store, section, kNow).has_value());
    section.new_entries.value = NewEntries::hold;
    STRCMP_EQUAL("192.0.2.0/24 203.0.113.0/24 | ", now_is().c_str());
}

/// Above what the file beside the copy may hold.
TEST(WaitingEntries, MoreThanMayWaitIsRefused) {
    take("192.0.2.0/24\n");
    std::string text = "192.0.2.0/24\n";
    for (size_t i = 0; i <= kMaxWaiting; ++i) {
        text += "11." + std::to_string(i >> 15U) + "." + std::to_string(i >> 7U & 0xffU) + "." +
                std::to_string(i << 1U & 0xffU) + "\n";
    }
    STRCMP_EQUAL(
        "adds more than the 250000 entries that may wait (new_entries = \"use\" takes them)",
        take(text).c_str()
    );
    STRCMP_EQUAL("192.0.2.0/24 | ", now_is().c_str());
}
