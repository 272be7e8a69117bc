// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/commands.hpp"
#include "control/apps/egret/copies.hpp"
#include "control/apps/egret/report.hpp"
#include "control/compile/generation.hpp"
#include "control/config/choices.hpp"
#include "control/config/load.hpp"
#include "control/locations/check_locations.hpp"
#include "control/policy/interlock.hpp"
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
    std::string against;
    bool json = false;
    ListCopies copies;
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

/// What the interlock says of `loaded` as the successor of the running configuration; a running one
/// that cannot be read is a finding too.
void judge_against(const std::string& running_file, LoadResult& loaded) {
    Findings findings(running_file);
    const auto running = load_config(running_file, findings);
    findings.sort();
    for (const Finding& finding : findings.all()) {
        if (finding.severity == Severity::error) {
            loaded.findings.push_back(finding);
        }
    }
    if (!running || findings.has_errors()) {
        loaded.generation.reset();
        return;
    }
    const auto refusals = interlock(&*running, loaded.generation->config);
    for (const InterlockRefusal& refusal : refusals) {
        loaded.findings.push_back(
            {loaded.generation->config.file, {}, "interlock", Severity::error, refusal.message}
        );
    }
    Findings deletions(loaded.generation->config.file);
    check_deletions(running->locations, loaded.generation->config.locations, deletions);
    for (const Finding& finding : deletions.all()) {
        loaded.findings.push_back(finding);
    }
    if (!refusals.empty()) {
        loaded.findings.push_back(
            {loaded.generation->config.file,
             {},
             "interlock",
             Severity::note,
             std::string(interlock_advice())}
        );
    }
    if (!refusals.empty() || deletions.has_errors()) {
        loaded.generation.reset();
    }
}

ExitCode run(Options& options, const Streams& streams) {
    if (!options.against.empty() && options.files.size() != 1) {
        streams.err << "egret check: --against compares one FILE with the running one\n";
        return ExitCode::usage;
    }
    std::vector<Finding> findings;
    bool ok = true;
    ListOptions lists = options.copies.options();
    lists.may_lack_downloads = true;
    for (const std::string& file : options.files) {
        LoadResult loaded = load_generation(file, {.lists = lists});
        if (!options.against.empty() && loaded.generation) {
            judge_against(options.against, loaded);
        }
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
    command->add_option(
        "--against",
        options->against,
        "The running configuration: also say what a push would be refused for by the interlock "
        "and the deletion rule"
    );
    options->copies.add_option(*command);
    command->add_flag("--json", options->json, "One JSON object on stdout");
    command->callback([options, &streams, &result] { result = run(*options, streams); });
}

}  // namespace egret::control
