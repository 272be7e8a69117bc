// SPDX-License-Identifier: Apache-2.0
#include "control/reconcile/entra_export.hpp"

#include "control/reconcile/json_members.hpp"
#include "control/records/time.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace egret::control {
namespace {

using Object = nlohmann::json;

/// Spellings of a member: Graph's, then Log Analytics'.
using Spellings = std::array<const char*, 2>;

constexpr Spellings kTime{"createdDateTime", "TimeGenerated"};
constexpr Spellings kId{"id", "Id"};
constexpr Spellings kCorrelation{"correlationId", "CorrelationId"};
constexpr Spellings kApplication{"appDisplayName", "AppDisplayName"};
constexpr Spellings kResource{"resourceDisplayName", "ResourceDisplayName"};
constexpr Spellings kIp{"ipAddress", "IPAddress"};
constexpr Spellings kResourceIp{"ipAddressFromResourceProvider", "IPAddressFromResourceProvider"};
constexpr Spellings kGsaIp{"globalSecureAccessIpAddress", "GlobalSecureAccessIpAddress"};
constexpr Spellings kThroughGsa{"isThroughGlobalSecureAccess", "IsThroughGlobalSecureAccess"};
constexpr Spellings kLocations{"networkLocationDetails", "NetworkLocationDetails"};
constexpr Spellings kStatus{"conditionalAccessStatus", "ConditionalAccessStatus"};

/// In the object, or below `properties` as diagnostic settings nest it; nullptr if it is nowhere.
const Object* find(const Object& entry, const Spellings& spellings) {
    const Object* inner = member_of(entry, "properties");
    for (const char* name : spellings) {
        for (const Object* object : {&entry, inner}) {
            const Object* found = object == nullptr ? nullptr : member_of(*object, name);
            if (found != nullptr && !found->is_null()) {
                return found;
            }
        }
    }
    return nullptr;
}

std::string text_of(const Object& entry, const Spellings& spellings) {
    const Object* found = find(entry, spellings);
    return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

api::IpAddress address_of(const Object& entry, const Spellings& spellings) {
    return parse_logged_address(text_of(entry, spellings));
}

bool flag_of(const Object& entry, const Spellings& spellings) {
    const Object* found = find(entry, spellings);
    return found != nullptr &&
           (found->is_boolean() ? found->get<bool>() : found->is_string() && *found == "true");
}

void read_locations(const Object& entry, EntraSignIn& sign_in) {
    const Object* found = find(entry, kLocations);
    if (found == nullptr) {
        return;
    }
    const Object inner = found->is_string() ? parse_shallow(found->get<std::string>()) : *found;
    sign_in.has_locations = inner.is_array();
    sign_in.locations = sign_in.has_locations ? seen_locations(inner) : std::vector<SeenLocation>();
}

std::optional<EntraSignIn> read_sign_in(const Object& entry) {
    if (!entry.is_object()) {
        return std::nullopt;
    }
    const auto time_ns = parse_time(text_of(entry, kTime));
    EntraSignIn sign_in;
    sign_in.ip = address_of(entry, kIp);
    if (!time_ns || !sign_in.ip.present()) {
        return std::nullopt;
    }
    sign_in.time_ns = *time_ns;
    sign_in.id = text_of(entry, kId);
    if (sign_in.id.empty()) {
        sign_in.id = text_of(entry, kCorrelation);
    }
    sign_in.application = text_of(entry, kApplication);
    sign_in.resource = text_of(entry, kResource);
    sign_in.resource_ip = address_of(entry, kResourceIp);
    sign_in.is_through_gsa = flag_of(entry, kThroughGsa);
    sign_in.gsa_ip = address_of(entry, kGsaIp);
    read_locations(entry, sign_in);
    sign_in.policy_status = text_of(entry, kStatus);
    return sign_in;
}

void add(const Object& entry, EntraExport& all) {
    if (auto sign_in = read_sign_in(entry)) {
        all.sign_ins.push_back(std::move(*sign_in));
    } else {
        ++all.n_unusable;
    }
}

/// The array of a whole document; nullptr if it is none of the forms that have one.
const Object* entries_of(const Object& document) {
    if (document.is_array()) {
        return &document;
    }
    for (const char* name : {"value", "records"}) {
        const Object* entries = member_of(document, name);
        if (entries != nullptr && entries->is_array()) {
            return entries;
        }
    }
    return nullptr;
}

tl::expected<EntraExport, std::string> read_lines(std::string_view text) {
    EntraExport all;
    size_t n_line = 0;
    while (!text.empty()) {
        const std::string_view line = next_line(text);
        ++n_line;
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
            continue;
        }
        const Object entry = parse_shallow(line);
        if (!entry.is_object()) {
            return tl::unexpected(
                "line " + std::to_string(n_line) +
                " is no JSON object; wanted is a sign-in log as JSON: an array, {\"value\": "
                "[...]}, "
                "or one sign-in a line"
            );
        }
        add(entry, all);
    }
    return all;
}

}  // namespace

tl::expected<EntraExport, std::string> parse_entra_export(std::string_view text) {
    EntraExport all;
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) {
        text.remove_prefix(kByteOrderMark.size());
    }
    const Object document = parse_shallow(text);
    if (const Object* entries = entries_of(document)) {
        for (const Object& entry : *entries) {
            add(entry, all);
        }
    } else if (auto lines = read_lines(text)) {
        all = std::move(*lines);
    } else {
        return lines;
    }
    if (all.sign_ins.empty()) {
        return tl::unexpected(
            std::string("holds no sign-in with a time and an address; export it as JSON")
        );
    }
    std::ranges::stable_sort(all.sign_ins, {}, &EntraSignIn::time_ns);
    return all;
}

}  // namespace egret::control
