// SPDX-License-Identifier: Apache-2.0
#include "control/lists/list_copy.hpp"

#include "control/config/scalars.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace egret::control {
namespace {

using Json = nlohmann::ordered_json;

/// The texts and the times of a copy, by the names they are written with.
struct TextField {
    const char* name;
    std::string ListCopy::*field;
};

struct TimeField {
    const char* name;
    uint64_t ListCopy::*field;
};

constexpr TextField kTexts[] = {
    {"source", &ListCopy::source},
    {"format", &ListCopy::format},
    {"hash", &ListCopy::hash},
    {"previous_hash", &ListCopy::previous_hash},
    {"rejected_hash", &ListCopy::rejected_hash},
    {"version", &ListCopy::version},
    {"previous_version", &ListCopy::previous_version},
    {"seen_version", &ListCopy::seen_version},
    {"etag", &ListCopy::etag},
    {"last_modified", &ListCopy::last_modified},
    {"problem", &ListCopy::problem},
};

constexpr TimeField kTimes[] = {
    {"fetched_ns", &ListCopy::fetched_ns},
    {"checked_ns", &ListCopy::checked_ns},
    {"problem_ns", &ListCopy::problem_ns},
    {"not_before_ns", &ListCopy::not_before_ns},
};

std::string ports_text(const std::vector<PortRange>& ports) {
    std::string text;
    for (const PortRange& range : ports) {
        text += fmt::format("{}{}-{}", text.empty() ? "" : ",", range.first, range.last);
    }
    return text;
}

Json kept_json(const KeptEntry& kept) {
    Json json{{"entry", kept.text}, {"part", kept.part}, {"gone_ns", kept.gone_ns}};
    if (kept.ports.stated) {
        json["tcp"] = ports_text(kept.ports.tcp);
        json["udp"] = ports_text(kept.ports.udp);
    }
    return json;
}

std::string text_below(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

uint64_t number_below(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_number_unsigned() ? found->get<uint64_t>() : 0;
}

std::optional<KeptEntry> kept_of(const Json& json) {
    KeptEntry kept;
    kept.text = text_below(json, "entry");
    kept.part = text_below(json, "part");
    kept.gone_ns = number_below(json, "gone_ns");
    kept.ports.stated = json.contains("tcp");
    const auto tcp = parse_port_list(text_below(json, "tcp"));
    const auto udp = parse_port_list(text_below(json, "udp"));
    if (!tcp || !udp) {
        return std::nullopt;
    }
    kept.ports.tcp = *tcp;
    kept.ports.udp = *udp;
    return kept;
}

/// The array below `key` as `Item`s; what is none of them is left out.
template <class Item, class Read>
std::vector<Item> items_below(const Json& json, const char* key, Read read) {
    std::vector<Item> items;
    const auto found = json.find(key);
    if (found == json.end() || !found->is_array()) {
        return items;
    }
    for (const Json& one : *found) {
        std::optional<Item> item = one.is_object() ? read(one) : std::nullopt;
        if (item) {
            items.push_back(std::move(*item));
        }
    }
    return items;
}

}  // namespace

std::string to_text(const ListCopy& copy) {
    Json json;
    for (const TextField& text : kTexts) {
        json[text.name] = copy.*text.field;
    }
    for (const TimeField& time : kTimes) {
        json[time.name] = copy.*time.field;
    }
    json["failures"] = copy.failures;
    json["kept"] = Json::array();
    for (const KeptEntry& kept : copy.kept) {
        json["kept"].push_back(kept_json(kept));
    }
    json["coming"] = Json::array();
    for (const ComingEntry& coming : copy.coming) {
        json["coming"].push_back(Json{{"entry", coming.text}, {"date", coming.date}});
    }
    json["waiting"] = copy.waiting;
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<ListCopy> parse_list_copy(std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) {
        return std::nullopt;
    }
    ListCopy copy;
    for (const TextField& field : kTexts) {
        copy.*field.field = text_below(json, field.name);
    }
    for (const TimeField& field : kTimes) {
        copy.*field.field = number_below(json, field.name);
    }
    copy.failures = static_cast<uint32_t>(number_below(json, "failures"));
    copy.kept = items_below<KeptEntry>(json, "kept", kept_of);
    copy.coming = items_below<ComingEntry>(json, "coming", [](const Json& one) {
        return std::optional(ComingEntry{text_below(one, "entry"), text_below(one, "date")});
    });
    const auto waiting = json.find("waiting");
    for (size_t i = 0; waiting != json.end() && waiting->is_array() && i < waiting->size(); ++i) {
        copy.waiting.push_back((*waiting)[i].is_string() ? (*waiting)[i].get<std::string>() : "");
    }
    return copy;
}

}  // namespace egret::control
