// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/finding.hpp"
#include "control/locations/location_book.hpp"
#include "control/policy/presented.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// What the identity provider would refuse, and what it would take and then not do as hoped: rows
/// B5 to B8, B17, B29, B30 of the domain page, and 4.3 about shared addresses.
namespace egret::control {

/// Whose limits: those of the article of 2018, or today's.
enum class LimitProfile : uint8_t { of_2018, today };

/// Addresses other tenants leave from too: to trust them is to trust strangers.
struct SharedRange {
    std::string owner;
    api::Prefix range;
};

struct LocationCheck {
    LimitProfile profile = LimitProfile::today;
    std::vector<SharedRange> shared;   ///< besides those Egret knows
    std::vector<PresentedSite> sites;  ///< whose families are looked at; may be empty
};

inline constexpr size_t kMaxLocations = 195;
inline constexpr size_t kMaxRangesOfLocation = 2000;
inline constexpr size_t kMaxMfaRanges = 50;
inline constexpr size_t kMaxCaeRanges = 5000;
inline constexpr size_t kMaxLocations2018 = 90;
inline constexpr size_t kMaxRanges2018 = 1200;
inline constexpr uint8_t kShortestPrefix = 9;

/// Says everything about `book`: errors are refused by the identity provider or open a hole,
/// warnings work and may surprise. Cost: linear in ranges, plus a search per site and location.
void check_locations(const LocationBook& book, const LocationCheck& check, Findings& findings);

// Its parts.
void check_limits(const LocationBook& book, LimitProfile profile, Findings& findings);
void check_ranges(const LocationBook& book, Findings& findings);
void check_shared(const LocationBook& book, const LocationCheck& check, Findings& findings);
void check_cae(const LocationBook& book, Findings& findings);
void check_families(const LocationBook& book, const LocationCheck& check, Findings& findings);

/// A location marked as trusted cannot be deleted until the mark is taken away (B11): an error for each of
/// `before` that is gone in `after`. One that goes on trusted under another name with the same addresses is
/// renamed, which is a note. Cost: sorts all ranges where one is gone.
using Locations = std::vector<LocationSection>;
void check_deletions(const Locations& before, const Locations& after, Findings& findings);

/// Published ranges of secure access edges whose addresses many tenants share.
[[nodiscard]] std::vector<SharedRange> published_shared_ranges();

}  // namespace egret::control
