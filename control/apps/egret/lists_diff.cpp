// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/lists_node.hpp"
#include "control/config/read_file.hpp"
#include "control/lists/read_list.hpp"
#include "control/lists/take_copy.hpp"
#include "control/records/list_records.hpp"

#include <ostream>

namespace egret::control {
namespace {

struct Versions {
    List before;
    List after;
};

using Read = tl::expected<List, std::string>;

Read read_as(const ListSection& section, const std::string& path) {
    const auto text = read_file(path, *section.max_bytes);
    if (!text) {
        return tl::unexpected(path + ": " + text.error());
    }
    auto list = read_list(section, *text);
    return list ? std::move(list) : tl::unexpected(path + ": " + list.error());
}

Read read_stored(const ListsNode& node, const ListSection& section, const std::string& hash) {
    if (hash.empty()) {
        return tl::unexpected(std::string("there is no copy before the last one"));
    }
    const auto stored = node.store->read(copy_key(section), hash);
    return stored ? read_list(section, stored->text) : Read(tl::unexpect, stored.error());
}

tl::expected<Versions, std::string> both(Read before, Read after) {
    if (!before || !after) {
        return tl::unexpected(before ? after.error() : before.error());
    }
    return Versions{std::move(*before), std::move(*after)};
}

/// A download: the copy before the last against the last. A file: the last copy against the file.
tl::expected<Versions, std::string> versions_of(
    const ListsNode& node,
    const ListSection& section,
    const std::vector<std::string>& files
) {
    if (files.size() == 2) {
        return both(read_as(section, files[0]), read_as(section, files[1]));
    }
    const auto copy = node.store ? copy_of(*node.store, section) : std::nullopt;
    if (!copy) {
        return tl::unexpected(
            std::string("there is no copy of it: name two files, or a --state-dir that has one")
        );
    }
    if (section.is_remote) {
        return both(
            read_stored(node, section, copy->previous_hash),
            read_stored(node, section, copy->hash)
        );
    }
    return both(read_stored(node, section, copy->hash), read_as(section, *section.source));
}

}  // namespace

ExitCode diff_lists(
    const ListsOptions& options,
    const std::vector<std::string>& files,
    const Streams& streams
) {
    if (!options.is_offline() || files.size() == 1) {
        streams.err
            << "egret lists diff: say --config FILE or --state-dir DIR, and two files or none\n";
        return ExitCode::usage;
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
    const Json diff =
        list_diff_json(node->config, section, versions->before, versions->after, coming_days(copy));
    if (options.json) {
        streams.out << line_of(diff) << '\n';
    } else {
        streams.out << list_diff_view({diff});
    }
    return ExitCode::done;
}

}  // namespace egret::control
