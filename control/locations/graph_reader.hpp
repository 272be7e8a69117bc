// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/finding.hpp"
#include "control/locations/location_book.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

/// The parts `read_graph` is made of.
namespace egret::control {

using GraphJson = nlohmann::json;

/// One object of a file and how a finding names it, such as `value[3]`.
struct GraphObject {
    const GraphJson& json;
    std::string place;
};

/// What is collected over all files: policies come last, when every id is known.
struct GraphBook {
    LocationBook book;
    std::map<std::string, std::string> names_by_id;  ///< what policies call by id
};

/// The string below `key`, or empty; another type is empty too.
[[nodiscard]] std::string text_of(const GraphJson& object, const char* key);

/// True only for a boolean that is true.
[[nodiscard]] bool flag_of(const GraphJson& object, const char* key);

/// `text` as a name of a configuration: no control characters, at most 128 bytes, not one with a
/// meaning of its own, and not among `taken`.
[[nodiscard]] std::string usable_name(
    std::string_view text,
    std::string_view fallback,
    const std::vector<std::string>& taken
);

void read_graph_location(const GraphObject& object, GraphBook& graph, Findings& findings);

void read_graph_policy(const GraphObject& object, GraphBook& graph, Findings& findings);

}  // namespace egret::control
