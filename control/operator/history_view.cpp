// SPDX-License-Identifier: Apache-2.0
#include "control/operator/quantities.hpp"
#include "control/operator/text_table.hpp"
#include "control/operator/views.hpp"

#include <fmt/format.h>

namespace egret::control {
namespace {

/// "2026-11-20 08:15:30" of an RFC 3339 time.
std::string date_text(const Json& time) {
    constexpr size_t kSize = std::string_view("2026-11-20T08:15:30").size();
    std::string text = plain_text(time).substr(0, kSize);
    if (const size_t at = text.find('T'); at != std::string::npos) {
        text[at] = ' ';
    }
    return text;
}

/// The name, or the number of a user without one.
std::string user_text(const Json& record) {
    const std::string name = plain_text(member(record, "user_name"));
    const Json& number = member(record, "user");
    return name.empty() && number.is_number() ? number.dump() : name;
}

std::string number_text(const Json& number) {
    return number.is_number() ? number.dump() : std::string();
}

/// What was asked for besides the command's name: "generation=3 force".
std::string arguments_text(const Json& arguments) {
    std::string text;
    for (const auto& [name, value] : arguments.items()) {
        if (value == false || value == 0) {
            continue;
        }
        text += text.empty() ? "" : " ";
        text += value == true ? name
                              : fmt::format(
                                    "{}={}",
                                    name,
                                    value.is_string() ? value.get<std::string>() : value.dump()
                                );
    }
    return text;
}

}  // namespace

std::string history_view(const Records& history) {
    if (history.empty()) {
        return "no generation was accepted yet\n";
    }
    using Column = TextTable::Column;
    TextTable table({
        {"generation", Column::number},
        {"since (UTC)", Column::exact},
        {"why", Column::exact},
        {"by"},
        {"signed by", Column::exact},
        {"confirmed (UTC)", Column::exact},
        {"then"},
    });
    for (const Json& entry : history) {
        const bool is_forced = member(entry, "forced") == true;
        table.add({
            number_text(member(entry, "generation")),
            date_text(member(entry, "time")),
            plain_text(member(entry, "cause")) + (is_forced ? ", forced" : ""),
            user_text(entry),
            plain_text(member(entry, "signed_by")),
            date_text(member(entry, "confirmed")),
            plain_text(member(entry, "end")),
        });
    }
    return table.to_text();
}

std::string audit_view(const Records& records) {
    if (records.empty()) {
        return "nobody asked for anything yet\n";
    }
    using Column = TextTable::Column;
    TextTable table({
        {"time (UTC)", Column::exact},
        {"user", Column::exact},
        {"role", Column::exact},
        {"command", Column::exact},
        {"arguments"},
        {"result", Column::exact},
        {"generation", Column::number},
        {"message"},
    });
    for (const Json& record : records) {
        table.add({
            date_text(member(record, "time")),
            user_text(record),
            plain_text(member(record, "role")),
            plain_text(member(record, "command")),
            arguments_text(member(record, "arguments")),
            plain_text(member(record, "result")),
            number_text(member(record, "generation")),
            plain_text(member(record, "message")),
        });
    }
    return table.to_text();
}

}  // namespace egret::control
