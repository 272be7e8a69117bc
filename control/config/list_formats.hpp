// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/config.hpp"

#include <algorithm>
#include <array>
#include <string_view>

/// The formats lists come in, as the configuration names them.
namespace egret::control {

struct ListFormatTraits {
    std::string_view name;
    ListFormat format;
    std::array<std::string_view, 4> parts;  ///< keys of `select` it knows; empty ones are none
};

inline constexpr std::array kListFormats{
    ListFormatTraits{"m365", ListFormat::m365, {"ids", "service_areas", "categories", "required"}},
    ListFormatTraits{"azure-tags", ListFormat::azure_tags, {"tags"}},
    ListFormatTraits{"okta", ListFormat::okta, {"cells"}},
    ListFormatTraits{"auth0", ListFormat::auth0, {"regions"}},
    ListFormatTraits{"google", ListFormat::google, {}},
    ListFormatTraits{"aws", ListFormat::aws, {"services", "regions"}},
    ListFormatTraits{"text", ListFormat::text, {}},
    ListFormatTraits{"csv", ListFormat::csv, {}},
};

/// nullptr for a name that is none.
[[nodiscard]] constexpr const ListFormatTraits* find_list_format(std::string_view name) noexcept {
    const auto* found = std::ranges::find(kListFormats, name, &ListFormatTraits::name);
    return found == kListFormats.end() ? nullptr : found;
}

/// nullptr for entries of the configuration itself.
[[nodiscard]] constexpr const ListFormatTraits* find_list_format(ListFormat format) noexcept {
    const auto* found = std::ranges::find(kListFormats, format, &ListFormatTraits::format);
    return found == kListFormats.end() ? nullptr : found;
}

}  // namespace egret::control
