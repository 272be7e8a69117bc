// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace egret::control {

/// Deepest nesting, and most values and members, of a document: what keeps megabytes of brackets
/// from becoming gigabytes.
struct JsonLimits {
    size_t max_depth;
    size_t max_values;
};

/// Parses JSON somebody else wrote; its size in bytes is the caller's to limit. Error: what the
/// text does, such as "is not JSON" or "nests deeper than 16". Nothing is thrown.
[[nodiscard]] tl::expected<nlohmann::json, std::string>
parse_bounded_json(std::string_view text, const JsonLimits& limits);

}  // namespace egret::control
