// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/locations.hpp"
#include "control/locations/csv.hpp"
#include "control/locations/graph_export.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <ostream>

namespace egret::control {
namespace {

struct Options {
    std::string file;
    std::string format = "graph";
    std::string name;
};

/// The location that is asked for, or the only one with ranges; nullptr after a complaint.
const LocationSection* choose(const Config& config, const Options& options, std::ostream& err) {
    std::vector<const LocationSection*> candidates;
    for (const LocationSection& location : config.locations) {
        const bool is_meant =
            options.name.empty() ? !location.is_by_country() : *location.name == options.name;
        if (is_meant) {
            candidates.push_back(&location);
        }
    }
    if (candidates.size() != 1) {
        err
            << (options.name.empty()
                    ? std::string(
                          "egret locations export: CSV holds one location: give its --name\n"
                      )
                    : fmt::format("{}: no location is called \"{}\"\n", options.file, options.name)
               );
        return nullptr;
    }
    if (candidates.front()->is_by_country()) {
        err << fmt::format("{}: \"{}\" has countries, not ranges\n", options.file, options.name);
        return nullptr;
    }
    return candidates.front();
}

ExitCode run(const Options& options, const Streams& streams) {
    const auto config = load_quietly(options.file, streams.err);
    if (!config) {
        return ExitCode::refused;
    }
    if (options.format == "csv") {
        const LocationSection* location = choose(*config, options, streams.err);
        if (location == nullptr) {
            return ExitCode::refused;
        }
        streams.out << csv_of(location->ranges);
        return ExitCode::done;
    }
    if (options.format == "settings") {
        streams.out << graph_settings_of(*config->signaling.enabled);
        return ExitCode::done;
    }
    LocationBook book = book_of(*config);
    if (!options.name.empty()) {
        std::erase_if(book.locations, [&](const LocationSection& location) {
            return *location.name != options.name;
        });
    }
    if (!options.name.empty() && book.locations.empty()) {
        streams.err
            << fmt::format("{}: no location is called \"{}\"\n", options.file, options.name);
        return ExitCode::refused;
    }
    streams.out << graph_of(book);
    return ExitCode::done;
}

}  // namespace

void add_locations_export(CLI::App& noun, const Streams& streams, ExitCode& result) {
    CLI::App* command = noun.add_subcommand("export", "The locations of a configuration");
    auto options = std::make_shared<Options>();
    command->add_option("FILE", options->file, "The configuration")->required();
    command
        ->add_option(
            "--format",
            options->format,
            "graph (default), csv, or settings: [signaling] as Graph's conditionalAccessSettings"
        )
        ->check(CLI::IsMember({"graph", "csv", "settings"}));
    command->add_option("--name", options->name, "One location alone; CSV holds no more");
    command->callback([options, &streams, &result] { result = run(*options, streams); });
}

}  // namespace egret::control
