// SPDX-License-Identifier: Apache-2.0
#include "control/config/schema.hpp"

#include "control/config/schema_parts.hpp"

#include <algorithm>

namespace egret::control {

std::array<std::span<const Section>, 5> schema() noexcept {
    return {
        schema_parts::kNode,
        schema_parts::kTunnel,
        schema_parts::kLists,
        schema_parts::kTraffic,
        schema_parts::kPolicy};
}

const Section* find_section(std::string_view name) noexcept {
    for (const auto& part : schema()) {
        const auto found = std::ranges::find(part, name, &Section::name);
        if (found != part.end()) {
            return &*found;
        }
    }
    return nullptr;
}

const Key* find_key(const Section& section, std::string_view name) noexcept {
    const auto found = std::ranges::find(section.keys, name, &Key::name);
    return found == section.keys.end() ? nullptr : &*found;
}

}  // namespace egret::control
