// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>
#include <egret/api/prefix_table.hpp>
#include <egret/api/tables.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace egret::control {

/// Number of an atom: the smallest thing an address can belong to, here the ports of one list entry
/// within one segment.
using AtomIndex = uint32_t;

/// A prefix and one atom all its addresses belong to.
struct AtomPrefix {
    api::Prefix prefix;
    AtomIndex atom = 0;
};

/// A prefix that is never tunnelled, whatever covers it or lies in it.
struct GuardPrefix {
    api::Prefix prefix;
    api::Guard guard = api::Guard::none;
};

/// What a longest-prefix match has to know so that one lookup says everything an address belongs
/// to.
struct Flattened {
    /// A set of addresses: either guarded, or in the atoms listed, ascending.
    struct Set {
        api::Guard guard = api::Guard::none;
        std::vector<AtomIndex> atoms;
    };

    std::vector<Set> sets;  ///< [0] is the empty one
    std::vector<api::PrefixSet> prefixes;
};

/// Flattens nested prefixes: the set of each is the union over everything that covers it, and a
/// guarded prefix hides what covers it and what lies in it (design section 8). Of two guards on one
/// prefix the first counts.
///
/// Nothing if there are more sets than a SetIndex can number. Cost: sorting, then one pass.
[[nodiscard]] std::optional<Flattened>
flatten(std::vector<AtomPrefix> prefixes, const std::vector<GuardPrefix>& guards);

}  // namespace egret::control
