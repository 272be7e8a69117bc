// SPDX-License-Identifier: Apache-2.0
#include "control/locations/compile_locations.hpp"

#include "control/config/plain_address.hpp"
#include "control/locations/aggregate.hpp"
#include "control/policy/presented.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>

namespace egret::control {
namespace {

using api::Prefix;
using Ranges = std::vector<Prefix>;

struct Capacity {
    size_t locations;
    size_t ranges_of_one;
    size_t ranges;
};

Capacity capacity_of(const LocationPlan& plan) {
    Capacity capacity{kMaxLocations, kMaxRangesOfLocation, kMaxLocations * kMaxRangesOfLocation};
    if (plan.profile == LimitProfile::of_2018) {
        capacity = plan.is_per_site ? Capacity{kMaxLocations2018, 1, kMaxLocations2018}
                                    : Capacity{1, kMaxRanges2018, kMaxRanges2018};
    }
    if (plan.max_ranges != 0) {
        capacity.ranges = std::min(capacity.ranges, plan.max_ranges);
    }
    return capacity;
}

/// Sites by name, so that their order does not matter.
std::map<std::string, Ranges> by_name(const std::vector<FleetSite>& sites) {
    std::map<std::string, Ranges> merged;
    for (const FleetSite& site : sites) {
        Ranges& ranges = merged[site.name];
        for (const Prefix& address : site.addresses) {
            ranges.push_back(plain(address));
        }
    }
    return merged;
}

std::string complaint_about(const std::map<std::string, Ranges>& sites) {
    for (const auto& [name, ranges] : sites) {
        LocationBook book;
        LocationSection& location = book.locations.emplace_back();
        location.name.value = name;
        for (const Prefix& range : ranges) {
            location.ranges.add(range);
        }
        location.ranges.finish();
        Findings findings("");
        check_ranges(book, findings);
        for (const Finding& finding : findings.all()) {
            if (finding.severity == Severity::error) {
                return "site " + finding.message;
            }
        }
    }
    return {};
}

/// Halves may have met in a prefix that is too short to be taken.
void add_taken(const Prefix& prefix, Ranges& ranges) {
    if (prefix.length >= kShortestPrefix) {
        ranges.push_back(prefix);
        return;
    }
    Prefix half{prefix.address, static_cast<uint8_t>(prefix.length + 1)};
    add_taken(half, ranges);
    const size_t byte = prefix.length / 8;
    half.address.bytes[byte] =
        static_cast<uint8_t>(half.address.bytes[byte] | 0x80U >> (prefix.length % 8));
    add_taken(half, ranges);
}

/// The ranges of one location or pool, at most `limit` of them.
tl::expected<Ranges, std::string> fit(
    const std::string& name,
    const Ranges& ranges,
    size_t limit,
    const LocationPlan& plan,
    CompiledLocations& compiled
) {
    Ranges taken;
    for (const Prefix& prefix : aggregated(ranges)) {
        add_taken(prefix, taken);
    }
    if (taken.size() <= limit) {
        return taken;
    }
    if (!plan.may_widen) {
        return tl::unexpected(fmt::format(
            "\"{}\" needs {} ranges and {} are taken: --allow-widening takes in addresses that no "
            "site has",
            name,
            taken.size(),
            limit
        ));
    }
    Widened wide = widened(taken, limit);
    if (wide.prefixes.size() > limit) {
        return tl::unexpected(fmt::format(
            "\"{}\" needs {} ranges even when widened, and {} are taken",
            name,
            wide.prefixes.size(),
            limit
        ));
    }
    compiled.n_added_ipv4 += wide.n_added_ipv4;
    compiled.n_added_ipv6 += wide.n_added_ipv6;
    return std::move(wide.prefixes);
}

void add_location(
    const std::string& name,
    Ranges::const_iterator begin,
    Ranges::const_iterator end,
    const LocationPlan& plan,
    LocationBook& book
) {
    LocationSection& location = book.locations.emplace_back();
    location.name.value = name;
    location.trusted.value = plan.is_trusted;
    std::for_each(begin, end, [&](const Prefix& range) { location.ranges.add(range); });
    location.ranges.finish();
}

/// One location, or several of the largest size.
void add_pool(const Ranges& ranges, const LocationPlan& plan, size_t size, LocationBook& book) {
    for (size_t first = 0; first < ranges.size(); first += size) {
        const size_t last = std::min(first + size, ranges.size());
        const std::string name =
            ranges.size() <= size ? plan.name : fmt::format("{} {}", plan.name, first / size + 1);
        add_location(
            name,
            ranges.begin() + static_cast<std::ptrdiff_t>(first),
            ranges.begin() + static_cast<std::ptrdiff_t>(last),
            plan,
            book
        );
    }
}

std::string fill_pool(
    const std::map<std::string, Ranges>& sites,
    const LocationPlan& plan,
    CompiledLocations& compiled
) {
    Ranges all;
    for (const auto& [name, ranges] : sites) {
        all.insert(all.end(), ranges.begin(), ranges.end());
    }
    const Capacity capacity = capacity_of(plan);
    const auto taken = fit(plan.name, all, capacity.ranges, plan, compiled);
    if (!taken) {
        return taken.error();
    }
    compiled.n_after = taken->size();
    add_pool(*taken, plan, capacity.ranges_of_one, compiled.book);
    return {};
}

std::string fill_per_site(
    const std::map<std::string, Ranges>& sites,
    const LocationPlan& plan,
    CompiledLocations& compiled
) {
    const Capacity capacity = capacity_of(plan);
    if (sites.size() > capacity.locations) {
        return fmt::format(
            "{} sites are more than the {} locations that are taken: leave --per-site away",
            sites.size(),
            capacity.locations
        );
    }
    for (const auto& [name, ranges] : sites) {
        const auto taken = fit(name, ranges, capacity.ranges_of_one, plan, compiled);
        if (!taken) {
            return taken.error();
        }
        compiled.n_after += taken->size();
        add_location(name, taken->begin(), taken->end(), plan, compiled.book);
    }
    return {};
}

}  // namespace

std::vector<FleetSite> fleet_sites(const Config& config) {
    std::vector<FleetSite> sites;
    if (*config.node.role == api::Role::edge) {
        for (const PresentedSite& site : presented_sites(config)) {
            sites.push_back({site.site, site.addresses});
        }
        return sites;
    }
    FleetSite own{*config.node.site, presented_by(config, config.egress).addresses};
    for (const UplinkSection& uplink : config.uplinks) {
        const auto addresses = presented_by(config, uplink.egress).addresses;
        own.addresses.insert(own.addresses.end(), addresses.begin(), addresses.end());
    }
    return {own};
}

tl::expected<CompiledLocations, std::string>
compile_locations(const std::vector<FleetSite>& sites, const LocationPlan& plan) {
    const std::map<std::string, Ranges> merged = by_name(sites);
    CompiledLocations compiled;
    for (const auto& [name, ranges] : merged) {
        compiled.n_before += ranges.size();
    }
    if (compiled.n_before == 0) {
        return tl::unexpected(std::string("no site has an egress address"));
    }
    std::string complaint = complaint_about(merged);
    if (complaint.empty()) {
        complaint = plan.is_per_site ? fill_per_site(merged, plan, compiled)
                                     : fill_pool(merged, plan, compiled);
    }
    if (!complaint.empty()) {
        return tl::unexpected(std::move(complaint));
    }
    return compiled;
}

}  // namespace egret::control
