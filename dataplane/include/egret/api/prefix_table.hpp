// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>
#include <egret/api/huge_pages.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace egret::api {

/// Number of a destination set, see Tables::sets; 0 matches nothing.
using SetIndex = uint16_t;

/// One prefix and the set an address gets whose longest match it is.
struct PrefixSet {
    Prefix prefix;
    SetIndex set = 0;
};

/// Longest-prefix match by sorted, disjoint ranges: nested prefixes are flattened when the table is built, so a lookup is
/// one jump by the address's first 16 bits and a binary search over the few ranges that begin there.
///
/// Plain arrays without pointers: control builds them, a dataplane uses them as they are, and `egret lookup` needs no DPDK.
/// Memory: 6 bytes per IPv4 range, 18 per IPv6 range, 256 KiB of index each; a prefix makes at most two ranges.
/// Threads: immutable once built.
class PrefixTable {
  public:
    /// An IPv6 address as two numbers in host byte order.
    struct Key6 {
        uint64_t high;
        uint64_t low;
        friend constexpr auto operator<=>(const Key6&, const Key6&) = default;
    };

    /// What a table of one family is made of, in ascending order: the addresses from starts[i] to just before
    /// starts[i + 1] have sets[i].
    template <class Start>
    struct Ranges {
        HugeVector<Start> starts;
        HugeVector<SetIndex> sets;
    };

    PrefixTable() = default;

    /// Builds the table. Of equal prefixes the last wins; host bits are ignored.
    [[nodiscard]] static PrefixTable build(std::vector<PrefixSet> prefixes);

    /// A table of ranges made by another one. Nothing if they are none: each family is either empty or begins with its lowest
    /// address, ascends, and has a set for every start.
    [[nodiscard]] static std::optional<PrefixTable>
    from_ranges(Ranges<uint32_t> ipv4, Ranges<Key6> ipv6);

    [[nodiscard]] const Ranges<uint32_t>& ipv4_ranges() const noexcept { return ipv4_; }

    [[nodiscard]] const Ranges<Key6>& ipv6_ranges() const noexcept { return ipv6_; }

    /// The set of the longest prefix that holds `address`, else 0.
    [[nodiscard]] SetIndex lookup(const IpAddress& address) const noexcept;

    /// The same for an IPv4 address in host byte order.
    [[nodiscard]] SetIndex lookup_ipv4(uint32_t address) const noexcept;

    /// Fetches what `lookup` of each address will read. A lookup waits for memory a few times in a row; here the addresses wait
    /// together, so that with long tables a burst of them costs little more than one. Any number of addresses.
    void prefetch(std::span<const IpAddress> addresses) const noexcept;

    [[nodiscard]] size_t size_bytes() const noexcept;

  private:
    /// Ranges with their index: first[h] is the range that holds the lowest address with leading 16 bits h; first[65536] is
    /// the last range.
    template <class Start>
    struct IndexedRanges : Ranges<Start> {
        using Ranges<Start>::starts;
        using Ranges<Start>::sets;
        std::vector<uint32_t> first;

        [[nodiscard]] SetIndex find(Start address, uint32_t leading_bits) const noexcept;
        void prefetch(std::span<const Start> addresses) const noexcept;
        void make_index();
    };

    template <class Start, class Range>
    static void flatten(IndexedRanges<Start>& ranges, const std::vector<Range>& sorted);

    IndexedRanges<uint32_t> ipv4_;
    IndexedRanges<Key6> ipv6_;
};

}  // namespace egret::api
