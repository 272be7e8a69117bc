// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>

#include <vector>

namespace egret::control {

/// Addresses as the fewest prefixes: nothing overlaps, and two halves are written as their whole.
/// The same addresses always give the same prefixes. Immutable; any number of threads may ask.
class PrefixSet {
  public:
    PrefixSet() = default;

    /// Host bits are cleared.
    explicit PrefixSet(std::vector<api::Prefix> prefixes);

    /// Sorted; IPv4 before IPv6.
    [[nodiscard]] const std::vector<api::Prefix>& prefixes() const noexcept { return prefixes_; }

    /// True if every address of `prefix` is in the set.
    [[nodiscard]] bool covers(const api::Prefix& prefix) const;

    /// The part of `prefix` that is not in the set, as the fewest prefixes.
    [[nodiscard]] std::vector<api::Prefix> missing_from(const api::Prefix& prefix) const;

    /// How many addresses of one family there are: exact for IPv4, to 53 bits for IPv6.
    [[nodiscard]] double size(api::Family family) const;

    /// How many of them are in both.
    [[nodiscard]] double common(const PrefixSet& other, api::Family family) const;

  private:
    std::vector<api::Prefix> prefixes_;
};

}  // namespace egret::control
