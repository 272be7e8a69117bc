// SPDX-License-Identifier: Apache-2.0
// What a push changes for the services: the three kinds of design section 9.
#include "control/policy/interlock_changes.hpp"

#include <algorithm>

namespace egret::control {
namespace {

using Changes = std::vector<PresentedChange>;

bool is_off(const Config& config, const std::string& segment) {
    if (!*config.signaling.enabled) {
        return true;
    }
    const auto found = std::ranges::find_if(config.segments, [&](const SegmentSection& own) {
        return *own.name == segment;
    });
    return found != config.segments.end() && !*found->signaling;
}

/// For everything, or for a segment that goes on without it. A segment that goes altogether leaves
/// its destinations to the site's own way out.
bool turns_signaling_off(const Config& running, const Config& next) {
    if (!*running.signaling.enabled) {
        return false;
    }
    if (!*next.signaling.enabled) {
        return true;
    }
    return std::ranges::any_of(running.segments, [&](const SegmentSection& segment) {
        return *segment.signaling && is_off(next, *segment.name);
    });
}

const PresentedSite*
find_site(const std::vector<PresentedSite>& sites, const std::string& name, size_t n_of_one) {
    // A branch is one site, whatever it is called.
    if (n_of_one == 1 && sites.size() == 1) {
        return &sites.front();
    }
    const auto found = std::ranges::find(sites, name, &PresentedSite::site);
    return found == sites.end() ? nullptr : &*found;
}

bool same_presented(const PresentedSite& a, const PresentedSite& b) {
    return a.addresses == b.addresses && a.is_unknown == b.is_unknown;
}

std::vector<api::IpAddress> pool_of(const Config& config) {
    std::vector<api::IpAddress> pool;
    for (const Located<api::IpAddress>& address : config.restore.addresses) {
        pool.push_back(*address);
    }
    return pool;
}

/// The origins of both may differ at the same time; what the edge does with them weighs more.
InterlockCause cause_of(const Config& running, const Config& next) {
    const auto way = [](const SegmentSection& segment) {
        return std::pair(
            *segment.name,
            segment.present ? std::optional(**segment.present) : std::nullopt
        );
    };
    const bool is_same = *running.restore.present == *next.restore.present &&
                         pool_of(running) == pool_of(next) &&
                         std::ranges::equal(running.segments, next.segments, {}, way, way);
    return is_same ? InterlockCause::origins : InterlockCause::present;
}

void add_sites(const Config& running, const Config& next, Changes& changes) {
    const std::vector<PresentedSite> before = presented_sites(running);
    const std::vector<PresentedSite> after = presented_sites(next);
    const bool is_switched_off = turns_signaling_off(running, next);
    const bool is_branch = *next.node.role == api::Role::branch;
    for (const PresentedSite& site : before) {
        if (is_switched_off) {
            PresentedSite nowhere{site.site, site.tenant, {}, true};
            changes.push_back({InterlockCause::signaling_off, "", site, std::move(nowhere)});
            continue;
        }
        // Taking a site away is how a lost router is locked out: never refused.
        const PresentedSite* later = find_site(after, site.site, is_branch ? before.size() : 0);
        if (later != nullptr && !same_presented(site, *later)) {
            changes.push_back({cause_of(running, next), "", site, *later});
        }
    }
}

const UplinkSection* find_uplink(const Config& config, const std::string& name) {
    const auto found = std::ranges::find_if(config.uplinks, [&](const UplinkSection& uplink) {
        return *uplink.name == name;
    });
    return found == config.uplinks.end() ? nullptr : &*found;
}

/// An uplink that stays as it is was judged when it came.
void add_uplinks(const Config* running, const Config& next, Changes& changes) {
    if (*next.node.role != api::Role::branch) {
        return;
    }
    const PresentedSite normal = tunnelled_by(next, next.egress);
    for (const UplinkSection& uplink : next.uplinks) {
        const PresentedSite site = tunnelled_by(next, uplink.egress);
        const UplinkSection* old =
            running == nullptr ? nullptr : find_uplink(*running, *uplink.name);
        const bool is_old =
            old != nullptr && same_presented(tunnelled_by(*running, old->egress), site);
        if (!is_old && !same_presented(normal, site)) {
            changes.push_back({InterlockCause::uplink, *uplink.name, normal, site});
        }
    }
}

}  // namespace

Changes presented_changes(const Config* running, const Config& next) {
    Changes changes;
    if (running != nullptr && *running->node.role == *next.node.role) {
        add_sites(*running, next, changes);
    }
    add_uplinks(running, next, changes);
    return changes;
}

}  // namespace egret::control
