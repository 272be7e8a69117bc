// SPDX-License-Identifier: Apache-2.0
#include "control/operator/quantities.hpp"
#include "control/operator/text_table.hpp"
#include "control/operator/views.hpp"

#include <fmt/format.h>

namespace egret::control {
namespace {

using Column = TextTable::Column;

constexpr size_t kTimeWithoutNanoseconds = 19;

/// "2026-11-20 08:15:30"; empty for null.
std::string when_text(const Json& time) {
    std::string text = plain_text(time).substr(0, kTimeWithoutNanoseconds);
    if (const size_t t = text.find('T'); t != std::string::npos) {
        text[t] = ' ';
    }
    return text;
}

/// Lists and diffs say it with the same words.
std::string held_text(const Json& n, const std::string& list) {
    return fmt::format(
        "{}: {} new {} held, not used: egret lists accept {}",
        list,
        count_text(n),
        n == 1 ? "entry" : "entries",
        list
    );
}

/// What waits for the operator, list by list.
std::string waiting_text(const Records& lists) {
    std::string text;
    for (const Json& list : lists) {
        const Json& waiting = member(list, "waiting");
        if (waiting.is_number() && waiting != 0) {
            text += held_text(waiting, plain_text(member(list, "list"))) + '\n';
        }
    }
    return text;
}

std::string problems_text(const Records& lists) {
    std::string text;
    for (const Json& list : lists) {
        if (member(list, "problem").is_string()) {
            text += fmt::format(
                "{}: {}{}\n",
                plain_text(member(list, "list")),
                plain_text(member(list, "problem")),
                member(list, "state") == "old" ? " (the copy of before counts)" : ""
            );
        }
    }
    return text;
}

std::string ports_text(const Json& entry) {
    std::string text;
    for (const auto& [key, protocol] :
         {std::pair("tcp_ports", "tcp"), std::pair("udp_ports", "udp")}) {
        const Json& ports = member(entry, key);
        for (size_t i = 0; ports.is_array() && i < ports.size(); ++i) {
            text += i == 0 ? fmt::format("{}{} ", text.empty() ? "" : " ", protocol) : ",";
            text += plain_text(ports[i]);
        }
    }
    return text;
}

void add_entries(const Json& entries, const char* sign, TextTable& table) {
    for (const Json& entry : entries) {
        table.add({
            sign + plain_text(member(entry, "entry")),
            plain_text(member(entry, "part")),
            ports_text(entry),
            plain_text(member(entry, "from")),
        });
    }
}

TextTable entries_table() {
    return TextTable({{"entry", Column::exact}, {"part"}, {"ports"}, {"used from", Column::exact}});
}

}  // namespace

std::string lists_view(const Records& lists) {
    if (lists.empty()) {
        return "no lists\n";
    }
    TextTable table({
        {"list", Column::exact},
        {"format", Column::exact},
        {"state", Column::exact},
        {"prefixes", Column::number},
        {"domains", Column::number},
        {"kept", Column::number},
        {"held", Column::number},
        {"version"},
        {"fetched", Column::exact},
        {"checked", Column::exact},
        {"source"},
    });
    for (const Json& list : lists) {
        table.add({
            plain_text(member(list, "list")),
            plain_text(member(list, "format")),
            plain_text(member(list, "state")),
            count_text(member(list, "prefixes")),
            count_text(member(list, "domains")),
            member(list, "kept") == 0 ? "" : count_text(member(list, "kept")),
            member(list, "waiting") == 0 ? "" : count_text(member(list, "waiting")),
            plain_text(member(list, "version")),
            when_text(member(list, "fetched")),
            when_text(member(list, "checked")),
            plain_text(member(list, "source")),
        });
    }
    const std::string remarks = problems_text(lists) + waiting_text(lists);
    return table.to_text() + (remarks.empty() ? "" : "\n" + remarks);
}

std::string list_entries_view(const Records& entries) {
    TextTable table = entries_table();
    add_entries(entries, "", table);
    return table.to_text();
}

std::string list_diff_view(const Records& diffs) {
    std::string view;
    for (const Json& diff : diffs) {
        const Json& added = member(diff, "added");
        const Json& removed = member(diff, "removed");
        view += fmt::format(
            "{}: {} added, {} removed\n",
            plain_text(member(diff, "list")),
            count_text(member(diff, "n_added")),
            count_text(member(diff, "n_removed"))
        );
        for (const Json& segment : member(diff, "segments")) {
            view += fmt::format("segment \"{}\"", plain_text(member(segment, "segment")));
            for (const Json& rule : member(segment, "rules")) {
                view += fmt::format(
                    ", rule \"{}\": {}",
                    plain_text(member(rule, "rule")),
                    plain_text(member(rule, "verdict"))
                );
            }
            view += '\n';
        }
        TextTable table = entries_table();
        add_entries(removed, "- ", table);
        add_entries(added, "+ ", table);
        view += table.rows() == 0 ? "" : table.to_text();
        if (const Json& waiting = member(diff, "waiting"); waiting.is_array() && !waiting.empty()) {
            view += held_text(member(diff, "n_waiting"), plain_text(member(diff, "list"))) + '\n';
            TextTable held = entries_table();
            add_entries(waiting, "? ", held);
            view += held.to_text();
        }
    }
    return view;
}

}  // namespace egret::control
