// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/commands.hpp"
#include "control/apps/egret/report.hpp"
#include "control/config/choices.hpp"
#include "control/config/clean_name.hpp"
#include "control/config/read_file.hpp"
#include "control/records/segment_records.hpp"
#include "control/segments/segment_sections.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace egret::control {
namespace {

struct Options {
    std::vector<std::string> files;
    std::vector<std::string> via;
    std::string role = "branch";
    bool json = false;
};

/// `GROUP`, or `SERVER-GROUP=GROUP`; nothing after a complaint on `err`.
std::optional<ViaChoice> choose_via(const std::vector<std::string>& texts, std::ostream& err) {
    ViaChoice choice;
    for (const std::string& text : texts) {
        const size_t equals = text.rfind('=');
        const std::string group = equals == std::string::npos ? text : text.substr(equals + 1);
        const bool is_new =
            equals == std::string::npos
                ? choice.otherwise.empty()
                : choice.by_server_group.try_emplace(text.substr(0, equals), group).second;
        if (equals == std::string::npos) {
            choice.otherwise = group;
        }
        if (!is_new || equals == 0 || group.empty() || clean_name(group) != group) {
            err << fmt::format(
                "egret segments import: --via \"{}\": say GROUP once, or SERVER-GROUP=GROUP once "
                "for each server group\n",
                clean_name(text)
            );
            return std::nullopt;
        }
    }
    return choice;
}

std::optional<std::vector<SegmentText>>
read_texts(const std::vector<std::string>& files, std::ostream& err) {
    std::vector<SegmentText> texts;
    for (const std::string& file : files) {
        auto text = read_file(file, kMaxSegmentBytes);
        if (!text) {
            err << fmt::format("{}: {}\n", file, text.error());
            return std::nullopt;
        }
        texts.push_back({file, std::move(*text)});
    }
    return texts;
}

ExitCode run(const Options& options, const Streams& streams) {
    const auto via = choose_via(options.via, streams.err);
    if (!via) {
        return ExitCode::usage;
    }
    const auto texts = read_texts(options.files, streams.err);
    if (!texts) {
        return ExitCode::refused;
    }
    std::vector<Finding> findings;
    const SegmentImport import = import_segments(*texts, *via, findings);
    const bool ok = std::ranges::none_of(findings, [](const Finding& finding) {
        return finding.severity == Severity::error;
    });
    if (options.json) {
        streams.out << line_of(segments_json(ok, ok ? import : SegmentImport{}, findings)) << '\n';
        return ok ? ExitCode::done : ExitCode::refused;
    }
    print_findings(streams.err, findings, Severity::note);
    if (!ok) {
        return ExitCode::refused;
    }
    streams.out << toml_of(import, options.role == "edge" ? api::Role::edge : api::Role::branch);
    if (import.rules.empty()) {
        streams.err
            << "nothing is anchored, and nothing always bypassed: there is no rule to make\n";
    }
    return ExitCode::done;
}

void add_import(CLI::App& noun, const Streams& streams, ExitCode& result) {
    CLI::App* command = noun.add_subcommand(
        "import",
        "Zscaler Private Access' application segments as sections of TOML"
    );
    auto options = std::make_shared<Options>();
    command
        ->add_option(
            "FILE",
            options->files,
            "Answers of its API (all pages), `terraform show -json`, or states of Terraform"
        )
        ->required();
    command
        ->add_option(
            "--via",
            options->via,
            "The group of peers anchored segments go through, or SERVER-GROUP=GROUP, also several "
            "times (default: the server group's name)"
        )
        ->allow_extra_args(false);
    command
        ->add_option(
            "--role",
            options->role,
            "branch (default), or edge: what comes through tunnels, without rules"
        )
        ->check(CLI::IsMember({"branch", "edge"}));
    command->add_flag("--json", options->json, "One JSON object on stdout");
    command->callback([options, &streams, &result] { result = run(*options, streams); });
}

}  // namespace

void add_segments(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* noun = app.add_subcommand("segments", "Destinations out of other products");
    noun->require_subcommand(1);
    add_import(*noun, streams, result);
}

}  // namespace egret::control
