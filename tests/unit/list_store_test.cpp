// SPDX-License-Identifier: Apache-2.0
// Last good copies: what may become one, what is kept of those before, and what a power cut leaves.
#include "control/lists/take_copy.hpp"
#include "control_fixture.hpp"

#include <egret/crypto/minisign.hpp>

#include <filesystem>
#include <fstream>
#include <span>

#include <CppUTest/TestHarness.h>

using namespace egret::control;
using namespace egret::test;

namespace {

constexpr uint64_t kDayNs = uint64_t{24} * 3600 * 1'000'000'000;
constexpr uint64_t kNow = uint64_t{20'000} * kDayNs;

ListSection text_section(const std::string& source = "https://lists.contoso.example/idp.txt") {
    ListSection section;
    section.name = {"idp", {1, 1}};
    section.format = {ListFormat::text, {1, 1}};
    section.source = {source, {1, 1}};
    section.is_remote = true;
    return section;
}

std::string entries_of(const List& list) {
    std::string text;
    for (const PrefixEntry& entry : list.prefixes) {
        text += egret::api::to_text(entry.prefix) + " ";
    }
    for (const DomainEntry& entry : list.domains) {
        text += entry.pattern + " ";
    }
    return text;
}

struct ListStoreTests : Utest {
    TempFolder folder;
    ListStore store{ListStore::folder_in(folder.path())};
    ListSection section = text_section();

    /// What became of a text: the list's entries, or why not.
    std::string take(const std::string& text, uint64_t now_ns = kNow, bool force = false) {
        ListText given;
        given.text = text;
        const auto taken = take_copy(store, section, given, {now_ns, force});
        return taken ? entries_of(taken->list) : taken.error();
    }

    std::string now_is(uint64_t now_ns = kNow) {
        const auto list = list_from_copy(store, section, now_ns);
        return list ? entries_of(*list) : list.error();
    }

    std::filesystem::path only_file(const std::string& beginning) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(store.folder())) {
            if (entry.path().filename().string().starts_with(beginning)) {
                return entry.path();
            }
        }
        return {};
    }
};

}  // namespace

TEST_GROUP_BASE(ListStore, ListStoreTests){};

TEST(ListStore, ATextThatIsGoodIsTheCopy) {
    STRCMP_EQUAL("there is no copy of it", now_is().c_str());
    STRCMP_EQUAL("192.0.2.0/24 login.example ", take("192.0.2.0/24\nlogin.example\n").c_str());
    STRCMP_EQUAL("192.0.2.0/24 login.example ", now_is().c_str());
    const auto copy = copy_of(store, section);
    CHECK_TRUE(copy.has_value());
    CHECK_EQUAL(kNow, copy->fetched_ns);
    STRCMP_EQUAL(list_hash("192.0.2.0/24\nlogin.example\n").c_str(), copy->hash.c_str());
}

TEST(ListStore, WhatIsRefusedLeavesTheCopy) {
    take("192.0.2.0/24\n198.51.100.0/24\n");

    struct Case {
        const char* text;
        const char* why;
    };

    const Case cases[] = {
        {"", "gives neither prefixes nor domains"},
        {"192.0.2.0/24\n0.0.0.0/1\n", "0.0.0.0/1 is shorter than /8"},
        {"192.0.2.0/24\n", "loses 50 % of its entries"},
        {"no list at all", "neither a prefix nor a domain"},
    };
    for (const Case& one : cases) {
        const std::string said = take(one.text, kNow + kDayNs);
        CHECK_TRUE_TEXT(said.find(one.why) != std::string::npos, said.c_str());
        STRCMP_EQUAL("192.0.2.0/24 198.51.100.0/24 ", now_is().c_str());
        STRCMP_EQUAL(said.c_str(), copy_of(store, section)->problem.c_str());
    }
    LONGS_EQUAL(4, copy_of(store, section)->failures);
    // A good one ends it.
    take("192.0.2.0/24\n198.51.100.0/24\n203.0.113.0/24\n", kNow + 2 * kDayNs);
    LONGS_EQUAL(0, copy_of(store, section)->failures);
    CHECK_TRUE(copy_of(store, section)->problem.empty());
}

TEST(ListStore, ShrinkingIsAllowedWhenTold) {
    take("192.0.2.0/24\n198.51.100.0/24\n");
    STRCMP_EQUAL("192.0.2.0/24 198.51.100.0/24 ", take("192.0.2.0/24\n", kNow, true).c_str());
}

TEST(ListStore, AdditionsAtOnceRemovalsLate) {
    section.max_shrink = {1, {1, 1}};
    section.keep_removed_ms = {uint64_t{7} * 24 * 3'600'000, {1, 1}};
    take("192.0.2.0/24\na.example\n");
    STRCMP_EQUAL(
        "203.0.113.0/24 192.0.2.0/24 a.example ",
        take("203.0.113.0/24\n", kNow + kDayNs).c_str()
    );
    const auto list = list_from_copy(store, section, kNow + kDayNs);
    STRCMP_EQUAL("removed 2024-10-05", list->parts[list->prefixes[1].part].c_str());
    // The next version does not make it younger, and the same text again does not end it.
    take("203.0.113.0/24\n198.51.100.0/24\n", kNow + 5 * kDayNs);
    STRCMP_EQUAL(
        "203.0.113.0/24 198.51.100.0/24 192.0.2.0/24 a.example ",
        now_is(kNow + 7 * kDayNs).c_str()
    );
    STRCMP_EQUAL("203.0.113.0/24 198.51.100.0/24 ", now_is(kNow + 8 * kDayNs).c_str());
    // What comes back is no longer kept.
    take("203.0.113.0/24\n198.51.100.0/24\n192.0.2.0/24\n", kNow + 6 * kDayNs);
    LONGS_EQUAL(1, copy_of(store, section)->kept.size());
}

/// A publisher who moves everything every day costs time that grows with the list, not with its square.
TEST(ListStore, ALotThatIsKeptIsNoBurden) {
    section.max_shrink = {1, {1, 1}};
    for (int day = 0; day < 3; ++day) {
        std::string text;
        for (int i = 0; i < 5'000; ++i) {
            text += "198." + std::to_string(18 + day) + "." + std::to_string(i / 128) + "." +
                    std::to_string(i % 128 * 2) + "\n";
        }
        take(text, kNow + static_cast<uint64_t>(day) * kDayNs);
    }
    LONGS_EQUAL(10'000, copy_of(store, section)->kept.size());
}

TEST(ListStore, ConfirmingLetsGoOfWhatIsOver) {
    section.max_shrink = {1, {1, 1}};
    take("192.0.2.0/24\n198.51.100.0/24\n");
    take("198.51.100.0/24\n", kNow + kDayNs);
    const auto before = confirm_copy(store, section, kNow + 2 * kDayNs);
    CHECK_TRUE(before && !before->is_changed);
    const auto after = confirm_copy(store, section, kNow + 9 * kDayNs);
    CHECK_TRUE(after && after->is_changed);
    STRCMP_EQUAL("198.51.100.0/24 ", entries_of(after->list).c_str());
    CHECK_EQUAL(kNow + 9 * kDayNs, copy_of(store, section)->checked_ns);
}

TEST(ListStore, PortsOfWhatIsKeptStay) {
    section.format.value = ListFormat::m365;
    section.max_shrink = {1, {1, 1}};
    take(R"([{"id": 7, "ips": ["192.0.2.0/24"], "tcpPorts": "80,443", "udpPorts": "3478-3481"},
             {"id": 8, "ips": ["198.51.100.0/24"], "tcpPorts": "443"}])");
    take(R"([{"id": 8, "ips": ["198.51.100.0/24"], "tcpPorts": "443"}])");
    const auto list = list_from_copy(store, section, kNow);
    const EntryPorts& ports = list->ports[list->prefixes[1].ports];
    LONGS_EQUAL(2, ports.tcp.size());
    LONGS_EQUAL(3478, ports.udp.front().first);
    LONGS_EQUAL(3481, ports.udp.front().last);
    CHECK_TRUE(list->parts[list->prefixes[1].part].starts_with("set 7, removed "));
}

TEST(ListStore, AnotherSourceHasAnotherCopy) {
    take("192.0.2.0/24\n");
    section = text_section("https://other.contoso.example/idp.txt");
    STRCMP_EQUAL("there is no copy of it", now_is().c_str());
    take("198.51.100.0/24\n");
    section = text_section();
    STRCMP_EQUAL("192.0.2.0/24 ", now_is().c_str());
}

TEST(ListStore, WhatWasTakenBackDoesNotComeAgain) {
    const auto previous = [this] {
        const auto taken = take_previous(store, section, kNow);
        return taken ? entries_of(taken->list) : taken.error();
    };
    const std::string good = "192.0.2.0/24\n";
    const std::string bad = "192.0.2.0/24\n198.51.100.0/24\n";
    take(good);
    STRCMP_EQUAL("there is no copy before the last one", previous().c_str());
    take(bad);
    STRCMP_EQUAL("192.0.2.0/24 ", previous().c_str());
    STRCMP_EQUAL("192.0.2.0/24 ", now_is().c_str());
    STRCMP_EQUAL(
        "is the version that was taken back; a newer one is waited for",
        take(bad).c_str()
    );
    take(good);
    STRCMP_EQUAL("192.0.2.0/24 ", now_is().c_str());
    CHECK_FALSE(copy_of(store, section)->rejected_hash.empty());
    // By force it does, and so does whatever else the publisher has.
    STRCMP_EQUAL("192.0.2.0/24 198.51.100.0/24 ", take(bad, kNow, true).c_str());
    previous();
    STRCMP_EQUAL("192.0.2.0/24 203.0.113.0/24 ", take(good + "203.0.113.0/24\n").c_str());
    CHECK_TRUE(copy_of(store, section)->rejected_hash.empty());
}

TEST(ListStore, ADamagedCopyIsNone) {
    take("192.0.2.0/24\n");
    std::ofstream(only_file("copy-"), std::ios::app) << "0.0.0.0/0\n";
    STRCMP_EQUAL("its copy is damaged", now_is().c_str());
    std::ofstream(only_file("about.json")) << "{\"source\"";
    STRCMP_EQUAL("there is no copy of it", now_is().c_str());
}

/// A text that was written when the power went, but not yet named, is not there.
TEST(ListStore, APowerCutLeavesTheOldCopyOrTheNew) {
    take("192.0.2.0/24\n");
    const std::filesystem::path about = only_file("about.json");
    std::filesystem::copy_file(about, folder.path() / "about.before");
    take("192.0.2.0/24\n198.51.100.0/24\n", kNow + kDayNs);
    std::filesystem::copy_file(
        folder.path() / "about.before",
        about,
        std::filesystem::copy_options::overwrite_existing
    );
    STRCMP_EQUAL("192.0.2.0/24 ", now_is().c_str());
}

TEST(ListStore, OldCopiesGoAndTheOneBeforeStays) {
    for (const char* text :
         {"192.0.2.1\n", "192.0.2.1\n192.0.2.2\n", "192.0.2.1\n192.0.2.2\n192.0.2.3\n"}) {
        take(text);
    }
    size_t n_copies = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(store.folder())) {
        n_copies += entry.path().filename().string().starts_with("copy-") ? size_t{1} : 0;
    }
    LONGS_EQUAL(2, n_copies);
    const auto copy = copy_of(store, section);
    STRCMP_EQUAL(
        "192.0.2.1\n192.0.2.2\n",
        store.read(copy_key(section), copy->previous_hash)->text.c_str()
    );
}

TEST(ListStore, FoldersOfNobodyGo) {
    take("192.0.2.0/24\n");
    const auto now = std::filesystem::file_time_type::clock::now();
    store.keep_only({copy_key(section)}, now + std::chrono::hours(1));
    STRCMP_EQUAL("192.0.2.0/24 ", now_is().c_str());
    store.keep_only({}, now - std::chrono::hours(1));
    STRCMP_EQUAL("192.0.2.0/24 ", now_is().c_str());
    store.keep_only({}, now + std::chrono::hours(1));
    STRCMP_EQUAL("there is no copy of it", now_is().c_str());
}

TEST(ListStore, NamesAreNoPaths) {
    section.name.value = "../../etc/passwd\n" + std::string(size_t{120}, '/');
    take("192.0.2.0/24\n");
    STRCMP_EQUAL("192.0.2.0/24 ", now_is().c_str());
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        STRCMP_EQUAL("list-copies", entry.path().filename().c_str());
    }
}

TEST(ListStore, TheClientIdStays) {
    const auto id = store.client_request_id();
    CHECK_TRUE(id.has_value());
    LONGS_EQUAL(36, id->size());
    LONGS_EQUAL('4', (*id)[14]);
    STRCMP_EQUAL(id->c_str(), ListStore(store.folder()).client_request_id()->c_str());
}

TEST(ListStore, SignedListsNeedTheirSignature) {
    auto random = egret::crypto::Random::system();
    const auto key = egret::crypto::SigningKey::generate(random);
    section.signed_by = {key.public_key().text(), {1, 1}};
    ListText given;
    given.text = "192.0.2.0/24\n";
    const auto take_given = [&] {
        const auto taken = take_copy(store, section, given, {kNow, false});
        return taken ? entries_of(taken->list) : taken.error();
    };
    STRCMP_EQUAL(
        ("is not signed: put the signature of key " + key.public_key().id.text() +
         " beside it, as https://lists.contoso.example/idp.txt.minisig")
            .c_str(),
        take_given().c_str()
    );
    const auto sign = [&](const std::string& text) {
        return key.sign(std::as_bytes(std::span(text)), "list")->file_text("signature");
    };
    given.signature = sign("198.51.100.0/24\n");
    CHECK_TRUE(take_given().starts_with("its signature: "));
    given.signature = sign(given.text);
    STRCMP_EQUAL("192.0.2.0/24 ", take_given().c_str());
    // It is looked at again whenever the copy is.
    STRCMP_EQUAL("192.0.2.0/24 ", now_is().c_str());
    std::filesystem::remove(only_file("copy-" + list_hash(given.text) + ".minisig"));
    CHECK_TRUE(now_is().starts_with("is not signed"));
}
