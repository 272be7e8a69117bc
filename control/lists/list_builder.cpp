// SPDX-License-Identifier: Apache-2.0
#include "control/lists/list_builder.hpp"

#include "control/config/scalars.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

/// The place of `item` in `items`, put at its end if it is new and there is room.
template <class Item, class Index>
uint16_t intern_in(std::vector<Item>& items, Index& indexes, const Item& item) {
    if (items.size() >= kMaxListKinds) {
        return 0;
    }
    const auto [found, is_new] = indexes.try_emplace(item, static_cast<uint16_t>(items.size()));
    if (is_new) {
        items.push_back(item);
    }
    return found->second;
}

/// An IPv4 prefix written as IPv4-mapped IPv6 (::ffff:a.b.c.d) is what it stands for: no packet has the
/// mapped form.
api::Prefix unmapped(const api::Prefix& prefix) {
    constexpr uint8_t kMappedBits = 96;
    static const auto mapped = api::parse_prefix("::ffff:0:0/96").value_or(api::Prefix{});
    if (prefix.length < kMappedBits || !api::covers(mapped, prefix)) {
        return prefix;
    }
    api::Prefix ipv4;
    ipv4.address.family = api::Family::ipv4;
    std::copy_n(prefix.address.bytes.begin() + 12, 4, ipv4.address.bytes.begin());
    ipv4.length = static_cast<uint8_t>(prefix.length - kMappedBits);
    return ipv4;
}

}  // namespace

ListBuilder::ListBuilder(std::string name) {
    list_.name = std::move(name);
    static_cast<void>(intern({}));
    static_cast<void>(intern_part({}));
}

uint16_t ListBuilder::intern(const EntryPorts& ports) {
    return intern_in(list_.ports, port_indexes_, ports);
}

uint16_t ListBuilder::intern_part(const std::string& part) {
    return intern_in(list_.parts, part_indexes_, part);
}

bool ListBuilder::add_prefix(std::string_view text, EntryKind kind) {
    const auto prefix = api::parse_prefix(text);
    if (!prefix) {
        return false;
    }
    if (api::masked(*prefix) != *prefix && n_host_bits_++ == 0) {
        first_host_bits_ = text;
    }
    add_prefix(unmapped(api::masked(*prefix)), kind);
    return true;
}

void ListBuilder::add_prefix(const api::Prefix& prefix, EntryKind kind) {
    list_.prefixes.push_back({prefix, kind.ports, kind.part});
}

bool ListBuilder::add_domain(std::string_view text, EntryKind kind) {
    auto pattern = parse_domain(text);
    if (!pattern) {
        return false;
    }
    list_.domains.push_back({std::move(*pattern), kind.ports, kind.part});
    return true;
}

std::string ListBuilder::full_complaint() const {
    if (!is_full()) {
        return {};
    }
    return list_.ports.size() >= kMaxListKinds || list_.parts.size() >= kMaxListKinds
               ? fmt::format("more than {} parts or combinations of ports", kMaxListKinds)
               : fmt::format("more than {} entries", kMaxListEntries);
}

}  // namespace egret::control
