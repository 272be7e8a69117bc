// SPDX-License-Identifier: Apache-2.0
// Prefixes as sets of addresses, and what a list may lose: held against addresses counted one by one.
#include "control/lists/prefix_set.hpp"

#include "control/lists/apply_minus.hpp"
#include "control/lists/shrink_guard.hpp"
#include "control_fixture.hpp"

#include <bitset>
#include <random>

#include <CppUTest/TestHarness.h>

using namespace egret::control;
using namespace egret::test;
namespace api = egret::api;

namespace {

/// The addresses of 10.0.0.0/24, in which the properties are counted out.
using Block = std::bitset<256>;

api::Prefix in_block(uint8_t last, uint8_t length) {
    api::Prefix prefix = api::parse_prefix("10.0.0.0/32").value();
    prefix.address.bytes[3] = last;
    prefix.length = length;
    return api::masked(prefix);
}

std::vector<api::Prefix> random_prefixes(std::mt19937_64& random) {
    std::vector<api::Prefix> prefixes(random() % 12);
    for (api::Prefix& prefix : prefixes) {
        prefix = in_block(static_cast<uint8_t>(random()), static_cast<uint8_t>(25 + random() % 8));
    }
    return prefixes;
}

Block counted(const std::vector<api::Prefix>& prefixes) {
    Block block;
    for (size_t last = 0; last < block.size(); ++last) {
        for (const api::Prefix& prefix : prefixes) {
            block[last] =
                block[last] || api::covers(prefix, in_block(static_cast<uint8_t>(last), 32));
        }
    }
    return block;
}

List list_of(const std::vector<std::string>& entries) {
    List list;
    list.ports.emplace_back();
    list.parts.emplace_back();
    for (const std::string& entry : entries) {
        if (const auto prefix = api::parse_prefix(entry)) {
            list.prefixes.push_back({*prefix});
        } else {
            list.domains.push_back({entry});
        }
    }
    return list;
}

std::string shrinks(
    const std::vector<std::string>& before,
    const std::vector<std::string>& after,
    double max_shrink = 0.3
) {
    return shrink_complaint(list_of(before), list_of(after), max_shrink);
}

}  // namespace

TEST_GROUP(PrefixSet)
{};

TEST(PrefixSet, TheSameAddressesGiveTheSamePrefixes) {
    std::mt19937_64 random(5);
    for (int round = 0; round < 300; ++round) {
        std::vector<api::Prefix> prefixes = random_prefixes(random);
        const PrefixSet set(prefixes);
        CHECK_TRUE(counted(set.prefixes()) == counted(prefixes));
        DOUBLES_EQUAL(
            static_cast<double>(counted(prefixes).count()),
            set.size(api::Family::ipv4),
            0
        );
        // Once more out of single addresses, in another order.
        std::vector<api::Prefix> singles;
        const Block block = counted(prefixes);
        for (size_t last = block.size(); last-- > 0;) {
            if (block[last]) {
                singles.push_back(in_block(static_cast<uint8_t>(last), 32));
            }
        }
        CHECK_TRUE(PrefixSet(singles).prefixes() == set.prefixes());
    }
}

TEST(PrefixSet, WhatTwoHaveInCommonAndWhatIsMissing) {
    std::mt19937_64 random(6);
    for (int round = 0; round < 300; ++round) {
        const std::vector<api::Prefix> a = random_prefixes(random);
        const std::vector<api::Prefix> b = random_prefixes(random);
        const PrefixSet set(b);
        const Block both = counted(a) & counted(b);
        DOUBLES_EQUAL(
            static_cast<double>(both.count()),
            PrefixSet(a).common(set, api::Family::ipv4),
            0
        );
        for (const api::Prefix& prefix : a) {
            const Block missing = counted({prefix}) & ~counted(b);
            CHECK_TRUE(counted(set.missing_from(prefix)) == missing);
            CHECK_EQUAL(missing.none(), set.covers(prefix));
        }
    }
}

TEST(PrefixSet, FamiliesStayApart) {
    const PrefixSet set({*api::parse_prefix("0.0.0.0/1"), *api::parse_prefix("::/1")});
    LONGS_EQUAL(2, set.prefixes().size());
    CHECK_FALSE(set.covers(*api::parse_prefix("128.0.0.0/1")));
    CHECK_TRUE(set.covers(*api::parse_prefix("2001:db8::/32")));
}

TEST_GROUP(ShrinkGuard)
{};

TEST(ShrinkGuard, LosingMoreThanAPartIsRefused) {
    const std::vector<std::string> ten = {
        "a.example",
        "b.example",
        "c.example",
        "d.example",
        "e.example",
        "f.example",
        "g.example",
        "h.example",
        "i.example",
        "j.example"};
    std::vector<std::string> seven(ten.begin(), ten.begin() + 7);
    STRCMP_EQUAL("", shrinks(ten, seven).c_str());
    std::vector<std::string> six(ten.begin(), ten.begin() + 6);
    // What is new does not make up for it.
    six.insert(six.end(), {"x.example", "y.example", "z.example", "192.0.2.0/24"});
    STRCMP_EQUAL(
        "loses 40 % of its entries, more than max_shrink = 0.3 allows (egret lists update --force "
        "takes it)",
        shrinks(ten, six).c_str()
    );
    STRCMP_EQUAL("", shrinks(ten, {"x.example"}, 1).c_str());
}

TEST(ShrinkGuard, AddressesCountBesideEntries) {
    STRCMP_EQUAL(
        "loses 100 % of its IPv4 addresses, more than max_shrink = 0.3 allows (egret lists update "
        "--force takes it)",
        shrinks(
            {"10.0.0.0/8", "a.example", "b.example", "c.example"},
            {"a.example", "b.example", "c.example"}
        )
            .c_str()
    );
    STRCMP_EQUAL(
        "loses 75 % of its IPv6 addresses, more than max_shrink = 0.5 allows (egret lists update "
        "--force takes it)",
        shrinks({"2001:db8::/32", "a.example"}, {"2001:db8::/34", "a.example"}, 0.5).c_str()
    );
}

TEST(ShrinkGuard, OtherPrefixesOfTheSameAddressesAreNoLoss) {
    STRCMP_EQUAL("", shrinks({"10.0.0.0/9", "10.128.0.0/9"}, {"10.0.0.0/8"}, 0).c_str());
    STRCMP_EQUAL("", shrinks({"10.0.0.0/8"}, {"10.128.0.0/9", "10.0.0.0/9"}, 0).c_str());
}

TEST(ShrinkGuard, NothingGrowsIntoAComplaint) {
    std::mt19937_64 random(7);
    for (int round = 0; round < 200; ++round) {
        std::vector<std::string> before;
        for (const api::Prefix& prefix : random_prefixes(random)) {
            before.push_back(api::to_text(prefix));
        }
        std::vector<std::string> after = before;
        for (const api::Prefix& prefix : random_prefixes(random)) {
            after.push_back(api::to_text(prefix));
        }
        std::shuffle(after.begin(), after.end(), random);
        STRCMP_EQUAL("", shrinks(before, after, 0).c_str());
    }
}

TEST_GROUP(ListMinus)
{};

TEST(ListMinus, GoogleWithoutItsCloud) {
    const auto goog = shared_text("lists/google_goog.json");
    const auto cloud = shared_text("lists/google_cloud.json");
    if (!goog || !cloud) {
        return;
    }
    const TempFolder folder;
    folder.write("goog.json", *goog);
    // The published subset and one network of Google's own range, which is split by it.
    folder.write("cloud.json", with(*cloud, "\"34.80.0.0/15\"", "\"34.1.0.0/16\""));
    const Generation generation = compiled(
        folder,
        with(
            kBranch,
            "prefixes = [\"192.0.2.0/24\"]\n",
            "format = \"google\"\nsource = \"file:goog.json\"\nminus = [\"cloud\"]\n"
            "[[list]]\nname = \"cloud\"\nformat = \"google\"\nsource = \"file:cloud.json\"\n"
        )
    );
    const PrefixSet left([&] {
        std::vector<api::Prefix> prefixes;
        for (const PrefixEntry& entry : generation.lists[0].prefixes) {
            prefixes.push_back(entry.prefix);
        }
        return prefixes;
    }());
    CHECK_TRUE(left.covers(*api::parse_prefix("34.0.0.0/16")));
    CHECK_FALSE(left.covers(*api::parse_prefix("34.1.2.3/32")));
    CHECK_TRUE(left.covers(*api::parse_prefix("34.2.0.0/16")));
}

TEST(ListMinus, NothingLeftIsAnError) {
    const TempFolder folder;
    check_lines(
        {"t.toml:27:10: list.minus: leaves nothing of the list"},
        findings_in(
            folder,
            with(
                kBranch,
                "prefixes = [\"192.0.2.0/24\"]\n",
                "prefixes = [\"192.0.2.0/24\"]\nminus = [\"more\"]\n[[list]]\nname = \"more\"\n"
                "prefixes = [\"192.0.0.0/16\"]\n"
            )
        )
    );
}

TEST(ListMinus, ReferencesAreChecked) {
    const auto with_minus = [](const std::string& minus) {
        return with(
            kBranch,
            "prefixes = [\"192.0.2.0/24\"]\n",
            "prefixes = [\"192.0.2.0/24\"]\nminus = [\"" + minus +
                "\"]\n[[list]]\nname = \"more\"\nprefixes = [\"192.0.2.0/25\"]\nminus = "
                "[\"idp\"]\n"
        );
    };
    const std::string other =
        "t.toml:31:10: list.minus: list \"idp\" has a minus of its own; name a plain list";
    check_lines(
        {"t.toml:27:10: list.minus: no list \"mor\" (did you mean \"more\"?)", other},
        findings_of(with_minus("mor"))
    );
    check_lines(
        {"t.toml:27:10: list.minus: a list minus itself is empty", other},
        findings_of(with_minus("idp"))
    );
    check_lines(
        {"t.toml:27:10: list.minus: list \"more\" has a minus of its own; name a plain list",
         other},
        findings_of(with_minus("more"))
    );
}
