// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/commands.hpp"
#include "control/apps/egret/report.hpp"
#include "control/compile/generation.hpp"
#include "control/config/choices.hpp"
#include "control/records/command_records.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace egret::control {
namespace {

struct Options {
    std::vector<std::string> files;
    bool json = false;
};

std::string counted(size_t count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string summary(const std::string& file, const Generation& generation) {
    const Config& config = generation.config;
    size_t n_prefixes = 0;
    for (const List& list : generation.lists) {
        n_prefixes += list.prefixes.size();
    }
    return fmt::format(
        "{}: ok: {} \"{}\", generation {}: {}, {}, {}, {}",
        file,
        spelling_of(kRoles, *config.node.role),
        *config.node.name,
        *config.node.generation,
        counted(config.peers.size(), "peer", "peers"),
        counted(config.rules.size(), "rule", "rules"),
        counted(config.segments.size(), "segment", "segments"),
        counted(n_prefixes, "prefix", "prefixes")
    );
}

ExitCode run(const Options& options, const Streams& streams) {
    std::vector<Finding> findings;
    bool ok = true;
    for (const std::string& file : options.files) {
        const LoadResult loaded = load_generation(file);
        findings.insert(findings.end(), loaded.findings.begin(), loaded.findings.end());
        ok = ok && loaded.generation.has_value();
        if (!options.json) {
            print_findings(streams.err, loaded.findings, Severity::note);
            if (loaded.generation) {
                streams.out << summary(file, *loaded.generation) << '\n';
            }
        }
    }
    if (options.json) {
        streams.out << line_of(check_json(ok, findings)) << '\n';
    }
    return ok ? ExitCode::done : ExitCode::refused;
}

}  // namespace

void add_check(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* command = app.add_subcommand("check", "Parse, validate and compile configurations");
    auto options = std::make_shared<Options>();
    command->add_option("FILE", options->files, "Configurations to check")->required();
    command->add_flag("--json", options->json, "One JSON object on stdout");
    command->callback([options, &streams, &result] { result = run(*options, streams); });
}

}  // namespace egret::control
