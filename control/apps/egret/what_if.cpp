// SPDX-License-Identifier: Apache-2.0
#include "control/policy/what_if.hpp"

#include "control/apps/egret/commands.hpp"
#include "control/apps/egret/report.hpp"
#include "control/config/load.hpp"
#include "control/policy/country_database.hpp"
#include "control/policy/failover.hpp"
#include "control/records/json.hpp"
#include "control/records/what_if_records.hpp"

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
    std::string resource_ip;
    std::string tenant;
    bool inside_corpnet = false;
    bool sites = false;
    bool json = false;
};

struct Question {
    SignInContext context;
    std::optional<api::IpAddress> resource_ip;
};

/// False after a complaint on `err`; an absent option leaves nothing.
bool read_address(
    std::string_view option,
    const std::string& text,
    std::optional<api::IpAddress>& address,
    std::ostream& err
) {
    address = text.empty() ? std::nullopt : api::parse_address(text);
    if (!text.empty() && !address) {
        err << fmt::format("egret what-if: {}: \"{}\" is no IP address\n", option, text);
        return false;
    }
    return true;
}

/// Nothing after a complaint on `err`.
std::optional<Question> read_question(const Options& options, std::ostream& err) {
    Question question;
    std::optional<api::IpAddress> ip;
    if (!read_address("--ip", options.ip, ip, err) ||
        !read_address("--initial-ip", options.initial_ip, question.context.initial_ip, err) ||
        !read_address("--resource-ip", options.resource_ip, question.resource_ip, err)) {
        return std::nullopt;
    }
    if (!ip) {
        err << "egret what-if: --ip: \"\" is no IP address\n";
        return std::nullopt;
    }
    question.context.ip = *ip;
    question.context.inside_corpnet = options.inside_corpnet;
    question.context.tenant = options.tenant;
    return question;
}

std::string outcome_text(const Outcome& outcome) {
    if (outcome.blocked) {
        return "block";
    }
    std::vector<std::string_view> controls;
    for (const Grant grant : outcome.demanded) {
        controls.push_back(name_of(grant));
    }
    return controls.empty() ? "nothing is asked"
                            : fmt::format("asked for: {}", fmt::join(controls, ", "));
}

void print_policy(std::ostream& out, const PolicyResult& policy) {
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

/// What would be demanded on each uplink of a branch, or of each site.
void print_outcomes(
    std::ostream& out,
    std::string_view kind,
    const std::vector<UplinkOutcome>& uplinks
) {
    for (const UplinkOutcome& uplink : uplinks) {
        out << fmt::format(
            "{:<9} {} from {}: {}\n",
            kind,
            uplink.uplink,
            uplink.address.empty() ? "an unknown address" : uplink.address,
            outcome_text(uplink.outcome)
        );
        for (const std::string& policy : uplink.at_risk) {
            out << fmt::format(
                "          policy_at_risk: a failover puts users under \"{}\"\n",
                policy
            );
        }
    }
}

void print(std::ostream& out, const WhatIfReport& report) {
    const WhatIf& what_if = report.what_if;
    out << fmt::format("address   {}\n", api::to_text(what_if.ip));
    if (!what_if.country.empty()) {
        out << fmt::format("country   {}\n", what_if.country);
    }
    for (const NetworkLocation& location : what_if.locations) {
        out << fmt::format(
            "location  {} ({})\n",
            fmt::join(location.names, ", "),
            name_of(location.type)
        );
    }
    for (const PolicyResult& policy : what_if.policies) {
        print_policy(out, policy);
    }
    out << fmt::format("outcome   {}\n", outcome_text(what_if.outcome));
    if (report.resource) {
        out << fmt::format("token     {}\n", name_of(report.resource->fate));
        for (const std::string& reason : report.resource->reasons) {
            out << fmt::format("          {}\n", reason);
        }
    }
    print_outcomes(out, "uplink", report.uplinks);
    if (report.sites) {
        print_outcomes(out, "site", *report.sites);
    }
    out << "Locations only: no user, app or device is modelled, and the identity provider "
           "decides.\n";
}

std::shared_ptr<const CountryDatabase> open_countries(const Config& config, std::ostream& err) {
    if (config.geo.database->empty()) {
        return nullptr;
    }
    auto opened = CountryDatabase::open(*config.geo.database);
    if (!opened) {
        err << fmt::format("{}: warning: geo.database: {}\n", config.file, opened.error());
        return nullptr;
    }
    return std::move(*opened);
}

ExitCode run(const Options& options, const Streams& streams) {
    const auto question = read_question(options, streams.err);
    if (!question) {
        return ExitCode::usage;
    }
    Findings findings(options.config);
    const auto config = load_config(options.config, findings);
    findings.sort();
    if (!config || findings.has_errors()) {
        print_findings(streams.err, findings.all(), Severity::error);
        return ExitCode::refused;
    }
    const PolicyTable table(*config, open_countries(*config, streams.err));
    WhatIfReport report{evaluate(*config, table, question->context), {}, {}, {}};
    if (question->resource_ip) {
        report.resource = evaluate_resource(
            *config,
            table,
            report.what_if,
            *question->resource_ip,
            options.tenant
        );
    }
    report.uplinks = uplink_outcomes(*config, table);
    if (options.sites) {
        report.sites = site_outcomes(*config, table);
    }
    if (options.json) {
        streams.out << line_of(what_if_report_json(report)) << '\n';
    } else {
        print(streams.out, report);
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
    command->add_option(
        "--resource-ip",
        options->resource_ip,
        "The address a service sees the client from afterwards: what becomes of the token"
    );
    command->add_option(
        "--tenant",
        options->tenant,
        "The sign-in comes through a tunnel of this tenant: its compliant network"
    );
    command->add_flag(
        "--inside-corpnet",
        options->inside_corpnet,
        "The federation server says the client is inside the corporate network"
    );
    command->add_flag("--sites", options->sites, "Also what every site's own addresses meet");
    command->add_flag("--json", options->json, "One JSON object on stdout");
    command->callback([options, &streams, &result] { result = run(*options, streams); });
}

}  // namespace egret::control
