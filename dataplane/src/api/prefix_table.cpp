// SPDX-License-Identifier: Apache-2.0
#include <egret/api/prefix_table.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace egret::api {
namespace {

constexpr uint32_t kLeadingValues = 1U << 16;
constexpr size_t kSideBySide = 32;  // lookups that wait together

constexpr uint64_t load_be(const uint8_t* bytes, size_t size_bytes) noexcept {
    uint64_t value = 0;
    for (size_t i = 0; i < size_bytes; ++i) {
        value = value << 8 | bytes[i];
    }
    return value;
}

/// `address + 1`; the caller knows that it does not overflow.
constexpr uint32_t successor(uint32_t address) noexcept {
    return address + 1;
}

constexpr PrefixTable::Key6 successor(const PrefixTable::Key6& address) noexcept {
    const uint64_t low = address.low + 1;
    return {address.high + (low == 0 ? 1 : 0), low};
}

constexpr uint32_t leading_bits_of(uint32_t address) noexcept {
    return address >> 16;
}

constexpr uint32_t leading_bits_of(const PrefixTable::Key6& address) noexcept {
    return static_cast<uint32_t>(address.high >> 48);
}

/// Starts to bring a line into the cache. The empty instruction keeps the compiler from leaving out a function that does nothing
/// else.
void fetch(const void* address) noexcept {
    asm volatile("" : : "r"(address));
    __builtin_prefetch(address);
}

constexpr uint32_t ipv4_key(const IpAddress& address) noexcept {
    return static_cast<uint32_t>(load_be(address.bytes.data(), 4));
}

constexpr PrefixTable::Key6 ipv6_key(const IpAddress& address) noexcept {
    return {load_be(address.bytes.data(), 8), load_be(address.bytes.data() + 8, 8)};
}

/// First and last address of one prefix.
template <class Start>
struct PrefixRange {
    Start first;
    Start last;
    SetIndex set;
};

/// See PrefixTable::from_ranges.
template <class Start>
bool are_ranges(const PrefixTable::Ranges<Start>& ranges) {
    const auto& starts = ranges.starts;
    const bool ascend =
        std::adjacent_find(starts.begin(), starts.end(), std::greater_equal<>()) == starts.end();
    return ranges.sets.size() == starts.size() && (starts.empty() || starts[0] == Start{}) &&
           ascend;
}

}  // namespace

template <class Start>
SetIndex PrefixTable::IndexedRanges<Start>::find(Start address, uint32_t leading_bits)
    const noexcept {
    if (first.empty()) {
        return 0;
    }
    // Branch-free lower half search: the answer lies in [base, base + n).
    const Start* base = starts.data() + first[leading_bits];
    uint32_t n = first[leading_bits + 1] - first[leading_bits] + 1;
    while (n > 1) {
        const uint32_t half = n / 2;
        base = base[half] <= address ? base + half : base;
        n -= half;
    }
    return sets[static_cast<size_t>(base - starts.data())];
}

template <class Start>
void PrefixTable::IndexedRanges<Start>::make_index() {
    if (starts.empty()) {
        return;
    }
    first.assign(kLeadingValues + 1, static_cast<uint32_t>(starts.size() - 1));
    uint32_t filled = 0;  // first[] below this index is final
    for (uint32_t i = 0; i < starts.size(); ++i) {
        // A range that starts above the lowest address of its leading bits leaves that address to its predecessor.
        const uint32_t leading = leading_bits_of(starts[i]);
        for (; filled <= leading; ++filled) {
            first[filled] = i > 0 ? i - 1 : 0;
        }
    }
}

/// Sweeps the sorted ranges with a stack of those still open: the innermost open prefix decides.
template <class Start, class Range>
void PrefixTable::flatten(IndexedRanges<Start>& ranges, const std::vector<Range>& sorted) {
    std::vector<Range> open;
    const auto emit = [&ranges](const Start& start, SetIndex set) {
        if (!ranges.starts.empty() && ranges.starts.back() == start) {
            ranges.starts.pop_back();
            ranges.sets.pop_back();
        }
        if (ranges.sets.empty() || ranges.sets.back() != set) {
            ranges.starts.push_back(start);
            ranges.sets.push_back(set);
        }
    };
    const auto close_last = [&] {
        const Start last = open.back().last;
        open.pop_back();
        const Start next = successor(last);
        if (next > last) {  // nothing follows the highest address
            emit(next, open.empty() ? SetIndex{0} : open.back().set);
        }
    };
    emit(Start{}, 0);
    for (const Range& range : sorted) {
        while (!open.empty() && open.back().last < range.first) {
            close_last();
        }
        emit(range.first, range.set);
        open.push_back(range);
    }
    while (!open.empty()) {
        close_last();
    }
    ranges.make_index();
}

PrefixTable PrefixTable::build(std::vector<PrefixSet> prefixes) {
    std::vector<PrefixRange<uint32_t>> ipv4;
    std::vector<PrefixRange<Key6>> ipv6;
    for (const PrefixSet& entry : prefixes) {
        const Prefix prefix = masked(entry.prefix);
        const uint8_t* bytes = prefix.address.bytes.data();
        if (prefix.address.family == Family::ipv4) {
            const auto first = static_cast<uint32_t>(load_be(bytes, 4));
            const auto host_bits = static_cast<uint32_t>((uint64_t{1} << (32 - prefix.length)) - 1);
            ipv4.push_back({first, first | host_bits, entry.set});
        } else if (prefix.address.family == Family::ipv6) {
            const Key6 first{load_be(bytes, 8), load_be(bytes + 8, 8)};
            const unsigned length = prefix.length;
            const uint64_t high_hosts = length >= 64 ? 0 : UINT64_MAX >> length;
            const uint64_t low_hosts = length <= 64    ? UINT64_MAX
                                       : length == 128 ? 0
                                                       : UINT64_MAX >> (length - 64);
            ipv6.push_back({first, {first.high | high_hosts, first.low | low_hosts}, entry.set});
        }
    }
    const auto outer_first = [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first < b.first : b.last < a.last;
    };
    PrefixTable table;
    if (!ipv4.empty()) {
        std::stable_sort(ipv4.begin(), ipv4.end(), outer_first);
        flatten(table.ipv4_, ipv4);
    }
    if (!ipv6.empty()) {
        std::stable_sort(ipv6.begin(), ipv6.end(), outer_first);
        flatten(table.ipv6_, ipv6);
    }
    return table;
}

std::optional<PrefixTable> PrefixTable::from_ranges(Ranges<uint32_t> ipv4, Ranges<Key6> ipv6) {
    if (!are_ranges(ipv4) || !are_ranges(ipv6)) {
        return {};
    }
    PrefixTable table;
    static_cast<Ranges<uint32_t>&>(table.ipv4_) = std::move(ipv4);
    static_cast<Ranges<Key6>&>(table.ipv6_) = std::move(ipv6);
    table.ipv4_.make_index();
    table.ipv6_.make_index();
    return table;
}

/// The searches of `find`, side by side: each round fetches for all of them where the next one looks.
template <class Start>
void PrefixTable::IndexedRanges<Start>::prefetch(std::span<const Start> addresses) const noexcept {
    struct Search {
        const Start* base;
        uint32_t n;
    };

    constexpr uint32_t kInALine = 64 / sizeof(Start);
    std::array<Search, kSideBySide> searches;
    for (const Start& address : addresses) {
        fetch(&first[leading_bits_of(address)]);
    }
    uint32_t longest = 0;
    for (size_t i = 0; i < addresses.size(); ++i) {
        const uint32_t leading = leading_bits_of(addresses[i]);
        searches[i] = {starts.data() + first[leading], first[leading + 1] - first[leading] + 1};
        longest = std::max(longest, searches[i].n);
        fetch(searches[i].base + searches[i].n / 2);
    }
    for (; longest > kInALine; longest -= longest / 2) {
        for (size_t i = 0; i < addresses.size(); ++i) {
            Search& search = searches[i];
            const uint32_t half = search.n / 2;
            search.base = search.base[half] <= addresses[i] ? search.base + half : search.base;
            search.n -= half;
            fetch(search.base + search.n / 2);
        }
    }
    for (size_t i = 0; i < addresses.size(); ++i) {
        fetch(searches[i].base);
        fetch(sets.data() + (searches[i].base - starts.data()));
    }
}

void PrefixTable::prefetch(std::span<const IpAddress> addresses) const noexcept {
    std::array<uint32_t, kSideBySide> ipv4;
    std::array<Key6, kSideBySide> ipv6;
    while (!addresses.empty()) {
        const auto some = addresses.first(std::min(addresses.size(), kSideBySide));
        addresses = addresses.subspan(some.size());
        size_t n_ipv4 = 0;
        size_t n_ipv6 = 0;
        for (const IpAddress& address : some) {
            if (address.family == Family::ipv4 && !ipv4_.starts.empty()) {
                ipv4[n_ipv4++] = ipv4_key(address);
            } else if (address.family == Family::ipv6 && !ipv6_.starts.empty()) {
                ipv6[n_ipv6++] = ipv6_key(address);
            }
        }
        ipv4_.prefetch({ipv4.data(), n_ipv4});
        ipv6_.prefetch({ipv6.data(), n_ipv6});
    }
}

SetIndex PrefixTable::lookup_ipv4(uint32_t address) const noexcept {
    return ipv4_.find(address, leading_bits_of(address));
}

SetIndex PrefixTable::lookup(const IpAddress& address) const noexcept {
    if (address.family == Family::ipv4) {
        return lookup_ipv4(ipv4_key(address));
    }
    if (address.family == Family::ipv6) {
        const Key6 key = ipv6_key(address);
        return ipv6_.find(key, leading_bits_of(key));
    }
    return 0;
}

size_t PrefixTable::size_bytes() const noexcept {
    const auto size = [](const auto& ranges) {
        return ranges.starts.size() * sizeof(ranges.starts[0]) +
               ranges.sets.size() * sizeof(SetIndex) + ranges.first.size() * sizeof(uint32_t);
    };
    return size(ipv4_) + size(ipv6_);
}

}  // namespace egret::api
