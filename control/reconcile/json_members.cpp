// SPDX-License-Identifier: Apache-2.0
#include "control/reconcile/json_members.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace egret::control {
namespace {

/// Brackets outside of strings; what is no JSON may be counted wrong, and is refused by the parser.
bool is_shallow(std::string_view text) {
    constexpr int kMaxDepth = 32;
    int depth = 0;
    bool is_in_string = false;
    for (size_t i = 0; i < text.size() && depth <= kMaxDepth; ++i) {
        const char c = text[i];
        if (is_in_string && c == '\\') {
            ++i;
        } else if (c == '"') {
            is_in_string = !is_in_string;
        } else if (!is_in_string && (c == '[' || c == '{')) {
            ++depth;
        } else if (!is_in_string && (c == ']' || c == '}')) {
            --depth;
        }
    }
    return depth <= kMaxDepth;
}

}  // namespace

const nlohmann::json* member_of(const nlohmann::json& object, const char* name) {
    if (!object.is_object()) {
        return nullptr;
    }
    const auto found = object.find(name);
    return found == object.end() ? nullptr : &*found;
}

std::string_view next_line(std::string_view& text) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

nlohmann::json parse_shallow(std::string_view text) {
    return is_shallow(text) ? nlohmann::json::parse(text, nullptr, false)
                            : nlohmann::json(nlohmann::json::value_t::discarded);
}

api::IpAddress parse_logged_address(std::string_view text) {
    const api::IpAddress address = api::parse_address(text).value_or(api::IpAddress{});
    constexpr std::array<uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (address.family != api::Family::ipv6 ||
        !std::equal(kMapped.begin(), kMapped.end(), address.bytes.begin())) {
        return address;
    }
    api::IpAddress ipv4;
    ipv4.family = api::Family::ipv4;
    std::copy_n(address.bytes.begin() + kMapped.size(), 4, ipv4.bytes.begin());
    return ipv4;
}

std::vector<SeenLocation> seen_locations(const nlohmann::json& details) {
    std::map<std::string, bool> trusted_by_name;
    for (const nlohmann::json& detail : details) {
        const nlohmann::json* type = member_of(detail, "networkType");
        const nlohmann::json* names = member_of(detail, "networkNames");
        const bool is_trusted = type != nullptr && *type == "trustedNamedLocation";
        const bool is_location = is_trusted || (type != nullptr && *type == "namedNetwork");
        if (!is_location || names == nullptr || !names->is_array()) {
            continue;
        }
        for (const nlohmann::json& name : *names) {
            if (name.is_string()) {
                trusted_by_name[name.get<std::string>()] |= is_trusted;
            }
        }
    }
    std::vector<SeenLocation> locations;
    for (const auto& [name, is_trusted] : trusted_by_name) {
        locations.push_back({name, is_trusted});
    }
    return locations;
}

}  // namespace egret::control
