// SPDX-License-Identifier: Apache-2.0
// What the interlock says, for somebody who is tired: what, which policy, which site, what to do.
#include "control/policy/interlock_changes.hpp"
#include "control/policy/what_if.hpp"

#include <array>
#include <fmt/format.h>

namespace egret::control {
namespace {

constexpr size_t kMaxNamed = 3;

std::string sites_text(const InterlockRefusal& refusal) {
    std::string text = refusal.sites.size() == 1 ? "site " : "sites ";
    for (size_t i = 0; i < refusal.sites.size() && i < kMaxNamed; ++i) {
        text += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", refusal.sites[i]);
    }
    if (refusal.sites.size() > kMaxNamed) {
        text += fmt::format(" and {} more", refusal.sites.size() - kMaxNamed);
    }
    return text;
}

std::string demand_text(Grant grant) {
    return grant == Grant::block ? std::string("blocked")
                                 : fmt::format("asked for {}", name_of(grant));
}

/// What becomes of the sign-ins.
std::string effect_text(const InterlockRefusal& refusal, const InterlockSentence& parts) {
    return parts.applies_after ? fmt::format(
                                     "sign-ins of {} would be {}",
                                     sites_text(refusal),
                                     demand_text(refusal.grant)
                                 )
                               : fmt::format(
                                     "sign-ins of {} would no longer be {}",
                                     sites_text(refusal),
                                     demand_text(refusal.grant)
                                 );
}

/// How the policy tells the two addresses apart.
std::string reliance_text(const InterlockRefusal& refusal, const InterlockSentence& parts) {
    const std::string& name = parts.spared_by.empty() ? parts.included_by : parts.spared_by;
    const std::string_view verb = parts.spared_by.empty() ? "is about" : "relies on";
    return name.empty() ? fmt::format("policy \"{}\"", refusal.policy)
                        : fmt::format("policy \"{}\" {} \"{}\"", refusal.policy, verb, name);
}

std::string address_text(const std::string& text) {
    return text.empty() ? "an unknown address" : text;
}

std::string what_text(const InterlockRefusal& refusal, const InterlockSentence& parts) {
    const std::string to = address_text(parts.to);
    const std::string from = address_text(parts.from);
    switch (refusal.cause) {
        case InterlockCause::signaling_off:
            return fmt::format("turning signaling off hides {} from the service", from);
        case InterlockCause::origins:
            return fmt::format("the egress address changes from {} to {}", from, to);
        case InterlockCause::present:
            return fmt::format("the presented address changes from {} to {}", from, to);
        case InterlockCause::uplink:
            break;
    }
    return fmt::format(
        "uplink \"{}\" leaves from {}, not from {}: after a failover",
        refusal.uplink,
        to,
        from
    );
}

constexpr std::string_view kAdvice =
    "To go on: first change the locations or policies at the identity provider, push that change "
    "alone, and then this; or push again with --force, which is logged.";

/// More lines than these are not read at night.
constexpr size_t kMaxLines = 8;

}  // namespace

std::string sentence_of(const InterlockRefusal& refusal, const InterlockSentence& parts) {
    const std::string_view joint = refusal.cause == InterlockCause::uplink ? " " : ": ";
    return fmt::format(
        "{}{}{} ({})",
        what_text(refusal, parts),
        joint,
        effect_text(refusal, parts),
        reliance_text(refusal, parts)
    );
}

std::string to_text(const std::vector<InterlockRefusal>& refusals) {
    if (refusals.empty()) {
        return {};
    }
    std::string text;
    for (size_t i = 0; i < refusals.size() && i < kMaxLines; ++i) {
        text += refusals[i].message + "\n";
    }
    if (refusals.size() > kMaxLines) {
        text += fmt::format("and {} more of the kind\n", refusals.size() - kMaxLines);
    }
    return text + std::string(kAdvice);
}

std::string_view interlock_advice() noexcept {
    return kAdvice;
}

std::string_view name_of(InterlockCause cause) noexcept {
    static constexpr std::array<std::string_view, 4> kNames{
        "signaling_off",
        "origins",
        "present",
        "uplink",
    };
    return kNames[static_cast<size_t>(cause)];
}

}  // namespace egret::control
