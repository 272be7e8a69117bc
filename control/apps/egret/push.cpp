// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/change_answer.hpp"
#include "control/config/prescan.hpp"
#include "control/config/read_file.hpp"
#include "control/config/scalars.hpp"

#include <egret/crypto/minisign.hpp>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>

namespace egret::control {
namespace {

constexpr uint64_t kNsPerSecond = 1'000'000'000;

struct Options : DaemonCommand {
    std::string file;
    std::string signature;  ///< path; empty: FILE.minisig where there is one
    std::string confirm_within;
    bool dry_run = false;
    bool force = false;
};

/// Empty where the push is unsigned.
tl::expected<std::string, std::string> read_signature(const Options& options) {
    std::string path = options.signature;
    if (path.empty()) {
        path = options.file + ".minisig";
        std::error_code ignored;
        if (!std::filesystem::exists(path, ignored)) {
            return std::string();
        }
    }
    auto text = read_file(path, crypto::kMaxSignatureText);
    if (!text) {
        return tl::unexpected(path + ": " + text.error());
    }
    if (text->empty()) {
        return tl::unexpected(path + ": holds no signature");
    }
    return std::move(*text);
}

tl::expected<Json, std::string> request_of(const Options& options) {
    const auto toml = read_file(options.file, kMaxConfigBytes);
    if (!toml) {
        return tl::unexpected(options.file + ": " + toml.error());
    }
    const auto signature = read_signature(options);
    if (!signature) {
        return tl::unexpected(signature.error());
    }
    const auto within_ns = parse_duration(options.confirm_within);
    return Json{
        {"command", "push"},
        {"name", options.file},
        {"toml", *toml},
        {"signature", *signature},
        {"dry_run", options.dry_run},
        {"force", options.force},
        {"confirm_within_s", within_ns.value_or(0) / kNsPerSecond},
    };
}

ExitCode run(const Options& options, const Streams& streams) {
    const bool is_time = options.confirm_within.empty() ||
                         parse_duration(options.confirm_within).value_or(0) >= kNsPerSecond;
    if (!is_time) {
        streams.err << "egret push: --confirm-within: \"" << options.confirm_within
                    << "\" is no time like 90s, 10m or 1h\n";
        return ExitCode::usage;
    }
    const auto request = request_of(options);
    if (!request) {
        streams.err << "egret push: " << request.error() << '\n';
        return ExitCode::refused;
    }
    return change(options, streams, "push", *request);
}

}  // namespace

void add_push(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* command =
        app.add_subcommand("push", "Make a configuration the node's next generation");
    auto options = std::make_shared<Options>();
    command->add_option("FILE", options->file, "The configuration")->required();
    command->add_option(
        "--signature",
        options->signature,
        "Its minisign signature; FILE.minisig where there is one"
    );
    command->add_option(
        "--confirm-within",
        options->confirm_within,
        "Take it back unless egret confirm comes in this time (10s to 24h), the machine starts "
        "anew, or no peer is reachable any more"
    );
    command->add_flag("--dry-run", options->dry_run, "Check everything, change nothing");
    command->add_flag("--force", options->force, "Where the interlock would refuse, only warn");
    add_change_options(*command, *options);
    command->callback([options, &streams, &result] { result = run(*options, streams); });
}

}  // namespace egret::control
