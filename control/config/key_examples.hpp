// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace egret::control {

/// What CONFIG.md shows of a key beside the schema: a value as it stands in a file, and what a number counts. A test holds
/// that every key has one and that it passes the schema's checks.
struct KeyExample {
    std::string_view key;    ///< `section.key`; without a section at the top level
    std::string_view value;  ///< TOML
    std::string_view unit{};
};

[[nodiscard]] std::span<const KeyExample> key_examples() noexcept;

/// Nothing is shown for a key without one.
[[nodiscard]] KeyExample find_example(std::string_view section, std::string_view key) noexcept;

}  // namespace egret::control
