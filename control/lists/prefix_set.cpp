// SPDX-License-Identifier: Apache-2.0
#include "control/lists/prefix_set.hpp"

#include <algorithm>
#include <cmath>

namespace egret::control {
namespace {

using api::Prefix;

/// The two halves of a prefix that is no single address.
std::pair<Prefix, Prefix> halves(const Prefix& prefix) {
    Prefix low = prefix;
    low.length = static_cast<uint8_t>(prefix.length + 1);
    Prefix high = low;
    high.address.bytes[prefix.length / 8] |= static_cast<uint8_t>(0x80U >> (prefix.length % 8));
    return {low, high};
}

bool are_halves(const Prefix& low, const Prefix& high, Prefix& whole) {
    if (low.address.family != high.address.family || low.length != high.length || low.length == 0) {
        return false;
    }
    whole = low;
    whole.length = static_cast<uint8_t>(low.length - 1);
    whole = api::masked(whole);
    return whole.address == low.address && api::covers(whole, high) && low.address != high.address;
}

double size_of(const Prefix& prefix) {
    return std::ldexp(1.0, prefix.address.bits() - prefix.length);
}

}  // namespace

/// In sorted order a prefix follows those that cover it, and the halves of a whole stand side by side
/// once what is between them is gone.
PrefixSet::PrefixSet(std::vector<Prefix> prefixes) {
    for (Prefix& prefix : prefixes) {
        prefix = api::masked(prefix);
    }
    std::ranges::sort(prefixes);
    for (const Prefix& prefix : prefixes) {
        if (!prefixes_.empty() && api::covers(prefixes_.back(), prefix)) {
            continue;
        }
        prefixes_.push_back(prefix);
        Prefix whole;
        while (prefixes_.size() > 1 &&
               are_halves(prefixes_[prefixes_.size() - 2], prefixes_.back(), whole)) {
            prefixes_.pop_back();
            prefixes_.back() = whole;
        }
    }
}

bool PrefixSet::covers(const Prefix& prefix) const {
    // The one that covers it begins where it begins, or is the last to begin before.
    const Prefix first{prefix.address, prefix.address.bits()};
    const auto after = std::ranges::upper_bound(prefixes_, first);
    return after != prefixes_.begin() && api::covers(*std::prev(after), prefix);
}

std::vector<Prefix> PrefixSet::missing_from(const Prefix& prefix) const {
    const Prefix whole = api::masked(prefix);
    if (covers(whole)) {
        return {};
    }
    const auto inside = std::ranges::lower_bound(prefixes_, whole);
    if (inside == prefixes_.end() || !api::covers(whole, *inside)) {
        return {whole};
    }
    const auto [low, high] = halves(whole);
    std::vector<Prefix> missing = missing_from(low);
    const std::vector<Prefix> above = missing_from(high);
    missing.insert(missing.end(), above.begin(), above.end());
    return missing;
}

double PrefixSet::size(api::Family family) const {
    double size = 0;
    for (const Prefix& prefix : prefixes_) {
        size += prefix.address.family == family ? size_of(prefix) : 0;
    }
    return size;
}

/// Prefixes nest or do not meet, so each address in both lies in a prefix of one that the other covers.
double PrefixSet::common(const PrefixSet& other, api::Family family) const {
    double size = 0;
    for (const Prefix& prefix : prefixes_) {
        size += prefix.address.family == family && other.covers(prefix) ? size_of(prefix) : 0;
    }
    for (const Prefix& prefix : other.prefixes_) {
        const bool is_inside = prefix.address.family == family && covers(prefix) &&
                               !std::ranges::binary_search(prefixes_, prefix);
        size += is_inside ? size_of(prefix) : 0;
    }
    return size;
}

}  // namespace egret::control
