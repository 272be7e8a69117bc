// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/locations.hpp"
#include "control/locations/compile_locations.hpp"
#include "control/locations/csv.hpp"
#include "control/locations/graph_export.hpp"
#include "control/locations/toml_sections.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>
#include <ostream>

namespace egret::control {
namespace {

struct Options {
    std::vector<std::string> sources;
    std::string profile = "today";
    std::string format = "graph";
    LocationPlan plan;
};

/// False after a complaint.
bool add_source(const std::string& source, std::vector<FleetSite>& sites, std::ostream& err) {
    if (const auto prefix = api::parse_prefix(source)) {
        sites.push_back({"addresses given", {*prefix}});
        return true;
    }
    const auto config = load_quietly(source, err);
    if (!config) {
        return false;
    }
    for (FleetSite& site : fleet_sites(*config)) {
        if (site.addresses.empty()) {
            err << fmt::format(
                "{}: warning: site \"{}\" states no egress address and is left out\n",
                source,
                site.name
            );
        } else {
            sites.push_back(std::move(site));
        }
    }
    return true;
}

ExitCode print(const Options& options, const CompiledLocations& compiled, const Streams& streams) {
    if (options.format == "toml") {
        streams.out << toml_of(compiled.book);
    } else if (options.format == "graph") {
        streams.out << graph_of(compiled.book);
    } else if (compiled.book.locations.size() == 1) {
        streams.out << csv_of(compiled.book.locations.front().ranges);
    } else {
        streams.err << fmt::format(
            "egret locations compile: {} locations do not fit one CSV: use --format graph\n",
            compiled.book.locations.size()
        );
        return ExitCode::refused;
    }
    streams.err << fmt::format(
        "{} egress prefixes made {} ranges in {} locations\n",
        compiled.n_before,
        compiled.n_after,
        compiled.book.locations.size()
    );
    if (compiled.n_added_ipv4 > 0 || compiled.n_added_ipv6 > 0) {
        streams.err << fmt::format(
            "warning: they hold {:.0f} IPv4 addresses and {:g} IPv6 /48 that no site has\n",
            compiled.n_added_ipv4,
            compiled.n_added_ipv6
        );
    }
    return ExitCode::done;
}

ExitCode run(Options& options, const Streams& streams) {
    options.plan.profile = options.profile == "2018" ? LimitProfile::of_2018 : LimitProfile::today;
    std::vector<FleetSite> sites;
    for (const std::string& source : options.sources) {
        if (!add_source(source, sites, streams.err)) {
            return ExitCode::refused;
        }
    }
    const auto compiled = compile_locations(sites, options.plan);
    if (!compiled) {
        streams.err << fmt::format("egret locations compile: {}\n", compiled.error());
        return ExitCode::refused;
    }
    return print(options, *compiled, streams);
}

}  // namespace

void add_locations_compile(CLI::App& noun, const Streams& streams, ExitCode& result) {
    CLI::App* command = noun.add_subcommand(
        "compile",
        "A fleet's egress addresses as locations that fit the limits"
    );
    auto options = std::make_shared<Options>();
    command
        ->add_option("SOURCE", options->sources, "Configurations of branches or edges, or prefixes")
        ->required();
    command->add_option("--profile", options->profile, "Limits of 2018 or of today (default)")
        ->check(CLI::IsMember({"2018", "today"}));
    command->add_option("--format", options->format, "graph (default), csv or toml")
        ->check(CLI::IsMember({"graph", "csv", "toml"}));
    command->add_option("--name", options->plan.name, "Name of the location");
    command->add_option("--max-ranges", options->plan.max_ranges, "Make no more ranges than these");
    command->add_flag("--per-site", options->plan.is_per_site, "One location per site");
    command->add_flag("--trusted", options->plan.is_trusted, "Mark the locations as trusted");
    command->add_flag(
        "--allow-widening",
        options->plan.may_widen,
        "Where they do not fit: take in addresses that no site has, as few as possible"
    );
    command->callback([options, &streams, &result] { result = run(*options, streams); });
}

}  // namespace egret::control
