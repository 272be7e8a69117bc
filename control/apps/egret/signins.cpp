// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/daemon_command.hpp"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>

namespace egret::control {
namespace {

/// egretd gives no more than this.
constexpr uint32_t kMaxLimit = 1000;

struct Options : DaemonCommand {
    uint32_t limit = 1000;
};

}  // namespace

void add_signins(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* command = app.add_subcommand("signins", "The newest sign-ins of an edge");
    auto options = std::make_shared<Options>();
    add_show_options(*command, *options);
    command->add_option("--limit", options->limit, "Records at most")
        ->check(CLI::Range(uint32_t{1}, kMaxLimit))
        ->capture_default_str();
    command->callback([options, &streams, &result] {
        const Json request{{"command", "signins"}, {"limit", options->limit}};
        result = show_records(*options, streams, request, sign_ins_view);
    });
}

}  // namespace egret::control
