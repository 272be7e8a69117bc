// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/records/json.hpp"

#include <cstdint>
#include <optional>
#include <string>

/// Members of what an operator sent; a member of another type is as good as none.
namespace egret::control {

[[nodiscard]] inline std::string text_of(const Json& request, const char* name) {
    const auto found = request.find(name);
    return found != request.end() && found->is_string() ? found->get<std::string>() : std::string();
}

[[nodiscard]] inline std::optional<uint64_t> number_of(const Json& request, const char* name) {
    const auto found = request.find(name);
    return found != request.end() && found->is_number_unsigned()
               ? std::optional(found->get<uint64_t>())
               : std::nullopt;
}

[[nodiscard]] inline bool flag_of(const Json& request, const char* name) {
    const auto found = request.find(name);
    return found != request.end() && found->is_boolean() && found->get<bool>();
}

}  // namespace egret::control
