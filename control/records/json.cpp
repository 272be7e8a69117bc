// SPDX-License-Identifier: Apache-2.0
#include "control/records/json.hpp"

namespace egret::control {

Json protocol_json(uint8_t protocol) {
    switch (protocol) {
        case 1:
            return "icmp";
        case 6:
            return "tcp";
        case 17:
            return "udp";
        case 58:
            return "icmpv6";
        default:
            return protocol;
    }
}

Json address_json(const api::IpAddress& address) {
    return text_json(api::to_text(address));
}

Json text_json(std::string_view text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json locations_json(const std::vector<NetworkLocation>& locations) {
    Json list = Json::array();
    for (const NetworkLocation& location : locations) {
        list.push_back(
            Json{{"networkType", name_of(location.type)}, {"networkNames", location.names}}
        );
    }
    return list;
}

namespace {

Json policies_json(const std::vector<PolicyResult>& policies) {
    Json list = Json::array();
    for (const PolicyResult& result : policies) {
        list.push_back(Json{
            {"policy", result.policy},
            {"state", name_of(result.state)},
            {"result", result.applied ? name_of(result.grant) : "not-applied"},
            {"reasons", result.reasons},
        });
    }
    return list;
}

}  // namespace

Json outcome_json(const Outcome& outcome) {
    if (outcome.blocked) {
        return name_of(Grant::block);
    }
    Json controls = Json::array();
    for (const Grant grant : outcome.demanded) {
        controls.push_back(name_of(grant));
    }
    return controls;
}

Json what_if_json(const WhatIf& what_if) {
    return Json{
        {"ip", address_json(what_if.ip)},
        {"networkLocationDetails", locations_json(what_if.locations)},
        {"policies", policies_json(what_if.policies)},
        {"outcome", outcome_json(what_if.outcome)},
    };
}

std::string line_of(const Json& record) {
    return record.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace egret::control
