// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/lists_node.hpp"
#include "control/lists/take_copy.hpp"
#include "control/records/list_records.hpp"

#include <fmt/format.h>
#include <ostream>

namespace egret::control {
namespace {

ExitCode complain(const Streams& streams, const std::string& what) {
    streams.err << "egret lists accept: " << what << '\n';
    return ExitCode::refused;
}

ExitCode accept_live(
    const ListsOptions& options,
    const std::vector<std::string>& entries,
    const Streams& streams
) {
    const Json request{
        {"command", "lists_accept"},
        {"list", options.names.front()},
        {"entries", entries},
    };
    return show_records(options, streams, request, lists_view);
}

}  // namespace

ExitCode accept_lists(
    const ListsOptions& options,
    const std::vector<std::string>& entries,
    const Streams& streams
) {
    if (!options.is_offline()) {
        return accept_live(options, entries, streams);
    }
    if (options.state_directory.empty()) {
        streams.err << "egret lists accept: say --state-dir DIR too: where copies are kept\n";
        return ExitCode::usage;
    }
    if (const auto is_free = check_nobody_uses(options.state_directory); !is_free) {
        return complain(streams, is_free.error());
    }
    const auto node = read_lists_node(options);
    if (!node) {
        streams.err << node.error() << '\n';
        return ExitCode::refused;
    }
    const auto chosen = chosen_lists(node->config, options.names);
    if (!chosen) {
        streams.err << chosen.error() << '\n';
        return ExitCode::refused;
    }
    const ListSection& section = *chosen->front();
    const auto taken = accept_waiting(*node->store, section, entries, node->now_ns);
    if (!taken) {
        return complain(streams, fmt::format("list \"{}\": {}", *section.name, taken.error()));
    }
    const Json record =
        list_json(node->config, section, &taken->list, copy_of(*node->store, section));
    streams.out << (options.json ? line_of(record) + '\n' : lists_view({record}));
    return ExitCode::done;
}

}  // namespace egret::control
