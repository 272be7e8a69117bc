// SPDX-License-Identifier: Apache-2.0
// What is allowed and yet does not do what one might expect.
#include "control/config/cross_check.hpp"
#include "control/config/scope.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

/// A branch does not translate what goes direct. Before the router the outside address is a LAN
/// address; with a public one nothing behind the port translates, unless the frames already carry
/// the egress address, which is what source carry is for (design section 5).
void warn_untranslated(const Config& config, Findings& findings) {
    const bool all_carry_source =
        *config.tunnel.carry == api::Carry::source ||
        (!config.peers.empty() && std::ranges::all_of(config.peers, [](const PeerSection& peer) {
            return *peer.carry == api::Carry::source;
        }));
    if (!*config.node.bridge || all_carry_source) {
        return;
    }
    for (const PortSection& port : config.ports) {
        for (const Located<api::Prefix>& own : port.addresses) {
            if (*port.side == api::Side::outside && is_public_ipv4(own->address)) {
                findings.warning(
                    own.at,
                    "port.addresses",
                    fmt::format(
                        "{} is public: nothing behind this port translates, so direct packets "
                        "leave "
                        "with their LAN source",
                        api::to_text(own->address)
                    )
                );
            }
        }
    }
}

bool has_tunnel_rule(const Config& config) {
    return std::ranges::any_of(config.rules, [](const RuleSection& rule) {
        return *rule.action == api::Verdict::tunnel;
    });
}

void warn_no_egress(const Config& config, Findings& findings) {
    if (has_tunnel_rule(config) && !config.egress.ipv4.stated() && config.egress.ipv6.empty()) {
        findings.warning(
            {1, 1},
            "egress.addresses",
            "no egress address: every tunnelled flow is dropped"
        );
    }
}

/// Outer packets are sent from the outside ports' own addresses, so each outer family needs one.
void warn_no_outer_address(const Config& config, Findings& findings) {
    for (const PeerSection& peer : config.peers) {
        const api::Family family = peer.endpoint->address.family;
        const bool has_own = std::ranges::any_of(config.ports, [&](const PortSection& port) {
            return *port.side == api::Side::outside &&
                   std::ranges::any_of(port.addresses, [&](const Located<api::Prefix>& own) {
                       return own->address.family == family;
                   });
        });
        if (peer.endpoint.stated() && !has_own) {
            findings.warning(
                peer.endpoint.at,
                "peer.endpoint",
                fmt::format(
                    "no outside port has an IPv{} address to reach it from",
                    family == api::Family::ipv4 ? 4 : 6
                )
            );
        }
    }
}

/// A verdict that comes and goes surprises whoever looks at the other time.
void note_hours(const Config& config, Findings& findings) {
    for (const RuleSection& rule : config.rules) {
        if (!rule.hours.empty()) {
            findings.note(
                rule.hours.front().at,
                "rule.hours",
                fmt::format(
                    "outside of them, by the node's local time, the next rule decides, and without "
                    "one what \"{}\" holds goes direct",
                    *rule.name
                )
            );
        }
    }
}

/// What cannot be evaluated is not wrong: the identity provider has a database of its own.
void warn_no_countries(const Config& config, Findings& findings) {
    if (!config.geo.database->empty()) {
        return;
    }
    for (const LocationSection& location : config.locations) {
        if (location.is_by_country() && *location.country_lookup == CountryLookup::ip) {
            findings.warning(
                location.name.at,
                "location",
                fmt::format(
                    "the countries of \"{}\" cannot be evaluated without [geo] database",
                    *location.name
                )
            );
        }
    }
}

void warn_edge(const Config& config, Findings& findings) {
    if (config.peers.empty()) {
        findings.warning({1, 1}, "peer", "an edge without peers accepts nothing");
    }
    if (config.segments.empty()) {
        findings.warning(
            {1, 1},
            "segment",
            "an edge without segments accepts every destination but its own networks"
        );
    }
    if (!*config.signaling.enabled && config.restore.addresses.empty()) {
        findings.warning(
            config.signaling.enabled.at,
            "signaling.enabled",
            "off presents as \"edge\", and without [restore] addresses every flow is dropped"
        );
    }
}

}  // namespace

void warn_of_effects(const Config& config, Findings& findings) {
    warn_no_outer_address(config, findings);
    warn_no_countries(config, findings);
    if (*config.node.role == api::Role::edge) {
        warn_edge(config, findings);
    } else {
        warn_untranslated(config, findings);
        warn_no_egress(config, findings);
        warn_of_families(config, findings);
        note_hours(config, findings);
    }
}

}  // namespace egret::control
