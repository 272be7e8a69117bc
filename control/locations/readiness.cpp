// SPDX-License-Identifier: Apache-2.0
#include "control/locations/readiness.hpp"

#include "control/locations/check_locations.hpp"
#include "control/policy/presented.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace egret::control {
namespace {

/// A set of the endpoint list whose service checks locations itself (domain section 3.1).
struct Resource {
    uint32_t id;
    std::string_view service;
    std::string_view area;
    std::string_view category;
};

constexpr std::array kResources{
    Resource{1, "Exchange Online (set 1)", "Exchange", "Optimize"},
    Resource{31, "SharePoint Online (set 31)", "SharePoint", "Optimize"},
    Resource{11, "Teams (set 11)", "Skype", "Optimize"},
    Resource{12, "Teams (set 12)", "Skype", "Allow"},
    Resource{56, "Microsoft Graph (set 56)", "Common", "Allow"},
};

template <class Item, class Wanted>
bool allows(const LocatedList<Item>& list, const Wanted& wanted) {
    return list.empty() ||
           std::ranges::any_of(list, [&](const Located<Item>& item) { return *item == wanted; });
}

bool selects(const ListSection& list, const Resource& resource) {
    return list.format.value == ListFormat::m365 && allows(list.select.ids, resource.id) &&
           allows(list.select.service_areas, resource.area) &&
           allows(list.select.categories, resource.category);
}

bool holds(const Config& config, const SegmentSection& segment, const Resource& resource) {
    return std::ranges::any_of(config.lists, [&](const ListSection& list) {
        return selects(list, resource) &&
               std::ranges::any_of(segment.lists, [&](const Located<std::string>& name) {
                   return *name == *list.name;
               });
    });
}

/// At an edge every segment comes through tunnels.
bool is_tunnelled(const Config& config, const SegmentSection& segment) {
    return *config.node.role == api::Role::edge ||
           std::ranges::any_of(config.rules, [&](const RuleSection& rule) {
               return *rule.action == api::Verdict::tunnel &&
                      std::ranges::any_of(rule.segments, [&](const Located<std::string>& name) {
                          return *name == *segment.name;
                      });
           });
}

bool is_wide(const Config& config, const SegmentSection& segment) {
    return *segment.scope == Scope::auth_and_cae && is_tunnelled(config, segment);
}

std::vector<std::string> uncovered_by(const Config& config) {
    std::vector<std::string> uncovered;
    for (const Resource& resource : kResources) {
        const bool is_covered =
            std::ranges::any_of(config.segments, [&](const SegmentSection& segment) {
                return is_wide(config, segment) && holds(config, segment, resource);
            });
        if (!is_covered) {
            uncovered.emplace_back(resource.service);
        }
    }
    return uncovered;
}

/// What a site's addresses are as seen from services, however they leave.
class Judge {
  public:
    explicit Judge(const Config& config)
        : shared_(published_shared_ranges()) {
        for (const LocationSection& location : config.locations) {
            location.ranges.each([&](const RangeAt& range) { listed_.add(range.prefix); });
        }
        listed_.finish();
    }

    /// True if all addresses are listed and nobody else's; else says why not.
    bool are_own(
        const std::vector<api::Prefix>& addresses,
        bool is_unknown,
        std::string_view who,
        std::vector<std::string>& reasons
    ) const {
        bool is_own = true;
        if (is_unknown || addresses.empty()) {
            reasons.push_back(fmt::format("{} may see any address.", who));
            is_own = false;
        }
        for (const api::Prefix& address : addresses) {
            const SharedRange* shared = sharing(address);
            if (shared != nullptr) {
                reasons.push_back(fmt::format(
                    "{} sees {}, which is shared with others at {}.",
                    who,
                    api::to_text(address),
                    shared->owner
                ));
            } else if (!listed_.covers(address)) {
                reasons.push_back(
                    fmt::format("{} sees {}, which is in no location.", who, api::to_text(address))
                );
            }
            is_own = is_own && shared == nullptr && listed_.covers(address);
        }
        return is_own;
    }

  private:
    [[nodiscard]] const SharedRange* sharing(const api::Prefix& address) const {
        const auto found = std::ranges::find_if(shared_, [&](const SharedRange& shared) {
            return api::covers(shared.range, address);
        });
        return found == shared_.end() ? nullptr : &*found;
    }

    RangeSet listed_;
    std::vector<SharedRange> shared_;
};

/// Where a site's own packets come from when no tunnel takes them.
std::vector<api::Prefix> direct_addresses(const Config& config, const std::string& site) {
    std::vector<api::Prefix> addresses;
    if (*config.node.role == api::Role::branch) {
        addresses = presented_by(config, config.egress).addresses;
        for (const UplinkSection& uplink : config.uplinks) {
            const auto more = presented_by(config, uplink.egress).addresses;
            addresses.insert(addresses.end(), more.begin(), more.end());
        }
        return addresses;
    }
    for (const PeerSection& peer : config.peers) {
        for (const Located<api::Prefix>& origin : peer.origins) {
            if (*peer.site == site) {
                addresses.push_back(*origin);
            }
        }
    }
    return addresses;
}

SiteReadiness judge_site(
    const Config& config,
    const Judge& judge,
    const PresentedSite& site,
    bool is_all_covered
) {
    SiteReadiness result{site.site, Topology::shared, {}};
    if (!judge.are_own(site.addresses, site.is_unknown, "The sign-in", result.reasons)) {
        return result;
    }
    result.topology = Topology::everywhere;
    if (!is_all_covered && !judge.are_own(
                               direct_addresses(config, site.site),
                               false,
                               "A service outside the tunnel",
                               result.reasons
                           )) {
        result.topology = Topology::sign_in_only;
    }
    return result;
}

}  // namespace

Readiness readiness_of(const Config& config) {
    Readiness readiness;
    readiness.uncovered = uncovered_by(config);
    const Judge judge(config);
    for (const PresentedSite& site : presented_sites(config)) {
        readiness.sites.push_back(judge_site(config, judge, site, readiness.uncovered.empty()));
    }
    return readiness;
}

void check_strictness(const Config& config, Findings& findings) {
    for (const SegmentSection& segment : config.segments) {
        std::vector<std::string_view> missing;
        for (const Resource& resource : kResources) {
            if (is_wide(config, segment) && !holds(config, segment, resource)) {
                missing.push_back(resource.service);
            }
        }
        if (!missing.empty()) {
            findings.warning(
                segment.scope.at,
                "segment.scope",
                fmt::format(
                    "\"auth+cae\", and yet \"{}\" lacks {}",
                    *segment.name,
                    fmt::join(missing, ", ")
                )
            );
        }
    }
    const std::vector<std::string> uncovered = uncovered_by(config);
    for (const PolicySection& policy : config.policies) {
        const bool is_strict = *policy.cae == Cae::strict && *policy.state == PolicyState::enabled;
        if (is_strict && !uncovered.empty() && !config.segments.empty()) {
            findings.error(
                policy.cae.at,
                "policy.cae",
                fmt::format(
                    "\"{}\" is strict, and {} would see another address than the sign-in: tunnel "
                    "them in a segment of scope \"auth+cae\", or make the policy standard",
                    *policy.name,
                    fmt::join(uncovered, ", ")
                )
            );
        }
    }
}

std::string_view name_of(Topology topology) noexcept {
    static constexpr std::array<std::string_view, 3> kNames{"everywhere", "sign-in-only", "shared"};
    return kNames[static_cast<size_t>(topology)];
}

}  // namespace egret::control
