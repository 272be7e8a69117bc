// SPDX-License-Identifier: Apache-2.0
#include "control/apps/egret/lists_node.hpp"
#include "control/lists/take_copy.hpp"
#include "control/records/list_records.hpp"

#include <fmt/format.h>
#include <ostream>

namespace egret::control {
namespace {

std::optional<ListCopy> copy_in(const ListsNode& node, const ListSection& section) {
    return node.store ? copy_of(*node.store, section) : std::nullopt;
}

void print(const Streams& streams, bool json, const Records& records, const std::string& view) {
    if (!json) {
        streams.out << view;
    }
    for (size_t i = 0; json && i < records.size(); ++i) {
        streams.out << line_of(records[i]) << '\n';
    }
}

ExitCode complain(const Streams& streams, const std::string& what) {
    streams.err << what << '\n';
    return ExitCode::refused;
}

Records entries_of(const List& list, const std::optional<ListCopy>& copy) {
    Records records;
    const ComingDays days = coming_days(copy);
    for (const PrefixEntry& entry : list.prefixes) {
        records.push_back(entry_json(list, entry, days));
    }
    for (const DomainEntry& entry : list.domains) {
        records.push_back(entry_json(list, entry, days));
    }
    return records;
}

ExitCode show_entries(const ListsNode& node, const ListsOptions& options, const Streams& streams) {
    const auto chosen = chosen_lists(node.config, options.names);
    if (!chosen) {
        return complain(streams, chosen.error());
    }
    const ListSection& section = *chosen->front();
    const auto list = usable_list(node, section);
    if (!list) {
        return complain(streams, "egret lists show: " + list.error());
    }
    const Records entries = entries_of(*list, copy_in(node, section));
    print(streams, options.json, entries, list_entries_view(entries));
    return ExitCode::done;
}

}  // namespace

ExitCode show_lists(const ListsOptions& options, const Streams& streams) {
    if (!options.is_offline()) {
        Json request{{"command", "lists"}};
        if (!options.names.empty()) {
            request["list"] = options.names.front();
        }
        return show_records(
            options,
            streams,
            request,
            options.names.empty() ? lists_view : list_entries_view
        );
    }
    const auto node = read_lists_node(options);
    if (!node) {
        return complain(streams, node.error());
    }
    if (!options.names.empty()) {
        return show_entries(*node, options, streams);
    }
    Records records;
    for (const ListSection& section : node->config.lists) {
        const auto list = usable_list(*node, section);
        records.push_back(
            list_json(node->config, section, list ? &*list : nullptr, copy_in(*node, section))
        );
    }
    print(streams, options.json, records, lists_view(records));
    return ExitCode::done;
}

ExitCode check_lists_now(const ListsOptions& options, const Streams& streams) {
    if (!options.is_offline()) {
        return complain(streams, "egret lists check: say --config FILE, or --state-dir DIR");
    }
    const auto node = read_lists_node(options);
    if (!node) {
        return complain(streams, node.error());
    }
    const auto chosen = chosen_lists(node->config, options.names);
    if (!chosen) {
        return complain(streams, chosen.error());
    }
    bool all_good = true;
    for (const ListSection* section : *chosen) {
        const auto list = usable_list(*node, *section);
        all_good = all_good && list.has_value();
        if (options.json) {
            Json record = list_json(
                node->config,
                *section,
                list ? &*list : nullptr,
                copy_in(*node, *section)
            );
            record["ok"] = list.has_value();
            record["problem"] = list ? record["problem"] : Json(list.error());
            streams.out << line_of(record) << '\n';
        } else if (list) {
            streams.out << fmt::format(
                "{}: ok: {} prefixes, {} domains, {} parts\n",
                *section->name,
                list->prefixes.size(),
                list->domains.size(),
                list->parts.size() - 1
            );
        } else {
            streams.err << fmt::format("{}: {}\n", *section->name, list.error());
        }
    }
    return all_good ? ExitCode::done : ExitCode::refused;
}

}  // namespace egret::control
