// SPDX-License-Identifier: Apache-2.0
#include "control/config/tree.hpp"

#include <algorithm>

namespace egret::control {

const Value* Value::find(std::string_view key) const noexcept {
    const auto found = std::ranges::find(members, key, &Member::key);
    return found == members.end() ? nullptr : &found->value;
}

std::string_view name_of(Kind kind) noexcept {
    switch (kind) {
        case Kind::text:
            return "a string";
        case Kind::integer:
            return "an integer";
        case Kind::number:
            return "a number";
        case Kind::boolean:
            return "a boolean";
        case Kind::time:
            return "a date or time";
        case Kind::array:
            return "an array";
        case Kind::table:
            break;
    }
    return "a table";
}

}  // namespace egret::control
