// SPDX-License-Identifier: Apache-2.0
// Ranges of secure access edges from which many tenants leave. They change: `--avoid` takes a list
// that is newer, or of somebody who is not here. Those of Global Secure Access and Netskope are the
// ones Microsoft's coexistence articles name; those of Cisco are the larger ones of its community
// page 4770877 on Umbrella's addresses (2025); those of Zscaler are the aggregates that operators'
// allow lists agree on, made of what config.zscaler.com publishes by data centre.
#include "control/locations/check_locations.hpp"

#include <array>
#include <string_view>

namespace egret::control {
namespace {

struct Published {
    std::string_view owner;
    std::string_view range;
};

constexpr std::string_view kGsa = "Global Secure Access";
constexpr std::string_view kZscaler = "Zscaler";
constexpr std::string_view kNetskope = "Netskope";
constexpr std::string_view kUmbrella = "Cisco Umbrella";

constexpr std::array kPublished{
    Published{kGsa, "150.171.15.0/24"},      Published{kGsa, "150.171.18.0/24"},
    Published{kGsa, "150.171.19.0/24"},      Published{kGsa, "150.171.20.0/24"},
    Published{kGsa, "13.107.232.0/24"},      Published{kGsa, "13.107.233.0/24"},
    Published{kGsa, "151.206.0.0/16"},       Published{kGsa, "6.6.0.0/16"},
    Published{kZscaler, "104.129.192.0/20"}, Published{kZscaler, "136.226.0.0/16"},
    Published{kZscaler, "137.83.128.0/18"},  Published{kZscaler, "147.161.128.0/17"},
    Published{kZscaler, "165.225.0.0/17"},   Published{kZscaler, "165.225.192.0/18"},
    Published{kZscaler, "185.46.212.0/22"},  Published{kNetskope, "163.116.128.0/17"},
    Published{kNetskope, "162.10.0.0/17"},   Published{kUmbrella, "146.112.0.0/16"},
    Published{kUmbrella, "155.190.0.0/16"},  Published{kUmbrella, "151.186.0.0/16"},
};

}  // namespace

std::vector<SharedRange> published_shared_ranges() {
    std::vector<SharedRange> ranges;
    ranges.reserve(kPublished.size());
    for (const Published& one : kPublished) {
        ranges.push_back({std::string(one.owner), api::parse_prefix(one.range).value()});
    }
    return ranges;
}

}  // namespace egret::control
