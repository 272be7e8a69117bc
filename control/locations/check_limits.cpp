// SPDX-License-Identifier: Apache-2.0
// Counts: B5 in both versions, B17, B29.
#include "control/config/special_locations.hpp"
#include "control/locations/check_locations.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <string_view>

namespace egret::control {
namespace {

void check_count(
    const std::string& what,
    size_t count,
    size_t limit,
    SourceLocation at,
    std::string_view key,
    Findings& findings
) {
    if (count > limit) {
        findings.error(at, key, fmt::format("{}: {} is above the limit of {}", what, count, limit));
    }
}

void check_today(const LocationBook& book, Findings& findings) {
    check_count("named locations", book.locations.size(), kMaxLocations, {}, "location", findings);
    for (const LocationSection& location : book.locations) {
        check_count(
            fmt::format("ranges of \"{}\"", *location.name),
            location.ranges.size(),
            kMaxRangesOfLocation,
            location.name.at,
            "location.ranges",
            findings
        );
    }
}

/// The article knows two shapes, because the size of one directory object is what is limited.
void check_2018(const LocationBook& book, Findings& findings) {
    size_t n_ranges = 0;
    bool has_ipv6 = false;
    for (const LocationSection& location : book.locations) {
        n_ranges += location.ranges.size();
        has_ipv6 = has_ipv6 || location.ranges.n_ipv6() != 0;
    }
    const size_t n_locations = book.locations.size();
    check_count("named locations (2018)", n_locations, kMaxLocations2018, {}, "location", findings);
    check_count("ranges (2018)", n_ranges, kMaxRanges2018, {}, "location.ranges", findings);
    const bool is_mixed = n_locations > 1 && n_ranges > n_locations;
    if (is_mixed && n_locations <= kMaxLocations2018 && n_ranges <= kMaxRanges2018) {
        findings.warning(
            {},
            "location",
            fmt::format(
                "{} locations with {} ranges: 2018 promises one location of {} ranges or {} of one "
                "range, and nothing in between",
                n_locations,
                n_ranges,
                kMaxRanges2018,
                kMaxLocations2018
            )
        );
    }
    if (has_ipv6) {
        findings.warning({}, "location.ranges", "the article of 2018 knows no IPv6 ranges");
    }
}

/// Names the enabled policies use; `AllTrusted` stands for every trusted location.
std::set<std::string_view> names_in_use(const LocationBook& book) {
    std::set<std::string_view> names;
    for (const PolicySection& policy : book.policies) {
        if (*policy.state != PolicyState::enabled) {
            continue;
        }
        for (const auto* list : {&policy.include_locations, &policy.exclude_locations}) {
            for (const Located<std::string>& name : *list) {
                names.insert(*name);
            }
        }
    }
    return names;
}

bool is_in_use(const LocationSection& location, const std::set<std::string_view>& names) {
    return names.contains(*location.name) || (*location.trusted && names.contains(kAllTrusted));
}

/// Without policies every location may come to be in one.
size_t n_cae_ranges(const LocationBook& book) {
    const std::set<std::string_view> names = names_in_use(book);
    size_t n_ranges = 0;
    for (const LocationSection& location : book.locations) {
        if (book.policies.empty() || is_in_use(location, names)) {
            n_ranges += location.ranges.size();
        }
    }
    return n_ranges;
}

}  // namespace

void check_limits(const LocationBook& book, LimitProfile profile, Findings& findings) {
    if (profile == LimitProfile::today) {
        check_today(book, findings);
    } else {
        check_2018(book, findings);
    }
    check_count(
        "MFA trusted IPs",
        book.mfa_trusted_ips.ranges.size(),
        kMaxMfaRanges,
        {},
        "mfa_trusted_ips.ranges",
        findings
    );
    if (profile == LimitProfile::today && n_cae_ranges(book) > kMaxCaeRanges) {
        findings.error(
            {},
            "policy",
            fmt::format(
                "ranges of locations in policies: {} is above {}, from which on continuous access "
                "evaluation enforces no location (tokens of one hour)",
                n_cae_ranges(book),
                kMaxCaeRanges
            )
        );
    }
}

/// B30: services that check locations themselves know named locations of ranges only.
void check_cae(const LocationBook& book, Findings& findings) {
    const std::set<std::string_view> names = names_in_use(book);
    for (const LocationSection& location : book.locations) {
        if (location.is_by_country() && names.contains(*location.name)) {
            findings.warning(
                location.name.at,
                "location",
                fmt::format(
                    "continuous access evaluation does not see countries: \"{}\" counts at sign-in "
                    "only",
                    *location.name
                )
            );
        }
    }
    const bool uses_mfa = names.contains(kMfaTrustedIps) ||
                          (names.contains(kAllTrusted) && !book.mfa_trusted_ips.ranges.empty());
    if (uses_mfa) {
        findings.warning(
            {},
            "mfa_trusted_ips",
            "continuous access evaluation does not see MFA trusted IPs: make them a trusted named "
            "location"
        );
    }
}

void check_locations(const LocationBook& book, const LocationCheck& check, Findings& findings) {
    check_limits(book, check.profile, findings);
    check_ranges(book, findings);
    check_shared(book, check, findings);
    if (check.profile == LimitProfile::today) {
        check_cae(book, findings);
    }
    check_families(book, check, findings);
}

}  // namespace egret::control
