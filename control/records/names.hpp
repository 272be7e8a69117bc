// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/generation.hpp"

#include <cstdint>
#include <string>

/// From the dataplane's indexes back to the names operators gave; empty where there is none.
namespace egret::control {

template <class Section>
[[nodiscard]] std::string name_at(const std::vector<Section>& sections, uint16_t index) {
    return index < sections.size() ? *sections[index].name : std::string();
}

/// How sure the choice of a segment was (design section 8). Addresses choose, so far: "prefix" for
/// whatever is in a segment.
[[nodiscard]] inline std::string_view confidence_of(uint16_t segment) noexcept {
    return segment == api::kNone ? std::string_view() : std::string_view("prefix");
}

}  // namespace egret::control
