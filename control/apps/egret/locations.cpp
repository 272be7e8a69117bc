// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/locations.hpp"

#include "control/apps/egret/report.hpp"
#include "control/config/load.hpp"
#include "control/config/read_file.hpp"
#include "control/locations/graph_import.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <ostream>

namespace egret::control {
namespace {

bool ends_with(std::string_view name, std::string_view ending) {
    return name.ends_with(ending);
}

bool has_errors(const std::vector<Finding>& findings) {
    return std::ranges::any_of(findings, [](const Finding& finding) {
        return finding.severity == Severity::error;
    });
}

}  // namespace

LocationFile kind_of(const std::string& name, const std::string& text) {
    if (ends_with(name, ".toml")) {
        return LocationFile::toml;
    }
    if (ends_with(name, ".csv")) {
        return LocationFile::csv;
    }
    const size_t first = text.find_first_not_of("\xEF\xBB\xBF \t\r\n");
    if (ends_with(name, ".json") || (first != std::string::npos && text[first] == '{')) {
        return LocationFile::graph;
    }
    // An array of JSON holds objects, a section of TOML has a name.
    const size_t second =
        first == std::string::npos ? first : text.find_first_not_of(" \t\r\n", first + 1);
    const bool is_array = first != std::string::npos && text[first] == '[' &&
                          second != std::string::npos &&
                          (text[second] == '{' || text[second] == ']');
    if (is_array) {
        return LocationFile::graph;
    }
    return text.find('=') != std::string::npos ? LocationFile::toml : LocationFile::csv;
}

std::optional<std::string> read_location_file(const std::string& name, std::ostream& err) {
    auto text = read_file(name, kMaxGraphBytes);
    if (!text) {
        err << fmt::format("{}: {}\n", name, text.error());
        return std::nullopt;
    }
    return std::move(*text);
}

std::optional<Config> load_quietly(const std::string& file, std::ostream& err) {
    Findings findings(file);
    auto config = load_config(file, findings);
    findings.sort();
    if (!config || findings.has_errors()) {
        print_findings(err, findings.all(), Severity::error);
        return std::nullopt;
    }
    return config;
}

std::optional<LocationBook> load_graph(const std::vector<std::string>& files, std::ostream& err) {
    std::vector<GraphText> texts;
    for (const std::string& file : files) {
        auto text = read_location_file(file, err);
        if (!text) {
            return std::nullopt;
        }
        texts.push_back({file, std::move(*text)});
    }
    std::vector<Finding> findings;
    LocationBook book = read_graph(texts, findings);
    print_findings(err, findings, Severity::note);
    if (has_errors(findings)) {
        return std::nullopt;
    }
    return book;
}

void add_locations(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* noun =
        app.add_subcommand("locations", "Named locations and policies: in, out, limits");
    noun->require_subcommand(1);
    add_locations_import(*noun, streams, result);
    add_locations_export(*noun, streams, result);
    add_locations_check(*noun, streams, result);
    add_locations_compile(*noun, streams, result);
}

}  // namespace egret::control
