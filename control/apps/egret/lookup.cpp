// SPDX-License-Identifier: Apache-2.0
#include "control/compile/lookup.hpp"

#include "control/apps/egret/commands.hpp"
#include "control/apps/egret/copies.hpp"
#include "control/apps/egret/report.hpp"
#include "control/compile/port_set.hpp"
#include "control/records/command_records.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>
#include <ostream>
#include <string>

namespace egret::control {
namespace {

struct Options {
    std::string config;
    std::string destination;
    std::string from;
    std::string at;
    bool udp = false;
    bool json = false;
    ListCopies copies;
};

/// Nothing after a complaint on `err`.
std::optional<LookupQuery> read_query(const Options& options, std::ostream& err) {
    LookupQuery query;
    const auto destination = parse_destination(options.destination);
    if (!destination) {
        err << fmt::format(
            "egret lookup: \"{}\" is no address, [IPV6] or name, with or without :PORT\n",
            options.destination
        );
        return std::nullopt;
    }
    query.destination = *destination;
    query.protocol = options.udp ? kUdp : kTcp;
    if (!options.from.empty()) {
        const auto from = api::parse_address(options.from);
        if (!from) {
            err << fmt::format("egret lookup: --from: \"{}\" is no IP address\n", options.from);
            return std::nullopt;
        }
        query.from = *from;
    }
    return query;
}

void print(std::ostream& out, const Json& record) {
    for (const auto& [key, value] : record.items()) {
        if (value.is_object()) {
            print(out, value);
            continue;
        }
        out << fmt::format(
            "{:<11} {}\n",
            key,
            value.is_null() ? std::string("-") : value.get<std::string>()
        );
    }
}

ExitCode run(Options& options, const Streams& streams) {
    const auto query = read_query(options, streams.err);
    if (!query) {
        return ExitCode::usage;
    }
    const auto wall = options.at.empty() ? std::optional(wall_time(wall_clock_ns()))
                                         : parse_wall_time(options.at);
    if (!wall) {
        streams.err << fmt::format(
            "egret lookup: --at: \"{}\" is no time like \"Sat 23:30\"\n",
            options.at
        );
        return ExitCode::usage;
    }
    const LoadResult loaded = load_generation(
        options.config,
        {.ignores_keys = true, .wall_time = wall, .lists = options.copies.options()}
    );
    if (!loaded.generation) {
        print_findings(streams.err, loaded.findings, Severity::error);
        return ExitCode::refused;
    }
    const LookupResult result = look_up(*loaded.generation, *query);
    const Json record = lookup_json(result, loaded.generation->config);
    if (options.json) {
        streams.out << line_of(record) << '\n';
    } else {
        print(streams.out, record);
    }
    return ExitCode::done;
}

}  // namespace

void add_lookup(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* command = app.add_subcommand("lookup", "The verdict on a destination, and why");
    auto options = std::make_shared<Options>();
    command->add_option("--config", options->config, "The node's configuration")->required();
    command
        ->add_option(
            "DEST[:PORT]",
            options->destination,
            "Address or name; IPv6 with a port as [ADDR]:PORT"
        )
        ->required();
    command->add_flag("--udp", options->udp, "UDP instead of TCP");
    command->add_option("--from", options->from, "The client's address");
    command
        ->add_option("--at", options->at, "Another time than now, for rules with hours: Sat 23:30");
    options->copies.add_option(*command);
    command->add_flag("--json", options->json, "One JSON object on stdout");
    command->callback([options, &streams, &result] { result = run(*options, streams); });
}

}  // namespace egret::control
