// SPDX-License-Identifier: Apache-2.0
#include "control/lists/waiting_entries.hpp"

#include "control/config/scalars.hpp"
#include "control/lists/prefix_set.hpp"

#include <fmt/format.h>
#include <iterator>
#include <set>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace egret::control {
namespace {

using api::Prefix;

std::vector<Prefix> prefixes_of(const std::vector<PrefixEntry>& entries) {
    std::vector<Prefix> prefixes;
    prefixes.reserve(entries.size());
    for (const PrefixEntry& entry : entries) {
        prefixes.push_back(entry.prefix);
    }
    return prefixes;
}

/// Prefixes and names, for the questions asked here.
struct Destinations {
    PrefixSet addresses;
    std::set<std::string, std::less<>> names;
};

Destinations destinations_of(const std::vector<std::string>& texts) {
    Destinations destinations;
    std::vector<Prefix> prefixes;
    for (const std::string& text : texts) {
        if (const auto prefix = api::parse_prefix(text)) {
            prefixes.push_back(*prefix);
        } else {
            destinations.names.insert(text);
        }
    }
    destinations.addresses = PrefixSet(std::move(prefixes));
    return destinations;
}

std::vector<std::string>
texts_of(const PrefixSet& addresses, const std::set<std::string, std::less<>>& names) {
    std::vector<std::string> texts;
    texts.reserve(addresses.prefixes().size() + names.size());
    for (const Prefix& prefix : addresses.prefixes()) {
        texts.push_back(api::to_text(prefix));
    }
    texts.insert(texts.end(), names.begin(), names.end());
    return texts;
}

/// `prefix` without the prefixes in it, as the fewest that hold the rest.
std::vector<Prefix> remainder(const Prefix& prefix, const std::vector<Prefix>& within) {
    return within.empty() ? std::vector<Prefix>{prefix} : PrefixSet(within).missing_from(prefix);
}

}  // namespace

std::vector<std::string> waiting_after(const List& used, const List& list) {
    const PrefixSet known(prefixes_of(used.prefixes));
    std::vector<Prefix> added;
    for (const PrefixEntry& entry : list.prefixes) {
        const std::vector<Prefix> missing = known.missing_from(entry.prefix);
        added.insert(added.end(), missing.begin(), missing.end());
    }
    std::unordered_set<std::string_view> known_names;
    for (const DomainEntry& entry : used.domains) {
        known_names.insert(entry.pattern);
    }
    std::set<std::string, std::less<>> added_names;
    for (const DomainEntry& entry : list.domains) {
        if (!known_names.contains(entry.pattern)) {
            added_names.insert(entry.pattern);
        }
    }
    return texts_of(PrefixSet(std::move(added)), added_names);
}

void set_aside(const std::vector<std::string>& waiting, List& list) {
    if (waiting.empty()) {
        return;
    }
    const Destinations held = destinations_of(waiting);
    std::vector<PrefixEntry> used;
    for (const PrefixEntry& entry : list.prefixes) {
        const std::vector<Prefix> rest = held.addresses.missing_from(entry.prefix);
        for (const Prefix& prefix : rest) {
            used.push_back({prefix, entry.ports, entry.part});
        }
        for (const Prefix& prefix : remainder(entry.prefix, rest)) {
            list.waiting.prefixes.push_back({prefix, entry.ports, entry.part});
        }
    }
    list.prefixes = std::move(used);
    std::vector<DomainEntry> names;
    for (DomainEntry& entry : list.domains) {
        const bool waits = held.names.contains(entry.pattern);
        (waits ? list.waiting.domains : names).push_back(std::move(entry));
    }
    list.domains = std::move(names);
}

std::vector<std::string> waiting_in(const List& list) {
    std::set<std::string, std::less<>> names;
    for (const DomainEntry& entry : list.waiting.domains) {
        names.insert(entry.pattern);
    }
    return texts_of(PrefixSet(prefixes_of(list.waiting.prefixes)), names);
}

tl::expected<std::vector<std::string>, std::string> without_accepted(
    const std::vector<std::string>& waiting,
    const std::vector<std::string>& accepted
) {
    if (accepted.empty()) {
        return std::vector<std::string>();
    }
    Destinations held = destinations_of(waiting);
    std::vector<Prefix> taken;
    for (const std::string& text : accepted) {
        const auto prefix = api::parse_prefix(text);
        const auto name = parse_domain(text);
        const bool waits = prefix ? held.addresses.covers(api::masked(*prefix))
                                  : name && held.names.erase(*name) != 0;
        if (!waits) {
            return tl::unexpected(fmt::format("\"{}\" does not wait", text));
        }
        if (prefix) {
            taken.push_back(*prefix);
        }
    }
    const PrefixSet gone(std::move(taken));
    std::vector<Prefix> left;
    for (const Prefix& prefix : held.addresses.prefixes()) {
        const std::vector<Prefix> rest = gone.missing_from(prefix);
        left.insert(left.end(), rest.begin(), rest.end());
    }
    return texts_of(PrefixSet(std::move(left)), held.names);
}

}  // namespace egret::control
