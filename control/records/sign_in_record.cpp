// SPDX-License-Identifier: Apache-2.0
#include "control/config/choices.hpp"
#include "control/policy/what_if.hpp"
#include "control/records/json.hpp"
#include "control/records/names.hpp"
#include "control/records/sign_in_log.hpp"

namespace egret::control {
namespace {

std::string site_of(const Generation& generation, uint16_t slot) {
    const uint16_t peer = peer_index(generation, slot);
    return peer != api::kNone ? *generation.config.peers[peer].site : std::string();
}

/// Only what is restored comes from the tenant's own network; an edge's ordinary address does not.
std::string tenant_of(const api::Event& event, const Generation& generation) {
    const uint16_t peer = peer_index(generation, event.peer);
    const bool is_restored = event.signaling && event.present != api::Present::edge;
    return is_restored && peer != api::kNone ? *generation.config.peers[peer].tenant
                                             : std::string();
}

Json verified_json(const api::Event& event) {
    return event.verified ? Json(spelling_of(kVerifies, event.verify)) : Json(nullptr);
}

}  // namespace

std::string sign_in_line(const api::Event& event, const Generation& generation) {
    const Config& config = generation.config;
    const WhatIf what_if = evaluate(
        config,
        generation.policies,
        SignInContext{.ip = event.presented, .tenant = tenant_of(event, generation)}
    );
    const bool shows_client = *config.log.client_addresses;
    return line_of(Json{
        {"time", time_text(event.time_ns)},
        {"site", text_json(site_of(generation, event.peer))},
        {"peer", text_json(peer_name(generation, event.peer))},
        {"client", shows_client ? address_json(event.source) : Json(nullptr)},
        {"destination", address_json(event.destination)},
        {"destinationPort", event.destination_port},
        {"protocol", protocol_json(event.protocol)},
        {"segment", text_json(name_at(config.segments, event.segment))},
        {"serverName", text_json(event.server_name.view())},
        {"confidence", text_json(confidence_of(event.segment))},
        {"ipAddress", address_json(event.presented)},
        {"originAddress", address_json(event.origin)},
        {"outerAddress", address_json(event.outer)},
        {"originVerified", verified_json(event)},
        {"signaling", event.signaling},
        {"present", spelling_of(kPresents, event.present)},
        {"networkLocationDetails", locations_json(what_if.locations)},
        {"conditionalAccess", what_if_json(what_if)},
    });
}

}  // namespace egret::control
