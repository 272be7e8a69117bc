// SPDX-License-Identifier: Apache-2.0
#include "control/lists/shrink_guard.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace egret::control {
namespace {

PrefixSet addresses_of(const List& list) {
    std::vector<api::Prefix> prefixes;
    prefixes.reserve(list.prefixes.size());
    for (const PrefixEntry& entry : list.prefixes) {
        prefixes.push_back(entry.prefix);
    }
    return PrefixSet(std::move(prefixes));
}

std::string loss_of(std::string_view what, double lost, double max_shrink) {
    return fmt::format(
        "loses {:.0f} % of its {}, more than max_shrink = {} allows (egret lists update --force "
        "takes it)",
        lost * 100,
        what,
        max_shrink
    );
}

}  // namespace

HeldEntries::HeldEntries(const List& list)
    : addresses_(addresses_of(list)) {
    for (const DomainEntry& entry : list.domains) {
        names_.insert(entry.pattern);
    }
}

ListEntries entries_missing_in(const List& other, const List& list) {
    ListEntries missing;
    const HeldEntries held(other);
    for (const PrefixEntry& entry : list.prefixes) {
        if (!held.holds(entry.prefix)) {
            missing.prefixes.push_back(entry);
        }
    }
    for (const DomainEntry& entry : list.domains) {
        if (!held.holds(entry.pattern)) {
            missing.domains.push_back(entry);
        }
    }
    return missing;
}

std::string shrink_complaint(const List& before, const List& after, double max_shrink) {
    const size_t n_before = before.prefixes.size() + before.domains.size();
    const ListEntries lost = entries_missing_in(after, before);
    const size_t n_lost = lost.prefixes.size() + lost.domains.size();
    if (n_lost > 0) {
        const double part = static_cast<double>(n_lost) / static_cast<double>(n_before);
        if (part > max_shrink) {
            return loss_of("entries", part, max_shrink);
        }
    }
    const PrefixSet old_addresses = addresses_of(before);
    const PrefixSet new_addresses = addresses_of(after);
    for (const api::Family family : {api::Family::ipv4, api::Family::ipv6}) {
        const double size = old_addresses.size(family);
        const double part = size > 0 ? 1 - old_addresses.common(new_addresses, family) / size : 0;
        if (part > max_shrink) {
            return loss_of(
                family == api::Family::ipv4 ? "IPv4 addresses" : "IPv6 addresses",
                part,
                max_shrink
            );
        }
    }
    return {};
}

bool have_same_entries(const List& a, const List& b) {
    const auto prefixes_of = [](const List& list) {
        std::set<std::pair<api::Prefix, EntryPorts>> entries;
        for (const PrefixEntry& entry : list.prefixes) {
            entries.emplace(entry.prefix, list.ports[entry.ports]);
        }
        return entries;
    };
    const auto domains_of = [](const List& list) {
        std::set<std::pair<std::string_view, EntryPorts>> entries;
        for (const DomainEntry& entry : list.domains) {
            entries.emplace(entry.pattern, list.ports[entry.ports]);
        }
        return entries;
    };
    return prefixes_of(a) == prefixes_of(b) && domains_of(a) == domains_of(b);
}

}  // namespace egret::control
