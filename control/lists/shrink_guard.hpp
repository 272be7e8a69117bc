// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/lists/entry.hpp"
#include "control/lists/prefix_set.hpp"

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace egret::control {

/// Why a new version of a list must not take the place of the one before: it lost more than
/// `max_shrink` (0 to 1) of its entries, or of the addresses of a family. What is gained does not make
/// up for what is lost, and a prefix that larger or smaller ones cover together is not lost. Empty if
/// it may. One sentence.
[[nodiscard]] std::string
shrink_complaint(const List& before, const List& after, double max_shrink);

/// What a list holds, for many questions. The list must outlive it.
class HeldEntries {
  public:
    explicit HeldEntries(const List& list);

    /// Every address of the prefix, by whichever prefixes.
    [[nodiscard]] bool holds(const api::Prefix& prefix) const { return addresses_.covers(prefix); }

    /// The name or pattern as it is written.
    [[nodiscard]] bool holds(std::string_view domain) const { return names_.contains(domain); }

    [[nodiscard]] const PrefixSet& addresses() const noexcept { return addresses_; }

  private:
    PrefixSet addresses_;
    std::unordered_set<std::string_view> names_;
};

/// Entries of `list` that `other` does not have: prefixes it does not cover, names it does not hold.
[[nodiscard]] ListEntries entries_missing_in(const List& other, const List& list);

/// True if both have the same entries with the same ports, in whatever order.
[[nodiscard]] bool have_same_entries(const List& a, const List& b);

}  // namespace egret::control
