// SPDX-License-Identifier: Apache-2.0
#include "control/policy/what_if.hpp"

#include "control/apps/egret/commands.hpp"
#include "control/apps/egret/report.hpp"
#include "control/config/load.hpp"
#include "control/records/json.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>
#include <ostream>
#include <string>

namespace egret::control {
namespace {

struct Options {
    std::string config;
    std::string ip;
    std::string initial_ip;
    bool inside_corpnet = false;
    bool json = false;
};

std::optional<api::IpAddress>
read_address(std::string_view option, const std::string& text, std::ostream& err) {
    const auto address = api::parse_address(text);
    if (!address) {
        err << fmt::format("egret what-if: {}: \"{}\" is no IP address\n", option, text);
    }
    return address;
}

/// Nothing after a complaint on `err`.
std::optional<SignInContext> read_context(const Options& options, std::ostream& err) {
    SignInContext context;
    context.inside_corpnet = options.inside_corpnet;
    const auto ip = read_address("--ip", options.ip, err);
    if (!ip) {
        return std::nullopt;
    }
    context.ip = *ip;
    if (!options.initial_ip.empty()) {
        context.initial_ip = read_address("--initial-ip", options.initial_ip, err);
        if (!context.initial_ip) {
            return std::nullopt;
        }
    }
    return context;
}

std::string outcome_text(const WhatIf& what_if) {
    if (what_if.blocked) {
        return "block";
    }
    std::vector<std::string_view> controls;
    for (const Grant grant : what_if.demanded) {
        controls.push_back(name_of(grant));
    }
    return controls.empty() ? "nothing is asked"
                            : fmt::format("asked for: {}", fmt::join(controls, ", "));
}

void print(std::ostream& out, const WhatIf& what_if) {
    out << fmt::format("address   {}\n", api::to_text(what_if.ip));
    for (const NetworkLocation& location : what_if.locations) {
        out << fmt::format(
            "location  {} ({})\n",
            fmt::join(location.names, ", "),
            name_of(location.type)
        );
    }
    for (const PolicyResult& policy : what_if.policies) {
        out << fmt::format(
            "policy    {} ({}): {}\n",
            policy.policy,
            name_of(policy.state),
            policy.applied ? name_of(policy.grant) : "not-applied"
        );
        for (const std::string& reason : policy.reasons) {
            out << fmt::format("          {}\n", reason);
        }
    }
    out << fmt::format("outcome   {}\n", outcome_text(what_if));
    out << "Locations only: no user, app or device is modelled, and the identity provider "
           "decides.\n";
}

ExitCode run(const Options& options, const Streams& streams) {
    const auto context = read_context(options, streams.err);
    if (!context) {
        return ExitCode::usage;
    }
    Findings findings(options.config);
    const auto config = load_config(options.config, findings);
    findings.sort();
    if (!config || findings.has_errors()) {
        print_findings(streams.err, findings.all(), Severity::error);
        return ExitCode::refused;
    }
    const WhatIf what_if = evaluate(*config, *context);
    if (options.json) {
        streams.out << line_of(what_if_json(what_if)) << '\n';
    } else {
        print(streams.out, what_if);
    }
    return ExitCode::done;
}

}  // namespace

void add_what_if(CLI::App& app, const Streams& streams, ExitCode& result) {
    CLI::App* command =
        app.add_subcommand("what-if", "What Conditional Access would do with an address");
    auto options = std::make_shared<Options>();
    command->add_option("--config", options->config, "Locations and policies")->required();
    command->add_option("--ip", options->ip, "The address the service sees")->required();
    command->add_option(
        "--initial-ip",
        options->initial_ip,
        "Where a session that lives on was first authenticated"
    );
    command->add_flag(
        "--inside-corpnet",
        options->inside_corpnet,
        "The federation server says the client is inside the corporate network"
    );
    command->add_flag("--json", options->json, "One JSON object on stdout");
    command->callback([options, &streams, &result] { result = run(*options, streams); });
}

}  // namespace egret::control
