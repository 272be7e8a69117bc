// SPDX-License-Identifier: Apache-2.0
#include "control/locations/graph_import.hpp"

#include "control/config/clean_name.hpp"
#include "control/config/special_locations.hpp"
#include "control/locations/graph_reader.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

constexpr int kMaxDepth = 32;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The parser nests without a stack, but whatever walks the result does not. Counts brackets
/// outside of strings.
bool is_too_deep(std::string_view text) {
    int depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            i += c == '\\' ? 1 : 0;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > kMaxDepth) {
                return true;
            }
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return false;
}

/// PowerShell's spelling as Graph's: members begin with a capital, and what its classes do not know
/// is kept aside. Recurses as deep as the text nests.
GraphJson spelled_as_graph(GraphJson&& json) {
    if (json.is_array()) {
        for (GraphJson& item : json) {
            item = spelled_as_graph(std::move(item));
        }
    }
    if (!json.is_object()) {
        return std::move(json);
    }
    GraphJson result = GraphJson::object();
    for (auto& [key, value] : json.items()) {
        std::string name = key;
        if (!name.empty() && name[0] >= 'A' && name[0] <= 'Z') {
            name[0] = static_cast<char>(name[0] - 'A' + 'a');
        }
        GraphJson member = spelled_as_graph(std::move(value));
        if (name == "additionalProperties" && member.is_object()) {
            result.update(member);
        } else {
            result.emplace(std::move(name), std::move(member));
        }
    }
    return result;
}

GraphJson parse(const GraphText& text, Findings& findings) {
    std::string_view body = text.text;
    if (body.size() > kMaxGraphBytes) {
        findings.error({}, "", fmt::format("is larger than {} bytes", kMaxGraphBytes));
        return {};
    }
    if (body.starts_with(kByteOrderMark)) {
        body.remove_prefix(kByteOrderMark.size());
    }
    if (is_too_deep(body)) {
        findings.error({}, "", fmt::format("nests deeper than {} levels", kMaxDepth));
        return {};
    }
    GraphJson json = GraphJson::parse(body, nullptr, false);
    if (json.is_discarded() || (!json.is_object() && !json.is_array())) {
        findings.error({}, "", "is no JSON object or array");
        return {};
    }
    return spelled_as_graph(std::move(json));
}

/// The objects of a list response, of an array, or the one there is.
std::vector<GraphObject> objects_of(const GraphJson& json, Findings& findings) {
    std::vector<GraphObject> objects;
    const bool is_response = json.is_object() && json.contains("value");
    if (is_response && json.contains("@odata.nextLink")) {
        findings.error({}, "@odata.nextLink", "the list goes on: export all of its pages");
    }
    const GraphJson& list = is_response ? json["value"] : json;
    if (list.is_object()) {
        objects.push_back({list, "object"});
    }
    for (size_t i = 0; list.is_array() && i < list.size(); ++i) {
        objects.push_back({list[i], fmt::format("value[{}]", i)});
    }
    if (is_response && !list.is_array()) {
        findings.error({}, "value", "is no array");
    }
    return objects;
}

/// "#microsoft.graph.ipNamedLocation" and the like without what comes before the last point;
/// objects of one list of policies carry no type, so their members tell.
std::string type_of(const GraphJson& object) {
    std::string type = text_of(object, "@odata.type");
    type.erase(0, type.rfind('.') + 1);
    if (!type.empty()) {
        return type;
    }
    return object.contains("conditions")            ? "conditionalAccessPolicy"
           : object.contains("ipRanges")            ? "ipNamedLocation"
           : object.contains("countriesAndRegions") ? "countryNamedLocation"
           : object.contains("signalingStatus")     ? "conditionalAccessSettings"
                                                    : std::string();
}

bool is_policy(const GraphJson& object) {
    return object.is_object() && type_of(object) == "conditionalAccessPolicy";
}

/// `GET /networkAccess/settings/conditionalAccess` of Graph's beta, microsoft.graph.networkaccess.conditionalAccessSettings
/// (Microsoft Learn, "Get conditionalAccessSettings"): `signalingStatus` is enabled or disabled.
void read_settings(const GraphObject& object, GraphBook& graph, Findings& findings) {
    const std::string status = text_of(object.json, "signalingStatus");
    if (status == "enabled" || status == "disabled") {
        graph.book.signaling = status == "enabled";
    } else {
        findings.warning(
            {},
            object.place + ".signalingStatus",
            fmt::format("kept out: \"{}\" is neither enabled nor disabled", status)
        );
    }
}

void read_object(const GraphObject& object, GraphBook& graph, Findings& findings) {
    if (!object.json.is_object()) {
        findings.error({}, object.place, "is no object");
        return;
    }
    const std::string type = type_of(object.json);
    if (type == "ipNamedLocation" || type == "countryNamedLocation") {
        read_graph_location(object, graph, findings);
    } else if (type == "compliantNetworkNamedLocation") {
        graph.names_by_id[text_of(object.json, "id")] = kAllCompliant;
    } else if (type == "conditionalAccessSettings") {
        read_settings(object, graph, findings);
    } else if (type != "conditionalAccessPolicy") {
        const std::string name = text_of(object.json, "displayName");
        findings.warning(
            {},
            object.place,
            fmt::format(
                "kept out: \"{}\" has the unknown type \"{}\"",
                name,
                text_of(object.json, "@odata.type")
            )
        );
    }
}

}  // namespace

std::string text_of(const GraphJson& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool flag_of(const GraphJson& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

std::string usable_name(
    std::string_view text,
    std::string_view fallback,
    const std::vector<std::string>& taken
) {
    constexpr size_t kRoomForNumber = 8;
    const std::string name =
        clean_name(text.empty() ? fallback : text, kMaxNameBytes - kRoomForNumber);
    const auto is_taken = [&](const std::string& candidate) {
        return std::ranges::find(kSpecialLocations, candidate) != kSpecialLocations.end() ||
               std::ranges::find(taken, candidate) != taken.end();
    };
    std::string unique = name;
    for (int i = 2; is_taken(unique); ++i) {
        unique = fmt::format("{} ({})", name, i);
    }
    return unique;
}

LocationBook read_graph(const std::vector<GraphText>& texts, std::vector<Finding>& findings) {
    GraphBook graph;
    graph.names_by_id[std::string(kMfaTrustedId)] = kMfaTrustedIps;
    std::vector<Findings> said;
    std::vector<GraphJson> documents;
    for (const GraphText& text : texts) {
        said.emplace_back(text.name);
        documents.push_back(parse(text, said.back()));
    }
    // Policies name locations by ids, in whatever order the files come.
    for (const bool wants_policies : {false, true}) {
        for (size_t i = 0; i < documents.size(); ++i) {
            Findings ignored(texts[i].name);
            Findings& listening = wants_policies ? ignored : said[i];
            for (const GraphObject& object : objects_of(documents[i], listening)) {
                if (wants_policies && is_policy(object.json)) {
                    read_graph_policy(object, graph, said[i]);
                } else if (!wants_policies) {
                    read_object(object, graph, said[i]);
                }
            }
        }
    }
    for (const Findings& one : said) {
        findings.insert(findings.end(), one.all().begin(), one.all().end());
    }
    return std::move(graph.book);
}

LocationBook book_of(const Config& config) {
    return {config.locations, config.mfa_trusted_ips, config.policies, std::nullopt};
}

}  // namespace egret::control
