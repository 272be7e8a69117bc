// SPDX-License-Identifier: Apache-2.0
// A client whose sign-in and resources are seen over different families looks as if it had moved, and a family that no location
// lists loses what locations give (domain rows B8 and B30).
#include "control/config/choices.hpp"
#include "control/config/cross_check.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

using api::Family;

Family other_than(Family family) {
    return family == Family::ipv4 ? Family::ipv6 : Family::ipv4;
}

int number_of(Family family) {
    return static_cast<int>(family);
}

bool is_tunnel(const RuleSection& rule) {
    return *rule.action == api::Verdict::tunnel;
}

/// The egress addresses of one family.
std::vector<api::Prefix> egress_of(const Config& config, Family family) {
    std::vector<api::Prefix> found;
    for (const Located<api::Prefix>& address : config.egress.addresses) {
        if (address->address.family == family) {
            found.push_back(*address);
        }
    }
    return found;
}

/// Nothing stated is everything.
template <class Item, class Meets>
bool meet(const LocatedList<Item>& a, const LocatedList<Item>& b, Meets meets) {
    return a.empty() || b.empty() || std::ranges::any_of(a, [&](const Located<Item>& one) {
               return std::ranges::any_of(b, [&](const Located<Item>& other) {
                   return meets(*one, *other);
               });
           });
}

/// Some client's flows may match either.
bool may_share_client(const RuleSection& a, const RuleSection& b) {
    return meet(a.vlans, b.vlans, std::equal_to<>{}) &&
           meet(a.from, b.from, [](const api::Prefix& one, const api::Prefix& other) {
               // Clients that have both families have addresses of both; only of one family can they be told apart.
               return one.address.family != other.address.family || api::covers(one, other) ||
                      api::covers(other, one);
           });
}

/// The first rule in front of or behind `rule` that pins a client of it to another family than `rule` does.
const RuleSection* contradicting(const Config& config, const RuleSection& rule) {
    const auto found = std::ranges::find_if(config.rules, [&](const RuleSection& other) {
        return &other != &rule && is_tunnel(other) && *other.family != Family::none &&
               *other.family != *rule.family && may_share_client(rule, other);
    });
    return found == config.rules.end() ? nullptr : &*found;
}

void warn_contradicting(const RuleSection& rule, const RuleSection& other, Findings& findings) {
    findings.warning(
        rule.family.stated() ? rule.family.at : rule.name.at,
        "rule.family",
        fmt::format(
            "\"{}\" takes {}, \"{}\" only IPv{}: a client's sign-ins and resources may differ in "
            "family; give both rules the same",
            *rule.name,
            *rule.family == Family::none ? "both families"
                                         : fmt::format("IPv{}", number_of(*rule.family)),
            *other.name,
            number_of(*other.family)
        )
    );
}

void warn_no_origin(const Config& config, const RuleSection& rule, Findings& findings) {
    const Family family = *rule.family;
    const bool lacks_it = family != Family::none && egress_of(config, family).empty() &&
                          !egress_of(config, other_than(family)).empty();
    if (lacks_it && *config.signaling.enabled) {
        findings.warning(
            rule.family.at,
            "rule.family",
            fmt::format(
                "[egress] has no IPv{} address: every flow of \"{}\" is dropped",
                number_of(family),
                *rule.name
            )
        );
    }
}

/// Somebody looks at where this rule's clients come from.
bool is_judged(const Config& config, const RuleSection& rule) {
    const bool has_policy = std::ranges::any_of(config.policies, [](const PolicySection& policy) {
        return *policy.state == PolicyState::enabled;
    });
    return has_policy || std::ranges::any_of(config.segments, [&](const SegmentSection& segment) {
               return *segment.scope == Scope::auth_and_cae &&
                      std::ranges::any_of(rule.segments, [&](const Located<std::string>& name) {
                          return *name == *segment.name;
                      });
           });
}

/// The location that holds some egress address of `family`, or nullptr.
const LocationSection* listing(const Config& config, Family family) {
    const auto addresses = egress_of(config, family);
    const auto found = std::ranges::find_if(config.locations, [&](const LocationSection& location) {
        return std::ranges::any_of(addresses, [&](const api::Prefix& address) {
            return location.ranges.covers(address);
        });
    });
    return found == config.locations.end() ? nullptr : &*found;
}

/// True if it warned.
bool warn_unlisted(const Config& config, const RuleSection& rule, Findings& findings) {
    for (const Family listed : {Family::ipv4, Family::ipv6}) {
        const LocationSection* location = listing(config, listed);
        const auto unlisted = egress_of(config, other_than(listed));
        if (location != nullptr && !unlisted.empty() &&
            listing(config, other_than(listed)) == nullptr) {
            findings.warning(
                rule.name.at,
                "rule.family",
                fmt::format(
                    "\"{0}\" takes both families, and of this site's egress only IPv{1} is in a "
                    "location (\"{2}\"): list {3} too, or keep clients to IPv{1} with family = "
                    "\"ipv{1}\"",
                    *rule.name,
                    number_of(listed),
                    *location->name,
                    api::to_text(unlisted.front())
                )
            );
            return true;
        }
    }
    return false;
}

}  // namespace

void warn_of_families(const Config& config, Findings& findings) {
    bool has_said_unlisted = !*config.signaling.enabled;
    for (const RuleSection& rule : config.rules) {
        if (!is_tunnel(rule)) {
            continue;
        }
        warn_no_origin(config, rule, findings);
        if (const RuleSection* other = contradicting(config, rule)) {
            warn_contradicting(rule, *other, findings);
        } else if (!has_said_unlisted && *rule.family == Family::none && is_judged(config, rule)) {
            has_said_unlisted = warn_unlisted(config, rule, findings);
        }
    }
}

}  // namespace egret::control
