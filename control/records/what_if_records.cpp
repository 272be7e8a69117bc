// SPDX-License-Identifier: Apache-2.0
#include "control/records/what_if_records.hpp"

namespace egret::control {
namespace {

Json token_json(const std::optional<CaeResult>& resource) {
    if (!resource) {
        return nullptr;
    }
    return Json{{"fate", name_of(resource->fate)}, {"reasons", resource->reasons}};
}

Json site_json(const UplinkOutcome& site) {
    return Json{
        {"site", site.uplink},
        {"address", text_json(site.address)},
        {"policies", site.policies},
        {"outcome", outcome_json(site.outcome)},
    };
}

Json uplink_json(const UplinkOutcome& uplink) {
    return Json{
        {"uplink", uplink.uplink},
        {"address", text_json(uplink.address)},
        {"policies", uplink.policies},
        {"outcome", outcome_json(uplink.outcome)},
        {"policy_at_risk", uplink.at_risk},
    };
}

}  // namespace

Json what_if_report_json(const WhatIfReport& report) {
    Json json = what_if_json(report.what_if);
    json["country"] = text_json(report.what_if.country);
    json["token"] = token_json(report.resource);
    json["uplinks"] = Json::array();
    for (const UplinkOutcome& uplink : report.uplinks) {
        json["uplinks"].push_back(uplink_json(uplink));
    }
    if (report.sites) {
        json["sites"] = Json::array();
        for (const UplinkOutcome& site : *report.sites) {
            json["sites"].push_back(site_json(site));
        }
    }
    return json;
}

}  // namespace egret::control
