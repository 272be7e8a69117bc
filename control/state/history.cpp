// SPDX-License-Identifier: Apache-2.0
#include "control/state/history.hpp"

#include "control/records/json.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>

namespace egret::control {
namespace {

constexpr std::array kCauses{
    std::string_view("push"),
    std::string_view("rollback"),
    std::string_view("not confirmed"),
    std::string_view("no peer reachable"),
    std::string_view("restarted unconfirmed"),
    std::string_view("found"),
};

Json entry_json(const HistoryEntry& entry) {
    Json json{
        {"generation", entry.generation},
        {"cause", name_of(entry.cause)},
        {"unix_ns", entry.unix_ns},
        {"user", entry.by ? Json(entry.by->user) : Json(nullptr)},
        {"user_name", entry.by ? text_json(entry.by->name) : Json(nullptr)},
        {"signed_by", text_json(entry.signed_by)},
        {"forced", entry.forced},
        {"provisional", nullptr},
        {"confirmed_unix_ns", entry.confirmed_unix_ns},
    };
    if (entry.provisional) {
        json["provisional"] = Json{
            {"boot_id", entry.provisional->boot_id},
            {"deadline_ns", entry.provisional->deadline_ns},
            {"within_s", entry.provisional->within_s},
        };
    }
    return json;
}

/// Members of one object; whatever has another type than it should makes it wrong.
class Reader {
  public:
    explicit Reader(const Json& json)
        : json_(json),
          is_right_(json.is_object()) {}

    [[nodiscard]] uint64_t number(const char* name) {
        const Json* value = find(name);
        is_right_ = is_right_ && value != nullptr && value->is_number_unsigned();
        return is_right_ ? value->get<uint64_t>() : 0;
    }

    [[nodiscard]] bool flag(const char* name) {
        const Json* value = find(name);
        is_right_ = is_right_ && value != nullptr && value->is_boolean();
        return is_right_ && value->get<bool>();
    }

    /// Empty for null.
    [[nodiscard]] std::string text(const char* name) {
        const Json* value = find(name);
        is_right_ = is_right_ && value != nullptr && (value->is_string() || value->is_null());
        return is_right_ && value->is_string() ? value->get<std::string>() : std::string();
    }

    [[nodiscard]] const Json* find(const char* name) const {
        const auto found = json_.is_object() ? json_.find(name) : json_.end();
        return found == json_.end() ? nullptr : &*found;
    }

    [[nodiscard]] bool has(const char* name) const {
        const Json* value = find(name);
        return value != nullptr && !value->is_null();
    }

    void fail() { is_right_ = false; }

    [[nodiscard]] bool is_right() const noexcept { return is_right_; }

  private:
    const Json& json_;
    bool is_right_;
};

std::optional<HistoryCause> cause_of(std::string_view name) {
    const auto found = std::ranges::find(kCauses, name);
    return found == kCauses.end()
               ? std::nullopt
               : std::optional(static_cast<HistoryCause>(found - kCauses.begin()));
}

std::optional<HistoryEntry> read_entry(const Json& json) {
    Reader reader(json);
    HistoryEntry entry;
    entry.generation = reader.number("generation");
    const auto cause = cause_of(reader.text("cause"));
    entry.cause = cause.value_or(HistoryCause::found);
    entry.unix_ns = reader.number("unix_ns");
    if (reader.has("user")) {
        const uint64_t user = reader.number("user");
        entry.by = Operator{static_cast<uint32_t>(user), reader.text("user_name")};
        if (user > std::numeric_limits<uint32_t>::max()) {
            reader.fail();
        }
    }
    entry.signed_by = reader.text("signed_by");
    entry.forced = reader.flag("forced");
    entry.confirmed_unix_ns = reader.number("confirmed_unix_ns");
    if (reader.has("provisional")) {
        Reader inner(*reader.find("provisional"));
        entry.provisional = Provisional{
            inner.text("boot_id"),
            inner.number("deadline_ns"),
            inner.number("within_s")};
        if (!inner.is_right()) {
            reader.fail();
        }
    }
    const bool is_right = reader.is_right() && cause && entry.generation != 0;
    return is_right ? std::optional(std::move(entry)) : std::nullopt;
}

}  // namespace

std::string_view name_of(HistoryCause cause) noexcept {
    return kCauses.at(static_cast<size_t>(cause));
}

std::string end_of(const History& history, size_t index) {
    const HistoryEntry& entry = history.at(index);
    if (index + 1 == history.size()) {
        return entry.is_provisional()
                   ? fmt::format("runs, to be confirmed within {} s", entry.provisional->within_s)
                   : "runs";
    }
    const HistoryEntry& next = history[index + 1];
    switch (next.cause) {
        case HistoryCause::push:
            return fmt::format("replaced by {}", next.generation);
        case HistoryCause::rollback:
            return fmt::format("rolled back to {}", next.generation);
        case HistoryCause::unconfirmed:
            return fmt::format("not confirmed, rolled back to {}", next.generation);
        case HistoryCause::unreachable:
            return fmt::format("no peer reachable, rolled back to {}", next.generation);
        case HistoryCause::restarted:
            return fmt::format("restarted unconfirmed, rolled back to {}", next.generation);
        case HistoryCause::found:
            break;
    }
    return "unknown";
}

std::string history_text(const History& history) {
    Json entries = Json::array();
    for (const HistoryEntry& entry : history) {
        entries.push_back(entry_json(entry));
    }
    return line_of(Json{{"format", 1}, {"entries", entries}}) + "\n";
}

tl::expected<History, std::string> parse_history(std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    Reader reader(json);
    const bool is_known = reader.number("format") == 1;
    const Json* entries = reader.find("entries");
    if (!reader.is_right() || !is_known || entries == nullptr || !entries->is_array()) {
        return tl::unexpected(std::string("is no history of this release"));
    }
    History history;
    for (const Json& item : *entries) {
        auto entry = read_entry(item);
        if (!entry) {
            return tl::unexpected(fmt::format("entry {} is not understood", history.size() + 1));
        }
        history.push_back(std::move(*entry));
    }
    if (history.size() > kMaxHistory) {
        history.erase(history.begin(), history.end() - kMaxHistory);
    }
    return history;
}

}  // namespace egret::control
