// SPDX-License-Identifier: Apache-2.0
#include "control/config/range_set.hpp"

#include "control/config/plain_address.hpp"

namespace egret::control {
namespace {

constexpr uint32_t kMaxLine = (uint32_t{1} << 24) - 1;

/// Calls `ask(ranges, first, last)` with the ranges of the prefix's family and its bounds.
template <class Ipv4, class Ipv6, class Ask>
bool ask_family(const Ipv4& ipv4, const Ipv6& ipv6, const api::Prefix& prefix, Ask ask) {
    const api::Prefix range = api::masked(prefix);
    if (range.address.family == api::Family::ipv4) {
        const auto first = word_of<uint32_t>(range.address);
        return ask(ipv4, first, last_of(first, range.length));
    }
    if (range.address.family == api::Family::ipv6) {
        const auto first = word_of<Wide>(range.address);
        return ask(ipv6, first, last_of(first, range.length));
    }
    return false;
}

}  // namespace

template <class Word>
api::Prefix RangeSet::prefix_of(const Item<Word>& item) {
    return {address_of(item.network), static_cast<uint8_t>(item.length())};
}

template api::Prefix RangeSet::prefix_of(const Item<uint32_t>& item);
template api::Prefix RangeSet::prefix_of(const Item<Wide>& item);

void RangeSet::add(const api::Prefix& range, uint32_t line) {
    const api::Prefix clean = plain(range);
    const uint32_t packed = std::min(line, kMaxLine) << 8 | clean.length;
    if (clean.address.family == api::Family::ipv4) {
        ipv4_.items.push_back({word_of<uint32_t>(clean.address), packed});
    } else if (clean.address.family == api::Family::ipv6) {
        ipv6_.items.push_back({word_of<Wide>(clean.address), packed});
    }
}

void RangeSet::finish() {
    finish(ipv4_);
    finish(ipv6_);
}

/// Sorted, a range follows the one it lies in, so one pass tells the nested ones apart.
template <class Word>
void RangeSet::finish(Ranges<Word>& ranges) {
    ranges.items.shrink_to_fit();
    std::stable_sort(
        ranges.items.begin(),
        ranges.items.end(),
        [](const Item<Word>& a, const Item<Word>& b) {
            return std::pair(a.network, a.length()) < std::pair(b.network, b.length());
        }
    );
    std::vector<Item<Word>> nested;
    size_t n_roots = 0;
    for (const Item<Word>& item : ranges.items) {
        if (n_roots != 0) {
            const Item<Word>& root = ranges.items[n_roots - 1];
            if (item.network <= last_of(root.network, root.length())) {
                nested.push_back(item);
                continue;
            }
        }
        ranges.items[n_roots++] = item;
    }
    std::copy(
        nested.begin(),
        nested.end(),
        ranges.items.begin() + static_cast<std::ptrdiff_t>(n_roots)
    );
    ranges.n_roots = n_roots;
}

template <class Word>
const RangeSet::Item<Word>* RangeSet::root_of(const Ranges<Word>& ranges, Word address) {
    const auto end = ranges.items.begin() + static_cast<std::ptrdiff_t>(ranges.n_roots);
    const auto behind = std::upper_bound(
        ranges.items.begin(),
        end,
        address,
        [](const Word& wanted, const Item<Word>& item) { return wanted < item.network; }
    );
    if (behind == ranges.items.begin()) {
        return nullptr;
    }
    const Item<Word>& root = *(behind - 1);
    return address <= last_of(root.network, root.length()) ? &root : nullptr;
}

std::optional<api::Prefix> RangeSet::find(const api::IpAddress& address) const {
    if (address.family == api::Family::ipv4) {
        const auto* item = root_of(ipv4_, word_of<uint32_t>(address));
        return item == nullptr ? std::nullopt : std::optional(prefix_of(*item));
    }
    if (address.family == api::Family::ipv6) {
        const auto* item = root_of(ipv6_, word_of<Wide>(address));
        return item == nullptr ? std::nullopt : std::optional(prefix_of(*item));
    }
    return std::nullopt;
}

template <class Word>
bool RangeSet::covers(const Ranges<Word>& ranges, Word first, Word last) {
    for (const Item<Word>* root = root_of(ranges, first); root != nullptr;
         root = root_of(ranges, first)) {
        const Word end = last_of(root->network, root->length());
        if (end >= last) {
            return true;
        }
        first = next_of(end);
    }
    return false;
}

template <class Word>
bool RangeSet::touches(const Ranges<Word>& ranges, Word first, Word last) {
    if (root_of(ranges, first) != nullptr) {
        return true;
    }
    const auto end = ranges.items.begin() + static_cast<std::ptrdiff_t>(ranges.n_roots);
    const auto next = std::upper_bound(
        ranges.items.begin(),
        end,
        first,
        [](const Word& wanted, const Item<Word>& item) { return wanted < item.network; }
    );
    return next != end && next->network <= last;
}

bool RangeSet::covers(const api::Prefix& prefix) const {
    return ask_family(ipv4_, ipv6_, prefix, [](const auto& ranges, auto first, auto last) {
        return covers(ranges, first, last);
    });
}

bool RangeSet::touches(const api::Prefix& prefix) const {
    return ask_family(ipv4_, ipv6_, prefix, [](const auto& ranges, auto first, auto last) {
        return touches(ranges, first, last);
    });
}

}  // namespace egret::control
