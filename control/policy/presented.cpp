// SPDX-License-Identifier: Apache-2.0
#include "control/policy/presented.hpp"

#include <algorithm>

namespace egret::control {
namespace {

/// The ways an edge presents some flow: `present` counts where signaling is on.
struct Ways {
    bool origin = false;
    bool pool = false;
};

void add_way(const Config& config, const SegmentSection* segment, Ways& ways) {
    const bool is_on = *config.signaling.enabled && (segment == nullptr || *segment->signaling);
    const api::Present present =
        segment != nullptr && segment->present ? **segment->present : *config.restore.present;
    const bool is_origin = is_on && present == api::Present::origin;
    (is_origin ? ways.origin : ways.pool) = true;
}

Ways ways_of(const Config& edge) {
    Ways ways;
    for (const SegmentSection& segment : edge.segments) {
        add_way(edge, &segment, ways);
    }
    if (edge.segments.empty()) {
        add_way(edge, nullptr, ways);
    }
    return ways;
}

void add(const api::Prefix& address, PresentedSite& site) {
    if (std::ranges::find(site.addresses, address) == site.addresses.end()) {
        site.addresses.push_back(address);
    }
}

void add_pool(const Config& edge, PresentedSite& site) {
    for (const Located<api::IpAddress>& address : edge.restore.addresses) {
        add({*address, address->bits()}, site);
    }
    site.is_unknown = site.is_unknown || edge.restore.addresses.empty();
}

void add_peer(const Config& edge, const PeerSection& peer, Ways ways, PresentedSite& site) {
    site.tenant = *peer.tenant;
    if (ways.origin) {
        for (const Located<api::Prefix>& origin : peer.origins) {
            add(*origin, site);
        }
    }
    if (ways.pool) {
        add_pool(edge, site);
    }
}

/// Without a tunnel rule nothing says no.
bool lets_through(const Config& branch, api::Family family) {
    bool has_tunnel = false;
    for (const RuleSection& rule : branch.rules) {
        const bool is_tunnel = *rule.action == api::Verdict::tunnel;
        if (is_tunnel && (*rule.family == api::Family::none || *rule.family == family)) {
            return true;
        }
        has_tunnel = has_tunnel || is_tunnel;
    }
    return !has_tunnel;
}

}  // namespace

PresentedSite presented_by(const Config& branch, const EgressSection& egress) {
    PresentedSite site{*branch.node.site, *branch.node.tenant, {}, false};
    for (const Located<api::Prefix>& address : egress.addresses) {
        add(*address, site);
    }
    site.is_unknown = site.addresses.empty();
    return site;
}

PresentedSite tunnelled_by(const Config& branch, const EgressSection& egress) {
    PresentedSite site = presented_by(branch, egress);
    std::erase_if(site.addresses, [&](const api::Prefix& address) {
        return !lets_through(branch, address.address.family);
    });
    return site;
}

std::vector<PresentedSite> presented_sites(const Config& config) {
    if (*config.node.role == api::Role::branch) {
        PresentedSite own = tunnelled_by(config, config.egress);
        if (!*config.signaling.enabled) {
            own.addresses.clear();
            own.is_unknown = true;
        }
        return {own};
    }
    const Ways ways = ways_of(config);
    std::vector<PresentedSite> sites;
    for (const PeerSection& peer : config.peers) {
        auto site = std::ranges::find(sites, *peer.site, &PresentedSite::site);
        if (site == sites.end()) {
            site = sites.insert(sites.end(), {*peer.site, {}, {}, false});
        }
        add_peer(config, peer, ways, *site);
    }
    return sites;
}

}  // namespace egret::control
