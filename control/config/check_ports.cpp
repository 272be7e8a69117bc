// SPDX-License-Identifier: Apache-2.0
#include "control/config/cross_check.hpp"
#include "control/config/scope.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

void check_sides(const Config& config, Findings& findings) {
    for (const api::Side side : {api::Side::inside, api::Side::outside}) {
        const bool exists = std::ranges::any_of(config.ports, [&](const PortSection& port) {
            return *port.side == side || !port.side.stated();
        });
        if (!exists) {
            const char* name = side == api::Side::inside ? "inside" : "outside";
            findings.error({1, 1}, "port", fmt::format("no port is on the {} side", name));
        }
    }
}

void check_gateways(const PortSection& port, Findings& findings) {
    std::vector<api::Family> families;
    for (const Located<api::IpAddress>& gateway : port.gateways) {
        if (std::ranges::find(families, gateway->family) != families.end()) {
            findings.error(gateway.at, "port.gateways", "a port has one gateway per family");
        }
        families.push_back(gateway->family);
        const bool is_reachable =
            is_link_local(*gateway) ||
            std::ranges::any_of(port.addresses, [&](const Located<api::Prefix>& own) {
                return api::contains(*own, *gateway);
            });
        if (!is_reachable) {
            findings.error(
                gateway.at,
                "port.gateways",
                fmt::format("{} lies in no network of this port", api::to_text(*gateway))
            );
        }
    }
}

}  // namespace

void check_ports(const Config& config, Findings& findings) {
    check_sides(config, findings);
    for (const PortSection& port : config.ports) {
        check_gateways(port, findings);
    }
}

}  // namespace egret::control
