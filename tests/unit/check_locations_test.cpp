// SPDX-License-Identifier: Apache-2.0
// Limits at their edges, and the lints: domain rows B5 to B8, B11, B17, B29, B30, and 4.3.
#include "locations_fixture.hpp"

#include <CppUTest/TestHarness.h>

using namespace egret;
using namespace egret::control;
using namespace egret::test;

namespace {

LocationBook with_ranges(std::initializer_list<const char*> texts, bool is_trusted = true) {
    LocationBook book;
    fill(add_location(book, "HQ", is_trusted).ranges, texts);
    return book;
}

LocationBook locations(size_t count, size_t n_ranges_each) {
    LocationBook book;
    for (size_t i = 0; i < count; ++i) {
        fill(add_location(book, "L" + std::to_string(i)).ranges, n_ranges_each, i * n_ranges_each);
    }
    return book;
}

void add_policy(LocationBook& book, const char* include, const char* exclude = nullptr) {
    PolicySection& policy = book.policies.emplace_back();
    policy.name.value = "P";
    policy.include_locations.push_back({include, {}});
    if (exclude != nullptr) {
        policy.exclude_locations.push_back({exclude, {}});
    }
}

std::vector<std::string> in_2018(const LocationBook& book) {
    return checked(book, {.profile = LimitProfile::of_2018, .shared = {}, .sites = {}});
}

}  // namespace

TEST_GROUP(CheckLocations)
{};

TEST(CheckLocations, B5_195LocationsAndNotOneMore) {
    check_lines({}, checked(locations(195, 1)));
    check_lines(
        {"t: location: named locations: 196 is above the limit of 195"},
        checked(locations(196, 1))
    );
}

TEST(CheckLocations, B5_2000RangesAndNotOneMore) {
    check_lines({}, checked(locations(1, 2000)));
    check_lines(
        {"t: location.ranges: ranges of \"L0\": 2001 is above the limit of 2000"},
        checked(locations(1, 2001))
    );
}

TEST(CheckLocations, B5_2018TakesOneLocationOf1200Ranges) {
    check_lines({}, in_2018(locations(1, 1200)));
    check_lines(
        {"t: location.ranges: ranges (2018): 1201 is above the limit of 1200"},
        in_2018(locations(1, 1201))
    );
}

TEST(CheckLocations, B5_2018Takes90LocationsOfOneRange) {
    check_lines({}, in_2018(locations(90, 1)));
    check_lines(
        {"t: location: named locations (2018): 91 is above the limit of 90"},
        in_2018(locations(91, 1))
    );
    check_lines(
        {"t: warning: location: 2 locations with 6 ranges: 2018 promises one location of 1200 "
         "ranges or 90 of one range, and nothing in between"},
        in_2018(locations(2, 3))
    );
}

TEST(CheckLocations, B6_OnlyLongerThan8) {
    check_lines({}, checked(with_ranges({"20.0.0.0/9"})));
    check_lines(
        {"t: location.ranges: \"HQ\": 20.0.0.0/8: only prefixes longer than /8 are taken"},
        checked(with_ranges({"20.0.0.0/8"}))
    );
    check_lines(
        {"t: location.ranges: \"HQ\": 2000::/3: only prefixes longer than /8 are taken"},
        checked(with_ranges({"2000::/3"}))
    );
    LocationBook world = with_ranges({"0.0.0.0/0"}, false);
    STRCMP_CONTAINS("0.0.0.0/0: only prefixes longer than /8", checked(world).front().c_str());
}

TEST(CheckLocations, B7_OnlyPublicRanges) {
    for (const char* range :
         {"10.1.0.0/16",
          "172.16.9.0/24",
          "192.168.1.0/24",
          "100.64.0.0/24",
          "127.0.0.1/32",
          "169.254.1.0/24",
          "224.0.0.0/24",
          "fd00::/16",
          "fe80::/64",
          "::1"}) {
        const auto lines = checked(with_ranges({range}));
        LONGS_EQUAL(1, lines.size());
        STRCMP_CONTAINS("only public ranges are taken", lines[0].c_str());
    }
    check_lines({}, checked(with_ranges({"172.32.0.0/24", "100.128.0.0/24", "2001:db8::/48"})));
}

TEST(CheckLocations, B8_ASiteWithIpv6NeedsItListed) {
    const LocationBook book = with_ranges({"203.0.113.0/29"});
    const auto prefix = [](const char* text) { return api::parse_prefix(text).value(); };
    LocationCheck check;
    check.sites = {{"lyon", "", {prefix("203.0.113.7"), prefix("2001:db8:42::/48")}, false}};
    check_lines(
        {"t: warning: location.ranges: site \"lyon\" is in \"HQ\" over IPv4 only: its "
         "2001:db8:42::/48 is in no location, and users seen from it lose what the location gives "
         "them; list it too, or keep clients to IPv4 with family = \"ipv4\" in the branch's "
         "rules"},
        checked(book, check)
    );
    check_lines({}, checked(with_ranges({"203.0.113.0/29", "2001:db8:42::/48"}), check));
}

TEST(CheckLocations, B17_50MfaRangesOfIpv4) {
    LocationBook book;
    fill(book.mfa_trusted_ips.ranges, 50);
    check_lines({}, checked(book));
    fill(book.mfa_trusted_ips.ranges, 1, 50);
    check_lines(
        {"t: mfa_trusted_ips.ranges: MFA trusted IPs: 51 is above the limit of 50"},
        checked(book)
    );
    LocationBook ipv6;
    fill(ipv6.mfa_trusted_ips.ranges, {"2001:db8::/48"});
    check_lines(
        {"t: mfa_trusted_ips.ranges: 2001:db8::/48: only IPv4 ranges are taken"},
        checked(ipv6)
    );
}

TEST(CheckLocations, B29_5000RangesInPolicies) {
    LocationBook book = locations(5, 1000);
    check_lines({}, checked(book));
    fill(add_location(book, "One more").ranges, {"203.0.113.7"});
    const char* const message =
        "t: policy: ranges of locations in policies: 5001 is above 5000, from which on continuous "
        "access evaluation enforces no location (tokens of one hour)";
    check_lines({message}, checked(book));
    add_policy(book, "All", "L0");
    check_lines({}, checked(book));
    for (LocationSection& location : book.locations) {
        location.trusted.value = true;
    }
    add_policy(book, "All", "AllTrusted");
    check_lines({message}, checked(book));
    book.policies[1].state.value = PolicyState::report_only;
    check_lines({}, checked(book));
}

TEST(CheckLocations, B30_ServicesSeeNamedRangesOnly) {
    LocationBook book = with_ranges({"203.0.113.0/29"});
    add_location(book, "France").countries.push_back({"FR", {}});
    fill(book.mfa_trusted_ips.ranges, {"192.0.2.0/24"});
    check_lines({}, checked(book));
    add_policy(book, "France", "AllTrusted");
    check_lines(
        {"t: warning: location: continuous access evaluation does not see countries: \"France\" "
         "counts at sign-in only",
         "t: warning: mfa_trusted_ips: continuous access evaluation does not see MFA trusted IPs: "
         "make them a trusted named location"},
        checked(book)
    );
}

TEST(CheckLocations, SharedAddressesAreNotTrusted)  // 4.3
{
    check_lines(
        {"t: location.ranges: \"HQ\": 151.206.8.0/24 overlaps 151.206.0.0/16 of Global Secure "
         "Access, which other tenants leave from too: to trust it is to trust them"},
        checked(with_ranges({"151.206.8.0/24"}))
    );
    check_lines(
        {"t: warning: location.ranges: \"HQ\": 165.225.0.0/16 overlaps 165.225.0.0/17 of Zscaler, "
         "which other tenants leave from too",
         "t: warning: location.ranges: \"HQ\": 165.225.0.0/16 overlaps 165.225.192.0/18 of "
         "Zscaler, "
         "which other tenants leave from too"},
        checked(with_ranges({"165.225.0.0/16"}, false))
    );
    LocationCheck check;
    check.shared = {{"mine.txt", api::parse_prefix("203.0.113.0/24").value()}};
    STRCMP_CONTAINS("of mine.txt", checked(with_ranges({"203.0.113.7"}), check).front().c_str());
}

TEST(CheckLocations, DuplicatesAndOverlaps) {
    LocationBook book = with_ranges({"203.0.113.0/24", "203.0.113.0/24", "203.0.113.128/25"});
    fill(add_location(book, "Guests").ranges, {"203.0.113.64/26"});
    check_lines(
        {"t: warning: location.ranges: \"HQ\": 203.0.113.0/24 is there twice",
         "t: warning: location.ranges: \"HQ\": 203.0.113.128/25 lies in 203.0.113.0/24",
         "t: warning: location.ranges: \"Guests\": 203.0.113.64/26 overlaps the trusted location "
         "\"HQ\""},
        checked(book)
    );
}

TEST(CheckLocations, B11_ATrustedLocationIsNotDeleted) {
    const LocationBook before = with_ranges({"203.0.113.0/29"});
    const auto deletions = [&](const LocationBook& after) {
        Findings findings("t");
        check_deletions(before.locations, after.locations, findings);
        return lines_of(findings);
    };
    check_lines(
        {"t: location: \"HQ\" is trusted and cannot be deleted: set trusted = false, push that, "
         "then "
         "delete it"},
        deletions({})
    );
    LocationBook unmarked = with_ranges({"203.0.113.0/29"}, false);
    check_lines({}, deletions(unmarked));
    Findings findings("t");
    check_deletions(unmarked.locations, {}, findings);
    check_lines({}, lines_of(findings));
    LocationBook renamed = with_ranges({"203.0.113.0/29"});
    renamed.locations[0].name.value = "Head office";
    check_lines(
        {"t: note: location: \"HQ\" is gone, and \"Head office\" is trusted with the same ranges: "
         "taken as its new name"},
        deletions(renamed)
    );
    // However its ranges are written; but not without the mark, nor with others.
    LocationBook halves = with_ranges({"203.0.113.4/30", "203.0.113.0/30"});
    halves.locations[0].name.value = "Head office";
    LONGS_EQUAL(1, deletions(halves).size());
    STRCMP_CONTAINS("taken as its new name", deletions(halves).front().c_str());
    for (LocationBook other :
         {with_ranges({"203.0.113.0/29"}, false), with_ranges({"203.0.113.0/28"})}) {
        other.locations[0].name.value = "Head office";
        STRCMP_CONTAINS("cannot be deleted", deletions(other).front().c_str());
    }
}
