// SPDX-License-Identifier: Apache-2.0
#include "control/lists/m365.hpp"

#include "control/config/scalars.hpp"
#include "control/lists/list_json.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
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

/// Microsoft's categories, the one that counts most first: an address in several sets has the first
/// of theirs. One that is not known counts least.
size_t rank_of(const Json& set) {
    constexpr std::string_view kCategories[] = {"Optimize", "Allow", "Default"};
    const auto found = std::ranges::find(kCategories, set.value("category", std::string()));
    return static_cast<size_t>(found - std::begin(kCategories));
}

/// The best rank of every prefix of the file, so that selecting by category knows to which one an
/// address belongs.
using Ranks = std::map<api::Prefix, size_t>;

Ranks ranks_of(const Json& sets) {
    Ranks ranks;
    for (const Json& set : sets) {
        const size_t rank = rank_of(set);
        for (const Json& ip : set.value(kIps, Json::array())) {
            if (const auto prefix = api::parse_prefix(ip.get_ref<const std::string&>())) {
                const auto [found, is_new] = ranks.try_emplace(api::masked(*prefix), rank);
                found->second = std::min(found->second, rank);
            }
        }
    }
    return ranks;
}

bool is_selected(const ListSelection& select, const Json& set) {
    const auto id = set["id"].get<uint32_t>();
    const bool is_wanted_id =
        select.ids.empty() ||
        std::ranges::any_of(select.ids, [&](const Located<uint32_t>& one) { return *one == id; });
    return is_wanted_id && is_wanted(select.service_areas, set.value("serviceArea", "")) &&
           is_wanted(select.categories, set.value("category", "")) &&
           (!select.required_only || set.value("required", false));
}

std::optional<EntryPorts> entry_ports(const Json& set) {
    const auto tcp = parse_port_list(set.value(kTcpPorts, std::string()));
    const auto udp = parse_port_list(set.value(kUdpPorts, std::string()));
    if (!tcp || !udp) {
        return std::nullopt;
    }
    return EntryPorts{!tcp->empty() || !udp->empty(), *tcp, *udp};
}

/// A name with a placeholder for the tenant stands for every tenant: `<tenant>` is taken for `*`, which
/// is what the service itself writes when it is asked without a TenantName.
std::string without_placeholders(std::string name) {
    for (size_t open = name.find('<'); open != std::string::npos; open = name.find('<', open)) {
        const size_t close = name.find('>', open);
        if (close == std::string::npos) {
            break;
        }
        name.replace(open, close - open + 1, "*");
    }
    return name;
}

/// Adds the entries of one selected set; a sentence if one of them is wrong. A name no DNS could
/// hold is passed over: a slip in one of a thousand names is no reason to refuse the list. So is, with
/// `ranks`, an address that belongs to a category before the set's own.
std::string add_set(const Json& set, const Ranks& ranks, ListBuilder& builder) {
    const auto id = set["id"].get<uint32_t>();
    const auto ports = entry_ports(set);
    if (!ports) {
        return fmt::format("set {}: its ports are not numbers separated by commas", id);
    }
    const EntryKind kind{builder.intern(*ports), builder.intern_part(fmt::format("set {}", id))};
    for (const Json& ip : set.value(kIps, Json::array())) {
        const auto& text = ip.get_ref<const std::string&>();
        const auto prefix = api::parse_prefix(text);
        const auto rank = prefix ? ranks.find(api::masked(*prefix)) : ranks.end();
        if (rank != ranks.end() && rank->second < rank_of(set)) {
            continue;
        }
        if (!builder.add_prefix(text, kind)) {
            return fmt::format("set {}: \"{}\" is not a prefix", id, text);
        }
    }
    for (const Json& url : set.value(kUrls, Json::array())) {
        const std::string name = without_placeholders(url.get_ref<const std::string&>());
        static_cast<void>(builder.add_domain(name, kind));
    }
    return builder.full_complaint();
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

/// All values of one key, for what may be selected.
std::vector<std::string_view> values_of(const Json& sets, const char* key) {
    std::vector<std::string_view> values;
    for (const Json& set : sets) {
        if (const std::string* value = string_below(set, key)) {
            values.emplace_back(*value);
        }
    }
    return values;
}

bool check_selection(const Json& sets, ListReport& report) {
    const ListSelection& select = report.section().select;
    const bool have_ids = check_ids(sets, report);
    const bool have_areas = check_selected(
        select.service_areas,
        values_of(sets, "serviceArea"),
        "service area",
        "service_areas",
        report
    );
    const bool have_categories = check_selected(
        select.categories,
        values_of(sets, "category"),
        "category",
        "categories",
        report
    );
    return have_ids && have_areas && have_categories;
}

/// False after an error.
bool check_shape(const Json& sets, ListReport& report) {
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
    return true;
}

}  // namespace

bool read_m365(const std::string& text, ListReport& report, ListBuilder& builder) {
    const auto sets = parse_list_json(text, report);
    if (!sets || !check_shape(*sets, report) || !check_selection(*sets, report)) {
        return false;
    }
    const ListSelection& select = report.section().select;
    const Ranks ranks = select.categories.empty() ? Ranks() : ranks_of(*sets);
    for (const Json& set : *sets) {
        if (!is_selected(select, set)) {
            continue;
        }
        if (const std::string complaint = add_set(set, ranks, builder); !complaint.empty()) {
            report.error(complaint);
            return false;
        }
    }
    return true;
}

}  // namespace egret::control
