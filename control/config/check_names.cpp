// SPDX-License-Identifier: Apache-2.0
#include "control/config/cross_check.hpp"
#include "control/config/special_locations.hpp"
#include "control/config/suggest.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <unordered_map>

namespace egret::control {
namespace {

/// Names of one kind of section, to be unique and to be referred to.
template <class Section>
std::vector<std::string_view> names_of(const std::vector<Section>& sections) {
    std::vector<std::string_view> names;
    names.reserve(sections.size());
    for (const Section& section : sections) {
        names.push_back(*section.name);
    }
    return names;
}

template <class Section>
void check_unique(const std::vector<Section>& sections, std::string_view kind, Findings& findings) {
    std::unordered_map<std::string_view, SourceLocation> first_at;
    for (const Section& section : sections) {
        if (section.name->empty()) {
            continue;
        }
        const auto [first, is_new] = first_at.try_emplace(*section.name, section.name.at);
        if (!is_new) {
            findings.error(
                section.name.at,
                fmt::format("{}.name", kind),
                fmt::format(
                    "\"{}\" is taken by the {} of line {}",
                    *section.name,
                    kind,
                    first->second.line
                )
            );
        }
    }
}

/// What a reference may name, and how to say that it does not.
class Targets {
  public:
    /// `remark` follows the complaint where no name comes close.
    Targets(
        std::vector<std::string_view> names,
        std::string_view complaint,
        std::string_view remark = {}
    )
        : names_(std::move(names)),
          complaint_(complaint),
          remark_(remark) {
        sorted_ = names_;
        std::ranges::sort(sorted_);
    }

    void check(const Located<std::string>& name, std::string_view key, Findings& findings) const {
        // An empty name is one that was reported as broken: it may be the one that is meant.
        const bool is_known = std::ranges::binary_search(sorted_, std::string_view(*name)) ||
                              std::ranges::binary_search(sorted_, std::string_view());
        if (!is_known) {
            const std::string close = did_you_mean(*name, names_);
            findings.error(
                name.at,
                key,
                fmt::format(
                    "{} \"{}\"{}",
                    complaint_,
                    *name,
                    close.empty() ? remark_ : std::string_view(close)
                )
            );
        }
    }

    void check(const LocatedList<std::string>& names, std::string_view key, Findings& findings)
        const {
        for (const Located<std::string>& name : names) {
            check(name, key, findings);
        }
    }

  private:
    std::vector<std::string_view> names_;
    std::vector<std::string_view> sorted_;
    std::string_view complaint_;
    std::string_view remark_;
};

void check_rules(const Config& config, const Targets& segments, Findings& findings) {
    std::vector<std::string_view> group_names;
    for (const PeerSection& peer : config.peers) {
        group_names.push_back(*peer.group);
    }
    const Targets groups(std::move(group_names), "no peer is in group");
    for (const RuleSection& rule : config.rules) {
        segments.check(rule.segments, "rule.segments", findings);
        if (*rule.action == api::Verdict::tunnel && rule.via.stated()) {
            groups.check(rule.via, "rule.via", findings);
        }
    }
}

void check_policies(const Config& config, Findings& findings) {
    std::vector<std::string_view> names = names_of(config.locations);
    names.insert(names.end(), kSpecialLocations.begin(), kSpecialLocations.end());
    const Targets locations(
        std::move(names),
        "no location is called",
        "; any address is All, and there are AllTrusted, AllCompliant and MfaTrustedIps"
    );
    for (const PolicySection& policy : config.policies) {
        locations.check(policy.include_locations, "policy.include_locations", findings);
        locations.check(policy.exclude_locations, "policy.exclude_locations", findings);
    }
    for (const LocationSection& location : config.locations) {
        if (std::ranges::find(kSpecialLocations, *location.name) != kSpecialLocations.end()) {
            findings.error(
                location.name.at,
                "location.name",
                fmt::format("\"{}\" has a meaning of its own in policies", *location.name)
            );
        }
    }
}

}  // namespace

void check_names(const Config& config, Findings& findings) {
    check_unique(config.ports, "port", findings);
    check_unique(config.peers, "peer", findings);
    check_unique(config.lists, "list", findings);
    check_unique(config.segments, "segment", findings);
    check_unique(config.rules, "rule", findings);
    check_unique(config.locations, "location", findings);
    check_unique(config.policies, "policy", findings);
}

void check_references(const Config& config, Findings& findings) {
    const Targets lists(names_of(config.lists), "no list is called");
    const Targets segments(names_of(config.segments), "no segment is called");
    for (const SegmentSection& segment : config.segments) {
        lists.check(segment.lists, "segment.lists", findings);
    }
    for (const PeerSection& peer : config.peers) {
        if (peer.segments && *config.node.role == api::Role::edge) {
            segments.check(*peer.segments, "peer.segments", findings);
        }
    }
    if (*config.node.role == api::Role::branch) {
        check_rules(config, segments, findings);
    }
    check_policies(config, findings);
}

}  // namespace egret::control
