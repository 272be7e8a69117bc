// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/sign_in_journal.hpp"

#include <array>
#include <fmt/format.h>
#include <string_view>
#include <utility>

namespace egret::control {
namespace {

/// Drawn once (systemd-id128 new); catalogues and filters know sign-ins by it.
constexpr std::string_view kMessageId = "c1440f5daa7a4a3080a35a9452bab9e4";

constexpr std::array<std::pair<std::string_view, const char*>, 6> kFields{{
    {"EGRET_SITE", "site"},
    {"EGRET_PEER", "peer"},
    {"EGRET_SEGMENT", "segment"},
    {"EGRET_SERVER_NAME", "serverName"},
    {"EGRET_IP_ADDRESS", "ipAddress"},
    {"EGRET_ORIGIN_ADDRESS", "originAddress"},
}};

/// Empty where the record has no text of that name.
std::string text_at(const Json& record, const char* name) {
    const auto found = record.find(name);
    return found != record.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string sentence(const Json& record) {
    const std::string name = text_at(record, "serverName");
    return fmt::format(
        "sign-in of {}: {} sees {}",
        text_at(record, "site"),
        name.empty() ? text_at(record, "destination") : name,
        text_at(record, "ipAddress")
    );
}

}  // namespace

std::vector<std::string> journal_fields(const Json& record) {
    std::vector<std::string> fields{
        "MESSAGE=" + sentence(record),
        fmt::format("MESSAGE_ID={}", kMessageId),
        "PRIORITY=6",
        "SYSLOG_IDENTIFIER=egretd",
        "EGRET_RECORD=" + line_of(record),
    };
    for (const auto& [field, name] : kFields) {
        if (const std::string text = text_at(record, name); !text.empty()) {
            fields.push_back(fmt::format("{}={}", field, text));
        }
    }
    return fields;
}

}  // namespace egret::control
