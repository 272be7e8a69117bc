// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/lists_node.hpp"
#include "control/fetch/fetch_now.hpp"
#include "control/fetch/list_refresh.hpp"
#include "control/lists/waiting_entries.hpp"
#include "control/records/list_records.hpp"

#include <fmt/format.h>
#include <ostream>
#include <unistd.h>

namespace egret::control {
namespace {

/// How far a download is, on a terminal.
class Progress {
  public:
    Progress(std::ostream& err, std::string name)
        : err_(err),
          name_(std::move(name)),
          is_shown_(isatty(STDERR_FILENO) == 1) {}

    void show(size_t bytes) {
        constexpr size_t kStep = size_t{64} << 10;
        if (is_shown_ && bytes / kStep != last_ / kStep) {
            err_ << fmt::format("\r{}: {} KiB", name_, bytes >> 10) << std::flush;
        }
        last_ = bytes;
    }

    void end() {
        if (is_shown_ && last_ != 0) {
            err_ << "\r\x1b[K" << std::flush;
        }
    }

  private:
    std::ostream& err_;
    std::string name_;
    bool is_shown_;
    size_t last_ = 0;
};

/// Error: one clause.
tl::expected<Taken, std::string> update_one(
    const ListsNode& node,
    const ListSection& section,
    const ListsUpdate& update,
    const Streams& streams
) {
    if (update.previous) {
        return take_previous(*node.store, section, node.now_ns);
    }
    const TakeOptions options{.now_ns = node.now_ns, .allows_shrinking = update.force};
    crypto::Random random = crypto::Random::system();
    if (!section.is_remote) {
        return take_file(*node.store, section, options, random);
    }
    constexpr double kMsPerSecond = 1000;
    const auto timeout_ms = static_cast<uint64_t>(update.timeout_s * kMsPerSecond);
    auto fetch = begin_fetch(*node.store, section, node.now_ns, timeout_ms);
    if (!fetch) {
        return tl::unexpected(fetch.error());
    }
    Progress progress(streams.err, *section.name);
    const auto outcome = fetch_now(*fetch, [&](size_t bytes) { progress.show(bytes); });
    progress.end();
    return end_fetch(*node.store, section, outcome, options, random);
}

void report(
    const ListsNode& node,
    const ListSection& section,
    const tl::expected<Taken, std::string>& taken,
    bool json,
    const Streams& streams
) {
    if (json) {
        const auto list =
            taken ? tl::expected<List, std::string>(taken->list) : usable_list(node, section);
        Json record =
            list_json(node.config, section, list ? &*list : nullptr, copy_of(*node.store, section));
        record["changed"] = taken && taken->is_changed;
        streams.out << line_of(record) << '\n';
    } else if (taken) {
        streams.out << fmt::format(
            "{}: {}: {} prefixes, {} domains\n",
            *section.name,
            taken->is_changed ? "updated" : "unchanged",
            taken->list.prefixes.size(),
            taken->list.domains.size()
        );
        if (const size_t n = waiting_in(taken->list).size(); n != 0) {
            streams.out << fmt::format(
                "{}: {} new {} held, not used: egret lists accept {}\n",
                *section.name,
                n,
                n == 1 ? "entry" : "entries",
                *section.name
            );
        }
    } else {
        const bool has_copy = usable_list(node, section).has_value() && section.is_remote;
        streams.err << fmt::format(
            "{}: {}{}\n",
            *section.name,
            taken.error(),
            has_copy ? "; the copy of before stays" : ""
        );
    }
}

ExitCode
update_live(const ListsOptions& options, const ListsUpdate& update, const Streams& streams) {
    const Json request{
        {"command", "lists_update"},
        {"lists", options.names},
        {"force", update.force},
        {"previous", update.previous},
    };
    bool all_good = true;
    const auto view = [&](const Records& lists) {
        for (const Json& list : lists) {
            all_good = all_good && !member(list, "problem").is_string();
        }
        return lists_view(lists);
    };
    const ExitCode code = show_records(options, streams, request, view);
    return all_good ? code : ExitCode::refused;
}

}  // namespace

ExitCode
update_lists(const ListsOptions& options, const ListsUpdate& update, const Streams& streams) {
    if (update.previous && options.names.empty()) {
        streams.err << "egret lists update: --previous: name the lists that are to go back\n";
        return ExitCode::usage;
    }
    if (!options.is_offline()) {
        return update_live(options, update, streams);
    }
    if (options.state_directory.empty()) {
        streams.err << "egret lists update: say --state-dir DIR too: where copies are kept\n";
        return ExitCode::usage;
    }
    const auto is_free = check_nobody_uses(options.state_directory);
    const auto node = read_lists_node(options);
    if (!is_free || !node) {
        streams.err << (is_free ? node.error() : "egret lists update: " + is_free.error()) << '\n';
        return ExitCode::refused;
    }
    const auto chosen = chosen_lists(node->config, options.names);
    if (!chosen) {
        streams.err << chosen.error() << '\n';
        return ExitCode::refused;
    }
    bool all_good = true;
    for (const ListSection* section : *chosen) {
        if (*section->format == ListFormat::inline_entries) {
            continue;
        }
        const auto taken = update_one(*node, *section, update, streams);
        all_good = all_good && taken.has_value();
        report(*node, *section, taken, options.json, streams);
    }
    return all_good ? ExitCode::done : ExitCode::refused;
}

}  // namespace egret::control
