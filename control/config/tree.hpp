// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/finding.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace egret::control {

enum class Kind : uint8_t { text, integer, number, boolean, time, array, table };

struct Member;

/// A TOML document without TOML: what the rest of control reads, so that one file alone knows the
/// parser. Members stand in file order.
struct Value {
    Kind kind = Kind::table;
    bool is_broken = false;  ///< set by validate: reported, not to be used
    bool boolean = false;
    SourceLocation at;
    std::string text;
    int64_t integer = 0;
    double number = 0;
    std::vector<Value> items;     ///< of an array
    std::vector<Member> members;  ///< of a table

    /// The member named `key`, or nullptr; also if this is no table.
    [[nodiscard]] const Value* find(std::string_view key) const noexcept;
};

struct Member {
    std::string key;
    SourceLocation at;  ///< of the key
    Value value;
};

/// "a string", "an integer", ... for messages.
[[nodiscard]] std::string_view name_of(Kind kind) noexcept;

}  // namespace egret::control
