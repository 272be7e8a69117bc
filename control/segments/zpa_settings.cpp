// SPDX-License-Identifier: Apache-2.0
#include "control/segments/zpa_settings.hpp"

#include "control/config/clean_name.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace egret::control {
namespace {

/// A setting that has no counterpart, in both spellings.
struct Setting {
    std::string_view api;
    std::string_view terraform;
    std::string_view usual;  ///< values that are nothing to speak of, between bars
    std::string_view remark;
};

constexpr std::string_view kNone = "it has no counterpart";
constexpr std::string_view kHealth = "peers are watched here, applications are not";
constexpr std::string_view kNames = "clients resolve names themselves here";
constexpr std::string_view kTenants = "all users of a site are treated alike here";
constexpr std::string_view kNotAnchorable =
    "Source IP Anchoring does not cover it, and neither do "
    "rules";

constexpr std::array kSettings{
    Setting{"healthReporting", "health_reporting", "NONE", kHealth},
    Setting{"healthCheckType", "health_check_type", "NONE|DEFAULT", kHealth},
    Setting{"passiveHealthEnabled", "passive_health_enabled", "false", kHealth},
    Setting{
        "matchStyle",
        "match_style",
        "EXCLUSIVE",
        "several segments may match there; here the first rule decides"},
    Setting{"isCnameEnabled", "is_cname_enabled", "false", kNames},
    Setting{"fqdnDnsCheck", "fqdn_dns_check", "false", kNames},
    Setting{"doubleEncrypt", "double_encrypt", "false", kNotAnchorable},
    Setting{"clientlessApps", "clientless_apps", "", kNotAnchorable},
    Setting{"commonAppsDto", "common_apps_dto", "", kNotAnchorable},
    Setting{"inspectionApps", "inspection_apps", "", kNotAnchorable},
    Setting{
        "icmpAccessType",
        "icmp_access_type",
        "NONE",
        "rules are about TCP and UDP: ICMP goes direct"},
    Setting{"bypassOnReauth", "bypass_on_reauth", "false", kNone},
    Setting{
        "selectConnectorCloseToApp",
        "select_connector_close_to_app",
        "false",
        "a group's peers are chosen by their priority"},
    Setting{"useInDrMode", "use_in_dr_mode", "false", kNone},
    Setting{"inspectTrafficWithZia", "inspect_traffic_with_zia", "false", kNone},
    Setting{"tcpKeepAlive", "tcp_keep_alive", "0|false", kNone},
    Setting{"adpEnabled", "adp_enabled", "false", kNone},
    Setting{"autoAppProtectEnabled", "auto_app_protect_enabled", "false", kNone},
    Setting{"apiProtectionEnabled", "api_protection_enabled", "false", kNone},
    Setting{"extranetEnabled", "extranet_enabled", "false", kNone},
    Setting{"zpnErId", "zpn_er_id", "", kNone},
    Setting{"weightedLoadBalancing", "weighted_load_balancing", "false", kNone},
    Setting{"policyStyle", "policy_style", "NONE|DEFAULT", kNone},
    Setting{"tags", "tags", "", kNone},
    Setting{"microtenantId", "microtenant_id", "0", kTenants},
    Setting{"shareToMicrotenants", "share_to_microtenants", "", kTenants},
    Setting{"sharedMicrotenantDetails", "shared_microtenant_details", "", kTenants},
};

/// Members that are read elsewhere, or say nothing about traffic.
constexpr auto kRead = std::to_array<std::string_view>({
    "id",
    "name",
    "description",
    "enabled",
    "domainNames",
    "domain_names",
    "ipAnchored",
    "ip_anchored",
    "bypassType",
    "bypass_type",
    "tcpPortRanges",
    "tcp_port_ranges",
    "tcpPortRange",
    "tcp_port_range",
    "udpPortRanges",
    "udp_port_ranges",
    "udpPortRange",
    "udp_port_range",
    "segmentGroupId",
    "segment_group_id",
    "segmentGroupName",
    "segment_group_name",
    "serverGroups",
    "server_groups",
    "microtenantName",
    "microtenant_name",
    "applications",
    "appRecommendationId",
    "configSpace",
    "config_space",
    "creationTime",
    "creation_time",
    "modifiedBy",
    "modifiedby",
    "modified_by",
    "modifiedTime",
    "modified_time",
    "defaultIdleTimeout",
    "default_idle_timeout",
    "defaultMaxAge",
    "default_max_age",
    "isIncompleteDRConfig",
    "is_incomplete_dr_config",
    "readOnly",
    "read_only",
    "restrictionType",
    "restriction_type",
    "zscalerManaged",
    "zscaler_managed",
    "timeouts",
});

const Setting* setting_of(std::string_view key) {
    const auto found = std::ranges::find_if(kSettings, [key](const Setting& setting) {
        return setting.api == key || setting.terraform == key;
    });
    return found == kSettings.end() ? nullptr : &*found;
}

/// Absent, empty, or a value that asks for nothing. Objects and arrays of nothing but such ask for
/// nothing either; recurses as deep as the parser let it nest.
bool is_usual(const SegmentJson& value, std::string_view usual) {
    if (value.is_structured()) {
        return std::ranges::all_of(value, [](const SegmentJson& item) {
            return is_usual(item, "false|0");
        });
    }
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (value.is_null() || text.empty()) {
        return true;
    }
    while (!usual.empty()) {
        const size_t bar = std::min(usual.find('|'), usual.size());
        if (usual.substr(0, bar) == text) {
            return true;
        }
        usual.remove_prefix(std::min(bar + 1, usual.size()));
    }
    return false;
}

std::string whose(size_t count, const std::string& first) {
    return count == 1 ? fmt::format("of \"{}\"", first)
                      : fmt::format("of {} segments, \"{}\" first,", count, first);
}

}  // namespace

void UnreadSettings::count(
    const std::string& key,
    const std::string& name,
    std::map<std::string, Seen>& among
) {
    Seen& seen = among[key];
    if (seen.count++ == 0) {
        seen.first = name;
    }
}

void UnreadSettings::look_at(const SegmentJson& segment, const std::string& name) {
    if (!segment.is_object()) {
        return;
    }
    for (const auto& [key, value] : segment.items()) {
        const Setting* setting = setting_of(key);
        if (setting != nullptr && !is_usual(value, setting->usual)) {
            count(std::string(setting->api), name, settings_);
        } else if (setting == nullptr && std::ranges::find(kRead, key) == kRead.end()) {
            count(clean_name(key), name, unknown_);
        }
    }
}

void UnreadSettings::report(Findings& findings) const {
    for (const auto& [key, seen] : settings_) {
        findings.note(
            {},
            key,
            fmt::format(
                "{} is not taken over: {}",
                whose(seen.count, seen.first),
                setting_of(key)->remark
            )
        );
    }
    constexpr size_t kMostUnknown = 20;
    size_t n_said = 0;
    for (const auto& [key, seen] : unknown_) {
        if (n_said++ < kMostUnknown) {
            findings.note(
                {},
                key,
                fmt::format("{} is not known, and not read", whose(seen.count, seen.first))
            );
        }
    }
    if (n_said > kMostUnknown) {
        findings.note({}, "", fmt::format("{} more members are not read", n_said - kMostUnknown));
    }
}

}  // namespace egret::control
