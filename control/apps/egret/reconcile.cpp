// SPDX-License-Identifier: Apache-2.0
// `egret signins reconcile`: an exported Entra sign-in log against our records.
#include "control/apps/egret/reconcile.hpp"

#include "control/config/read_file.hpp"
#include "control/reconcile/reconcile_view.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace egret::control {
namespace {

struct Options : DaemonCommand {
    std::string entra;
    std::vector<std::string> records;
    uint32_t window_minutes = 60;
};

/// The newest records of the running egretd.
tl::expected<OwnSignIns, std::string> ask_for_records(const Options& options) {
    auto client = OperatorClient::connect(options.run_directory);
    if (!client) {
        return tl::unexpected(client.error() + "; or name the log with --records");
    }
    const auto records = ask(*client, Json{{"command", "signins"}});
    if (!records) {
        return tl::unexpected(records.error());
    }
    OwnSignIns own;
    std::string lines;
    for (const Json& record : *records) {
        lines += line_of(record) + "\n";
    }
    add_own_records(lines, own);
    return own;
}

tl::expected<OwnSignIns, std::string> read_records(const Options& options) {
    if (options.records.empty()) {
        return ask_for_records(options);
    }
    OwnSignIns own;
    for (const std::string& path : options.records) {
        const auto text = read_file(path, kMaxExportBytes);
        if (!text) {
            return tl::unexpected(path + ": " + text.error());
        }
        add_own_records(*text, own);
    }
    return own;
}

ExitCode fail(const Streams& streams, const std::string& reason) {
    streams.err << "egret signins reconcile: " << reason << '\n';
    return ExitCode::refused;
}

ExitCode run(const Options& options, const Streams& streams) {
    const auto text = read_file(options.entra, kMaxExportBytes);
    if (!text) {
        return fail(streams, options.entra + ": " + text.error());
    }
    const auto entra = parse_entra_export(*text);
    if (!entra) {
        return fail(streams, options.entra + ": " + entra.error());
    }
    const auto own = read_records(options);
    if (!own) {
        return fail(streams, own.error());
    }
    constexpr uint64_t kMinuteNs = 60'000'000'000;
    const Reconciliation result =
        reconcile(*entra, *own, {.before_ns = options.window_minutes * kMinuteNs});
    if (!options.json) {
        streams.out << reconciliation_view(result, *entra, *own);
        return ExitCode::done;
    }
    for (const Mismatch& mismatch : result.mismatches) {
        streams.out << line_of(mismatch_json(mismatch)) << '\n';
    }
    streams.out << line_of(Json{{"summary", summary_json(result, *entra, *own)}}) << '\n';
    return ExitCode::done;
}

}  // namespace

void add_reconcile(CLI::App& signins, const Streams& streams, ExitCode& result) {
    constexpr uint32_t kMaxWindowMinutes = 7 * 24 * 60;
    CLI::App* command = signins.add_subcommand(
        "reconcile",
        "Hold an exported Entra sign-in log against our records and say why they differ"
    );
    auto options = std::make_shared<Options>();
    command->add_option("--entra", options->entra, "Entra's sign-in log, exported as JSON")
        ->required();
    command->add_option(
        "--records",
        options->records,
        "Our sign-in logs; several may be named. Default: the newest records of the running egretd"
    );
    command
        ->add_option(
            "--window",
            options->window_minutes,
            "Minutes a connection may be older than a sign-in over it"
        )
        ->check(CLI::Range(uint32_t{1}, kMaxWindowMinutes))
        ->capture_default_str();
    command->add_flag("--json", options->json, "One mismatch a line, then the sums");
    add_run_directory(*command, *options);
    command->callback([options, &streams, &result] { result = run(*options, streams); });
}

}  // namespace egret::control
