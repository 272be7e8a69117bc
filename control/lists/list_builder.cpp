// SPDX-License-Identifier: Apache-2.0
#include "control/lists/list_builder.hpp"

#include "control/config/scalars.hpp"

#include <algorithm>

namespace egret::control {

ListBuilder::ListBuilder(std::string name) {
    list_.name = std::move(name);
    list_.ports.emplace_back();
}

/// A published list knows a handful of port combinations, so looking through them is enough.
uint16_t ListBuilder::intern(const EntryPorts& ports) {
    const auto found = std::ranges::find(list_.ports, ports);
    const auto index = static_cast<uint16_t>(found - list_.ports.begin());
    if (found == list_.ports.end()) {
        list_.ports.push_back(ports);
    }
    return index;
}

bool ListBuilder::add_prefix(std::string_view text, uint16_t ports) {
    const auto prefix = api::parse_prefix(text);
    if (!prefix) {
        return false;
    }
    if (api::masked(*prefix) != *prefix && n_host_bits_++ == 0) {
        first_host_bits_ = text;
    }
    add_prefix(api::masked(*prefix), ports);
    return true;
}

void ListBuilder::add_prefix(const api::Prefix& prefix, uint16_t ports) {
    list_.prefixes.push_back({prefix, ports});
}

bool ListBuilder::add_domain(std::string_view text, uint16_t ports) {
    auto pattern = parse_domain(text);
    if (!pattern) {
        return false;
    }
    list_.domains.push_back({std::move(*pattern), ports});
    return true;
}

}  // namespace egret::control
