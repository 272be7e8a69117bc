// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/locations.hpp"
#include "control/apps/egret/report.hpp"
#include "control/config/load.hpp"
#include "control/config/prescan.hpp"
#include "control/config/read_file.hpp"
#include "control/locations/check_locations.hpp"
#include "control/locations/csv.hpp"
#include "control/locations/toml_sections.hpp"
#include "control/state/durable_file.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <ostream>
#include <sys/stat.h>

namespace egret::control {
namespace {

struct Options {
    std::vector<std::string> files;
    std::string name;
    std::string into;
    bool trusted = false;
    bool replace = false;
};

template <class Section>
bool has_name(const std::vector<Section>& sections, std::string_view name) {
    return std::ranges::any_of(sections, [&](const Section& section) {
        return *section.name == name;
    });
}

std::optional<LocationBook>
load_csv(const Options& options, const std::string& text, std::ostream& err) {
    if (options.name.empty() || options.files.size() != 1) {
        err << "egret locations import: a CSV file is one location: give one file and its --name\n";
        return std::nullopt;
    }
    Findings findings(options.files.front());
    LocationBook book;
    LocationSection& location = book.locations.emplace_back();
    location.name.value = options.name;
    location.ranges = read_csv(text, findings);
    location.trusted.value = options.trusted;
    print_findings(err, findings.all(), Severity::note);
    if (findings.has_errors()) {
        return std::nullopt;
    }
    return book;
}

std::optional<LocationBook> load(const Options& options, std::ostream& err) {
    const auto text = read_location_file(options.files.front(), err);
    if (!text) {
        return std::nullopt;
    }
    switch (kind_of(options.files.front(), *text)) {
        case LocationFile::csv:
            return load_csv(options, *text, err);
        case LocationFile::graph:
            return load_graph(options.files, err);
        case LocationFile::toml:
            break;
    }
    err << fmt::format(
        "egret locations import: {} is a configuration already: give Graph JSON or CSV\n",
        options.files.front()
    );
    return std::nullopt;
}

/// A bulk upload replaces ranges and leaves the mark as it is.
void keep_marks(const Config& before, const Options& options, LocationBook& book) {
    for (LocationSection& location : book.locations) {
        for (const LocationSection& old : before.locations) {
            if (!options.name.empty() && *old.name == *location.name && *old.trusted) {
                location.trusted.value = true;
            }
        }
    }
}

/// Nothing but the tenant's signaling, which says nothing of locations.
bool is_settings_alone(const LocationBook& book) {
    return book.signaling && book.locations.empty() && book.policies.empty();
}

SectionChoice sections_to_replace(const Options& options, const LocationBook& book) {
    return [&options, &book](std::string_view section, std::string_view name) {
        if (section == "signaling") {
            return book.signaling.has_value();
        }
        if (section == "location") {
            return (options.replace && !is_settings_alone(book)) || has_name(book.locations, name);
        }
        return section == "policy" &&
               (has_name(book.policies, name) || (options.replace && !book.policies.empty()));
    };
}

/// Says what stays although it was not in the import, and what may not go.
bool compare(
    const Options& options,
    const Config& before,
    const Config& after,
    const LocationBook& book,
    std::ostream& err
) {
    Findings findings(options.into);
    check_deletions(before.locations, after.locations, findings);
    std::vector<std::string_view> others;
    for (const LocationSection& location : after.locations) {
        if (options.name.empty() && !is_settings_alone(book) &&
            !has_name(book.locations, *location.name)) {
            others.push_back(*location.name);
        }
    }
    if (!others.empty()) {
        findings.warning(
            {},
            "location",
            fmt::format(
                "{} not in the import stay here, \"{}\" first; --replace takes them out",
                others.size(),
                others.front()
            )
        );
    }
    print_findings(err, findings.all(), Severity::note);
    return !findings.has_errors();
}

/// The file is replaced whole, and only by a configuration that passes.
ExitCode write_into(const Options& options, LocationBook book, const Streams& streams) {
    const auto text = read_file(options.into, kMaxConfigBytes);
    const auto before = load_quietly(options.into, streams.err);
    if (!text || !before) {
        return ExitCode::refused;
    }
    keep_marks(*before, options, book);
    const std::string sections = "\n" + toml_of(book);
    const auto replaced = replace_sections(*text, sections_to_replace(options, book), sections);
    if (!replaced) {
        streams.err << fmt::format("{}: {}\n", options.into, replaced.error());
        return ExitCode::refused;
    }
    Findings findings(options.into);
    const auto after =
        parse_config(*replaced, std::filesystem::path(options.into).parent_path(), findings);
    if (!after || findings.has_errors()) {
        print_findings(streams.err, findings.all(), Severity::error);
        streams.err << fmt::format("{}: nothing was changed\n", options.into);
        return ExitCode::refused;
    }
    if (!compare(options, *before, *after, book, streams.err)) {
        streams.err << fmt::format("{}: nothing was changed\n", options.into);
        return ExitCode::refused;
    }

    struct stat status {};

    const mode_t mode = stat(options.into.c_str(), &status) == 0 ? status.st_mode & 0777 : 0644;
    if (const auto written = write_durably(options.into, *replaced, mode); !written) {
        streams.err << written.error() << '\n';
        return ExitCode::refused;
    }
    streams.out << fmt::format(
        "{}: {} locations and {} policies; raise [node] generation before you push it\n",
        options.into,
        after->locations.size(),
        after->policies.size()
    );
    return ExitCode::done;
}

ExitCode run(const Options& options, const Streams& streams) {
    auto book = load(options, streams.err);
    if (!book) {
        return ExitCode::refused;
    }
    if (book->signaling) {
        streams.err << fmt::format(
            "note: the tenant's signaling is {}: [signaling] enabled = {}{}\n",
            *book->signaling ? "enabled" : "disabled",
            *book->signaling,
            *book->signaling ? "" : "; a push that turns it off is judged by the interlock"
        );
    }
    if (options.into.empty()) {
        streams.out << toml_of(*book);
        return ExitCode::done;
    }
    return write_into(options, std::move(*book), streams);
}

}  // namespace

void add_locations_import(CLI::App& noun, const Streams& streams, ExitCode& result) {
    CLI::App* command = noun.add_subcommand("import", "Graph JSON or CSV as sections of TOML");
    auto options = std::make_shared<Options>();
    command
        ->add_option(
            "FILE",
            options->files,
            "Exports of named locations, policies and conditionalAccessSettings, together, or one "
            "CSV file"
        )
        ->required();
    command->add_option("--name", options->name, "The location a CSV file holds the ranges of");
    command->add_flag("--trusted", options->trusted, "Mark the location of a CSV file as trusted");
    command->add_option(
        "--into",
        options->into,
        "Put the sections into this configuration, in the place of those of the same names"
    );
    command->add_flag(
        "--replace",
        options->replace,
        "With --into: take out locations and policies that are not in the import"
    );
    command->callback([options, &streams, &result] { result = run(*options, streams); });
}

}  // namespace egret::control
