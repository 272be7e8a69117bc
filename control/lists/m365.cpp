// SPDX-License-Identifier: Apache-2.0
#include "control/lists/m365.hpp"

#include "control/config/scalars.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>

namespace egret::control {
namespace {

using Json = nlohmann::json;

constexpr const char* kIps = "ips";
constexpr const char* kUrls = "urls";
constexpr const char* kTcpPorts = "tcpPorts";
constexpr const char* kUdpPorts = "udpPorts";

bool is_list_of_strings(const Json& value) {
    return value.is_array() &&
           std::ranges::all_of(value, [](const Json& item) { return item.is_string(); });
}

/// What is wrong with the shape of one set; empty if nothing is.
std::string shape_complaint(const Json& set) {
    if (!set.is_object()) {
        return "holds something that is no endpoint set";
    }
    const auto id = set.find("id");
    if (id == set.end() || !id->is_number_unsigned() || *id > UINT32_MAX) {
        return "holds an endpoint set without a number as its id";
    }
    for (const char* key : {kIps, kUrls}) {
        if (set.contains(key) && !is_list_of_strings(set[key])) {
            return fmt::format("set {}: {} is not a list of strings", id->get<uint32_t>(), key);
        }
    }
    for (const char* key : {kTcpPorts, kUdpPorts, "serviceArea", "category"}) {
        if (set.contains(key) && !set[key].is_string()) {
            return fmt::format("set {}: {} is not a string", id->get<uint32_t>(), key);
        }
    }
    if (set.contains("required") && !set["required"].is_boolean()) {
        return fmt::format("set {}: required is not a boolean", id->get<uint32_t>());
    }
    return {};
}

/// True if `wanted` is empty or holds the string below `key`.
bool is_among(const LocatedList<std::string>& wanted, const Json& set, const char* key) {
    const auto text = set.value(key, std::string());
    return wanted.empty() || std::ranges::any_of(wanted, [&](const Located<std::string>& one) {
               return *one == text;
           });
}

bool is_selected(const ListSelection& select, const Json& set) {
    const auto id = set["id"].get<uint32_t>();
    const bool is_wanted =
        select.ids.empty() ||
        std::ranges::any_of(select.ids, [&](const Located<uint32_t>& one) { return *one == id; });
    return is_wanted && is_among(select.service_areas, set, "serviceArea") &&
           is_among(select.categories, set, "category") &&
           (!select.required_only || set.value("required", false));
}

/// Reads "80,443,3478-3481".
std::optional<std::vector<PortRange>> read_ports(std::string_view text) {
    std::vector<PortRange> ports;
    while (!text.empty()) {
        const size_t comma = std::min(text.find(','), text.size());
        std::string_view one = text.substr(0, comma);
        text.remove_prefix(std::min(comma + 1, text.size()));
        while (one.starts_with(' ')) {
            one.remove_prefix(1);
        }
        const auto range = parse_port_range(one);
        if (!range) {
            return std::nullopt;
        }
        ports.push_back(*range);
    }
    return ports;
}

std::optional<EntryPorts> entry_ports(const Json& set) {
    const auto tcp = read_ports(set.value(kTcpPorts, std::string()));
    const auto udp = read_ports(set.value(kUdpPorts, std::string()));
    if (!tcp || !udp) {
        return std::nullopt;
    }
    return EntryPorts{!tcp->empty() || !udp->empty(), *tcp, *udp};
}

/// Adds the entries of one selected set; a sentence if one of them is wrong. A name no DNS could
/// hold is passed over: a slip in one of a thousand names is no reason to refuse the list.
std::string add_set(const Json& set, ListBuilder& builder) {
    const auto id = set["id"].get<uint32_t>();
    const auto ports = entry_ports(set);
    if (!ports) {
        return fmt::format("set {}: its ports are not numbers separated by commas", id);
    }
    const uint16_t index = builder.intern(*ports);
    for (const Json& ip : set.value(kIps, Json::array())) {
        const auto& text = ip.get_ref<const std::string&>();
        if (!builder.add_prefix(text, index)) {
            return fmt::format("set {}: \"{}\" is not a prefix", id, text);
        }
    }
    for (const Json& url : set.value(kUrls, Json::array())) {
        static_cast<void>(builder.add_domain(url.get_ref<const std::string&>(), index));
    }
    return builder.is_full() ? fmt::format("more than {} entries", kMaxListEntries) : std::string();
}

/// Every selected id must exist: a number that vanished would silently empty a segment.
bool check_ids(const Json& sets, ListReport& report) {
    bool all_exist = true;
    for (const Located<uint32_t>& id : report.section().select.ids) {
        const bool exists =
            std::ranges::any_of(sets, [&](const Json& set) { return set["id"] == *id; });
        if (!exists) {
            report.error_at(id.at, "list.select.ids", fmt::format("has no endpoint set {}", *id));
            all_exist = false;
        }
    }
    return all_exist;
}

}  // namespace

bool read_m365(const std::string& text, ListReport& report, ListBuilder& builder) {
    const Json sets = Json::parse(text, nullptr, false);
    if (sets.is_discarded()) {
        report.error("is not JSON");
        return false;
    }
    if (!sets.is_array()) {
        report.error(
            fmt::format("is JSON of type {}, not an array of endpoint sets", sets.type_name())
        );
        return false;
    }
    for (const Json& set : sets) {
        if (const std::string complaint = shape_complaint(set); !complaint.empty()) {
            report.error(complaint);
            return false;
        }
    }
    if (!check_ids(sets, report)) {
        return false;
    }
    for (const Json& set : sets) {
        if (!is_selected(report.section().select, set)) {
            continue;
        }
        if (const std::string complaint = add_set(set, builder); !complaint.empty()) {
            report.error(complaint);
            return false;
        }
    }
    return true;
}

}  // namespace egret::control
