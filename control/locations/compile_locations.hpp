// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"
#include "control/locations/check_locations.hpp"
#include "control/locations/location_book.hpp"

#include <string>
#include <tl/expected.hpp>
#include <vector>

/// From a fleet's egress addresses to named locations that the identity provider takes.
namespace egret::control {

struct FleetSite {
    std::string name;
    std::vector<api::Prefix> addresses;
};

/// The sites of one configuration with all their egress addresses, those of every uplink included.
[[nodiscard]] std::vector<FleetSite> fleet_sites(const Config& config);

struct LocationPlan {
    LimitProfile profile = LimitProfile::today;
    std::string name = "Egret sites";  ///< of the one location, or with a number behind
    bool is_per_site = false;          ///< one location per site, named like it
    bool is_trusted = false;
    bool may_widen = false;  ///< take in addresses that no site has, where it does not fit else
    size_t max_ranges = 0;   ///< in all; 0: as many as the profile takes
};

struct CompiledLocations {
    LocationBook book;
    size_t n_before = 0;  ///< prefixes as given
    size_t n_after = 0;
    double n_added_ipv4 = 0;  ///< addresses that no site has
    double n_added_ipv6 = 0;  ///< the same in /48
};

/// Aggregates exactly, and widens only where `may_widen`. Error: one sentence, where it does not
/// fit or an address is not public. The result does not depend on the order of the sites.
[[nodiscard]] tl::expected<CompiledLocations, std::string>
compile_locations(const std::vector<FleetSite>& sites, const LocationPlan& plan);

}  // namespace egret::control
