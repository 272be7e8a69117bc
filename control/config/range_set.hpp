// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/address_words.hpp"

#include <egret/api/address.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace egret::control {

/// One range of a RangeSet and the line it was written in; 0: none.
struct RangeAt {
    api::Prefix prefix;  ///< without host bits
    uint32_t line = 0;
};

/// Address ranges of one location, kept small (8 bytes for IPv4, 24 for IPv6) and in the order in
/// which they are searched: a tenant may have 390,000 of them, and a router two generations.
///
/// Usage: add everything, then `finish` once; only then ask. Ranges that lie within others stay in
/// it, for `each`, behind those that are searched.
/// Threads: none of its own; asking from several is fine.
class RangeSet {
  public:
    /// Takes a range, clearing host bits. `line` above 2^24 - 1 is kept as that.
    void add(const api::Prefix& range, uint32_t line = 0);

    /// Orders the ranges. Cost: a sort.
    void finish();

    [[nodiscard]] bool empty() const noexcept { return size() == 0; }

    /// How many ranges were added, duplicates included.
    [[nodiscard]] size_t size() const noexcept { return n_ipv4() + n_ipv6(); }

    [[nodiscard]] size_t n_ipv4() const noexcept { return ipv4_.items.size(); }

    [[nodiscard]] size_t n_ipv6() const noexcept { return ipv6_.items.size(); }

    /// The widest range that holds `address`, or nothing. Cost: one binary search.
    [[nodiscard]] std::optional<api::Prefix> find(const api::IpAddress& address) const;

    /// True if every address of `prefix` lies in the ranges, be it in several.
    [[nodiscard]] bool covers(const api::Prefix& prefix) const;

    /// True if some address of `prefix` lies in the ranges.
    [[nodiscard]] bool touches(const api::Prefix& prefix) const;

    /// Calls `take(RangeAt)` for every range: IPv4 first, each family in the order of addresses,
    /// wide before narrow.
    template <class Take>
    void each(Take take) const {
        each_of(ipv4_, take);
        each_of(ipv6_, take);
    }

  private:
    template <class Word>
    struct Item {
        Word network{};
        uint32_t length_and_line = 0;  ///< length in the lowest eight bits

        [[nodiscard]] uint32_t length() const noexcept { return length_and_line & 0xff; }

        [[nodiscard]] uint32_t line() const noexcept { return length_and_line >> 8; }
    };

    template <class Word>
    struct Ranges {
        std::vector<Item<Word>> items;  ///< [0, n_roots) disjoint and ascending, then the nested
        size_t n_roots = 0;
    };

    template <class Word>
    [[nodiscard]] static api::Prefix prefix_of(const Item<Word>& item);

    template <class Word, class Take>
    static void each_of(const Ranges<Word>& ranges, Take& take) {
        const auto before = [](const Item<Word>& a, const Item<Word>& b) {
            return std::pair(a.network, a.length()) < std::pair(b.network, b.length());
        };
        std::vector<Item<Word>> ordered(ranges.items);
        const auto middle = ordered.begin() + static_cast<std::ptrdiff_t>(ranges.n_roots);
        std::inplace_merge(ordered.begin(), middle, ordered.end(), before);
        for (const Item<Word>& item : ordered) {
            take(RangeAt{prefix_of(item), item.line()});
        }
    }

    template <class Word>
    static void finish(Ranges<Word>& ranges);
    template <class Word>
    [[nodiscard]] static const Item<Word>* root_of(const Ranges<Word>& ranges, Word address);
    template <class Word>
    [[nodiscard]] static bool covers(const Ranges<Word>& ranges, Word first, Word last);
    template <class Word>
    [[nodiscard]] static bool touches(const Ranges<Word>& ranges, Word first, Word last);

    Ranges<uint32_t> ipv4_;
    Ranges<Wide> ipv6_;
};

}  // namespace egret::control
