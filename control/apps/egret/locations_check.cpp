// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/locations.hpp"
#include "control/apps/egret/report.hpp"
#include "control/config/load.hpp"
#include "control/locations/check_locations.hpp"
#include "control/locations/csv.hpp"
#include "control/locations/readiness.hpp"
#include "control/records/command_records.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <ostream>

namespace egret::control {
namespace {

struct Options {
    std::vector<std::string> files;
    std::vector<std::string> avoid;
    std::string against;
    std::string profile = "today";
    bool readiness = false;
    bool json = false;
};

/// Everything that is said, and the sites of all files.
struct Report {
    std::vector<Finding> findings;
    std::vector<std::string> summaries;
    std::vector<Readiness> readiness;

    void add(Findings& one) {
        one.sort();
        findings.insert(findings.end(), one.all().begin(), one.all().end());
    }
};

/// False after a complaint.
bool read_shared(const Options& options, LocationCheck& check, std::ostream& err) {
    for (const std::string& file : options.avoid) {
        const auto text = read_location_file(file, err);
        if (!text) {
            return false;
        }
        Findings findings(file);
        const RangeSet ranges = read_csv(*text, findings);
        print_findings(err, findings.all(), Severity::error);
        if (findings.has_errors()) {
            return false;
        }
        ranges.each([&](const RangeAt& range) { check.shared.push_back({file, range.prefix}); });
    }
    return true;
}

std::string summary(const std::string& name, const LocationBook& book, const Options& options) {
    size_t n_ranges = 0;
    for (const LocationSection& location : book.locations) {
        n_ranges += location.ranges.size();
    }
    return fmt::format(
        "{}: {} locations with {} ranges, {} MFA trusted IPs, {} policies; limits: {}",
        name,
        book.locations.size(),
        n_ranges,
        book.mfa_trusted_ips.ranges.size(),
        book.policies.size(),
        options.profile
    );
}

/// Notes about locations are worth repeating here; what else a configuration says is `check`'s.
void keep_relevant(const Findings& all, Findings& kept) {
    for (const Finding& finding : all.all()) {
        const bool is_ours =
            finding.key.starts_with("location") || finding.key.starts_with("mfa_trusted_ips");
        if (finding.severity == Severity::error) {
            kept.error(finding.at, finding.key, finding.message);
        } else if (is_ours && finding.severity == Severity::note) {
            kept.note(finding.at, finding.key, finding.message);
        }
    }
}

std::optional<Config> load(const std::string& file, Findings& findings) {
    Findings all(file);
    auto config = load_config(file, all);
    keep_relevant(all, findings);
    return findings.has_errors() ? std::nullopt : std::move(config);
}

void check_config(
    const std::string& file,
    const Options& options,
    const LocationCheck& base,
    Report& report
) {
    Findings findings(file);
    if (const auto config = load(file, findings)) {
        LocationCheck check = base;
        check.sites = presented_sites(*config);
        const LocationBook book = book_of(*config);
        check_locations(book, check, findings);
        check_strictness(*config, findings);
        if (!options.against.empty()) {
            Findings running_findings(options.against);
            const auto running = load(options.against, running_findings);
            report.add(running_findings);
            if (running) {
                check_deletions(running->locations, config->locations, findings);
            }
        }
        report.summaries.push_back(summary(file, book, options));
        report.readiness.push_back(readiness_of(*config));
    }
    report.add(findings);
}

Json readiness_json(const Readiness& readiness) {
    Json sites = Json::array();
    for (const SiteReadiness& site : readiness.sites) {
        sites.push_back(Json{
            {"site", site.site},
            {"topology", name_of(site.topology)},
            {"reasons", site.reasons},
        });
    }
    return Json{{"sites", std::move(sites)}, {"uncovered", readiness.uncovered}};
}

void print_readiness(const Readiness& readiness, std::ostream& out) {
    for (const SiteReadiness& site : readiness.sites) {
        out << fmt::format("site      {}: {}\n", site.site, name_of(site.topology));
        for (const std::string& reason : site.reasons) {
            out << fmt::format("          {}\n", reason);
        }
    }
    for (const std::string& service : readiness.uncovered) {
        out << fmt::format("uncovered {}\n", service);
    }
}

void print(const Options& options, bool ok, const Report& report, const Streams& streams) {
    if (options.json) {
        Json json = check_json(ok, report.findings);
        if (options.readiness) {
            json["readiness"] = Json::array();
            for (const Readiness& readiness : report.readiness) {
                json["readiness"].push_back(readiness_json(readiness));
            }
        }
        streams.out << line_of(json) << '\n';
        return;
    }
    print_findings(streams.err, report.findings, Severity::note);
    for (const std::string& line : report.summaries) {
        streams.out << line << '\n';
    }
    for (const Readiness& readiness : report.readiness) {
        if (options.readiness) {
            print_readiness(readiness, streams.out);
        }
    }
}

void check_book(
    const std::string& name,
    const LocationBook& book,
    const Options& options,
    const LocationCheck& check,
    Findings& findings,
    Report& report
) {
    check_locations(book, check, findings);
    report.add(findings);
    report.summaries.push_back(summary(name, book, options));
}

/// A CSV file is one location, named like the file.
void check_csv(
    const std::string& file,
    const std::string& text,
    const Options& options,
    const LocationCheck& check,
    Report& report
) {
    Findings findings(file);
    LocationBook book;
    LocationSection& location = book.locations.emplace_back();
    location.name.value = file;
    location.ranges = read_csv(text, findings);
    check_book(file, book, options, check, findings, report);
}

/// False after a complaint: a file could not be read at all.
bool check_files(
    const Options& options,
    const LocationCheck& check,
    Report& report,
    std::ostream& err
) {
    std::vector<std::string> graph_files;
    for (const std::string& file : options.files) {
        const auto text = read_location_file(file, err);
        if (!text) {
            return false;
        }
        switch (kind_of(file, *text)) {
            case LocationFile::toml:
                check_config(file, options, check, report);
                break;
            case LocationFile::csv:
                check_csv(file, *text, options, check, report);
                break;
            case LocationFile::graph:
                graph_files.push_back(file);
                break;
        }
    }
    if (graph_files.empty()) {
        return true;
    }
    const auto book = load_graph(graph_files, err);
    if (book) {
        Findings findings(graph_files.front());
        check_book(graph_files.front(), *book, options, check, findings, report);
    }
    return book.has_value();
}

ExitCode run(const Options& options, const Streams& streams) {
    LocationCheck check;
    check.profile = options.profile == "2018" ? LimitProfile::of_2018 : LimitProfile::today;
    Report report;
    if (!read_shared(options, check, streams.err) ||
        !check_files(options, check, report, streams.err)) {
        return ExitCode::refused;
    }
    const bool ok = std::ranges::none_of(report.findings, [](const Finding& finding) {
        return finding.severity == Severity::error;
    });
    print(options, ok, report, streams);
    return ok ? ExitCode::done : ExitCode::refused;
}

}  // namespace

void add_locations_check(CLI::App& noun, const Streams& streams, ExitCode& result) {
    CLI::App* command =
        noun.add_subcommand("check", "Limits of the identity provider, and what would surprise");
    auto options = std::make_shared<Options>();
    command->add_option("FILE", options->files, "Configurations, Graph JSON or CSV")->required();
    command->add_option("--profile", options->profile, "Limits of 2018 or of today (default)")
        ->check(CLI::IsMember({"2018", "today"}));
    command->add_option(
        "--avoid",
        options->avoid,
        "More ranges others leave from too, one per line: no trusted location may hold them"
    );
    command->add_option(
        "--against",
        options->against,
        "The running configuration: a trusted location cannot be deleted"
    );
    command
        ->add_flag("--readiness", options->readiness, "Which sites could be strict, and why not");
    command->add_flag("--json", options->json, "One JSON object on stdout");
    command->callback([options, &streams, &result] { result = run(*options, streams); });
}

}  // namespace egret::control
