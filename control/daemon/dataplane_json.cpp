// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/dataplane_json.hpp"

#include "control/config/choices.hpp"
#include "control/records/flow_record.hpp"
#include "control/records/names.hpp"

#include <egret/api/drop_reasons.hpp>
#include <egret/crypto/key_text.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <vector>

namespace egret::control {
namespace {

constexpr double kNsPerSecond = 1e9;
constexpr double kNsPerMillisecond = 1e6;

/// Seconds since then; null for never.
Json age_json(uint64_t since_ns, const Moment& now) {
    return since_ns == 0 ? Json(nullptr)
                         : Json(static_cast<double>(age_ns(since_ns, now.now_ns)) / kNsPerSecond);
}

Json endpoint_json(const api::Endpoint& endpoint) {
    return endpoint.address.present() ? Json(to_text(endpoint)) : Json(nullptr);
}

std::string mac_text(const std::array<uint8_t, 6>& mac) {
    return fmt::format("{:02x}", fmt::join(mac, ":"));
}

std::string key_text_of(const std::array<uint8_t, 32>& key) {
    return std::string(crypto::key_text(std::as_bytes(std::span(key))).view());
}

Json drops_json(const api::Counters& counters) {
    std::vector<size_t> reasons;
    for (size_t i = 0; i < api::kDropReasons; ++i) {
        if (counters.drops[i] != 0) {
            reasons.push_back(i);
        }
    }
    std::ranges::stable_sort(reasons, [&](size_t a, size_t b) {
        return counters.drops[a] > counters.drops[b];
    });
    Json drops = Json::array();
    for (const size_t reason : reasons) {
        drops.push_back(Json{
            {"reason", api::kDropReasonTexts[reason].name},
            {"packets", counters.drops[reason]},
            {"sentence", api::kDropReasonTexts[reason].sentence},
        });
    }
    return drops;
}

/// The monotonic time of the dataplane as wall-clock time, as both clocks go now.
uint64_t unix_ns_of(uint64_t time_ns, const Moment& now) noexcept {
    return now.unix_ns - age_ns(time_ns, now.now_ns);
}

}  // namespace

std::string_view state_of(const api::PeerRecord& record) noexcept {
    if (record.has_session) {
        return "up";
    }
    return record.state == api::PeerState::starting ? "starting" : "down";
}

Json tunnel_json(const api::PeerRecord& record, const Generation& generation, const Moment& now) {
    const uint16_t index = peer_index(generation, record.slot);
    const bool is_known = index != api::kNone;
    const PeerSection* peer = is_known ? &generation.config.peers[index] : nullptr;
    return Json{
        {"peer", is_known ? Json(*peer->name) : Json(nullptr)},
        {"site", is_known ? Json(*peer->site) : Json(nullptr)},
        {"group", is_known ? Json(*peer->group) : Json(nullptr)},
        {"state", state_of(record)},
        {"handshake_age_s", age_json(record.session_created_ns, now)},
        {"round_trip_ms",
         record.round_trip_ns == 0
             ? Json(nullptr)
             : Json(static_cast<double>(record.round_trip_ns) / kNsPerMillisecond)},
        {"endpoint", endpoint_json(record.endpoint)},
        {"bytes_sent", record.bytes_sent},
        {"bytes_received", record.bytes_received},
        {"packets_sent", record.packets_sent},
        {"packets_received", record.packets_received},
        {"last_received_age_s", age_json(record.last_received_ns, now)},
        {"last_sent_age_s", age_json(record.last_sent_ns, now)},
        {"observed_ipv4", address_json(record.observed_ipv4)},
        {"observed_ipv6", address_json(record.observed_ipv6)},
        {"staged", record.staged},
        {"suite", is_known ? Json(spelling_of(kSuites, *peer->suite)) : Json(nullptr)},
        {"public_key", key_text_of(record.public_key)},
    };
}

Json port_json(const api::PortRecord& record) {
    return Json{
        {"port", record.name.view()},
        {"side", record.used ? Json(spelling_of(kSides, record.side)) : Json(nullptr)},
        {"driver", record.driver.view()},
        {"link", record.link_up ? "up" : "down"},
        {"mac", mac_text(record.mac)},
        {"mtu", record.mtu_bytes},
        {"packets_received", record.packets_received},
        {"packets_sent", record.packets_sent},
        {"bytes_received", record.bytes_received},
        {"bytes_sent", record.bytes_sent},
        {"missed", record.missed},
        {"errors", record.errors},
        {"not_taken", record.not_taken},
    };
}

Json neighbour_json(const api::NeighbourRecord& record, const Moment& now) {
    return Json{
        {"side", spelling_of(kSides, record.side)},
        {"address", address_json(record.address)},
        {"mac", record.resolved ? Json(mac_text(record.mac)) : Json(nullptr)},
        {"state", record.resolved ? "resolved" : "asked"},
        {"confirmed_age_s", age_json(record.confirmed_ns, now)},
    };
}

Json counters_json(const api::CountersMessage& message) {
    const api::Counters& counters = message.counters;
    return Json{
        {"received", counters.received},
        {"generated", counters.generated},
        {"transmitted", counters.transmitted},
        {"consumed", counters.consumed},
        {"dropped", counters.dropped()},
        {"staged", message.staged},
        {"handed_over", counters.handed_over},
        {"sealed", counters.sealed},
        {"opened", counters.opened},
        {"bridged", counters.bridged},
        {"over_mtu", counters.over_mtu},
        {"flows", message.flows},
        {"events_lost", counters.events_lost},
        {"punts_lost", message.punts_lost},
        {"drops", drops_json(counters)},
    };
}

Json live_flow_json(
    const api::Event& flow,
    const Generation* generation,
    const Generation& current,
    const Moment& now
) {
    FlowRecord record;
    record.first_ns = unix_ns_of(flow.time_ns, now);
    record.last_ns = unix_ns_of(flow.last_ns, now);
    record.vlan = flow.vlan;
    record.protocol = flow.protocol;
    record.source = flow.source;
    record.destination = flow.destination;
    record.source_port = flow.source_port;
    record.destination_port = flow.destination_port;
    record.verdict = flow.verdict;
    if (generation != nullptr) {
        record.rule = flow.rule;
        record.segment = flow.segment;
    }
    record.server_name = flow.server_name.view();
    record.origin = flow.origin;
    record.peer = flow.peer;
    record.packets_out = flow.packets_out;
    record.packets_in = flow.packets_in;
    record.bytes_out = flow.bytes_out;
    record.bytes_in = flow.bytes_in;
    record.drop_reason = flow.reason;
    return flow_json(record, generation != nullptr ? *generation : current);
}

}  // namespace egret::control
