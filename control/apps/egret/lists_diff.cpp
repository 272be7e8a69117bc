// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/lists_node.hpp"
#include "control/config/read_file.hpp"
#include "control/lists/read_list.hpp"
#include "control/lists/take_copy.hpp"
#include "control/records/list_records.hpp"

#include <ostream>

namespace egret::control {
namespace {

using Read = tl::expected<List, std::string>;

Read read_as(const ListSection& section, const std::string& path) {
    const auto text = read_file(path, *section.max_bytes);
    if (!text) {
        return tl::unexpected(path + ": " + text.error());
    }
    auto list = read_list(section, *text);
    return list ? std::move(list) : tl::unexpected(path + ": " + list.error());
}

tl::expected<ListVersions, std::string> both(Read before, Read after) {
    if (!before || !after) {
        return tl::unexpected(before ? after.error() : before.error());
    }
    return ListVersions{std::move(*before), std::move(*after)};
}

/// A download: the copy before the last against the last. A file: the last copy against the file.
tl::expected<ListVersions, std::string> versions_of(
    const ListsNode& node,
    const ListSection& section,
    const std::vector<std::string>& files
) {
    if (files.size() == 2) {
        return both(read_as(section, files[0]), read_as(section, files[1]));
    }
    if (!node.store) {
        return tl::unexpected(std::string("name two files, or a --state-dir with copies"));
    }
    if (section.is_remote) {
        return last_versions(*node.store, section);
    }
    return both(
        list_from_copy(*node.store, section, UINT64_MAX),
        read_as(section, *section.source)
    );
}

}  // namespace

ExitCode diff_lists(
    const ListsOptions& options,
    const std::vector<std::string>& files,
    const Streams& streams
) {
    if (files.size() == 1 || (!options.is_offline() && !files.empty())) {
        streams.err << "egret lists diff: name two files and a --config, or none\n";
        return ExitCode::usage;
    }
    if (!options.is_offline()) {
        const Json request{{"command", "lists"}, {"list", options.names.front()}, {"diff", true}};
        return show_records(options, streams, request, list_diff_view);
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
    const auto versions = versions_of(*node, section, files);
    if (!versions) {
        streams.err << "egret lists diff: " << versions.error() << '\n';
        return ExitCode::refused;
    }
    const auto copy = node->store ? copy_of(*node->store, section) : std::nullopt;
    const List used = usable_list(*node, section).value_or(List{});
    const Json diff = list_diff_json(node->config, section, *versions, used, coming_days(copy));
    if (options.json) {
        streams.out << line_of(diff) << '\n';
    } else {
        streams.out << list_diff_view({diff});
    }
    return ExitCode::done;
}

}  // namespace egret::control
