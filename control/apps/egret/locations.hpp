// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/apps/egret/commands.hpp"
#include "control/config/config.hpp"
#include "control/config/finding.hpp"
#include "control/locations/location_book.hpp"

#include <optional>
#include <string>
#include <vector>

/// The parts of `egret locations`, one file per verb.
namespace egret::control {

void add_locations_check(CLI::App& noun, const Streams& streams, ExitCode& result);
void add_locations_compile(CLI::App& noun, const Streams& streams, ExitCode& result);
void add_locations_export(CLI::App& noun, const Streams& streams, ExitCode& result);
void add_locations_import(CLI::App& noun, const Streams& streams, ExitCode& result);

/// What a file with locations can be.
enum class LocationFile : uint8_t { toml, graph, csv };

/// By the name's ending, else by how the text begins.
[[nodiscard]] LocationFile kind_of(const std::string& name, const std::string& text);

/// Nothing after a complaint on `err`.
[[nodiscard]] std::optional<std::string>
read_location_file(const std::string& name, std::ostream& err);

/// A configuration without errors; nothing after its errors were printed on `err`.
[[nodiscard]] std::optional<Config> load_quietly(const std::string& file, std::ostream& err);

/// Graph files that belong together. Prints every finding; nothing where one is an error.
[[nodiscard]] std::optional<LocationBook>
load_graph(const std::vector<std::string>& files, std::ostream& err);

}  // namespace egret::control
