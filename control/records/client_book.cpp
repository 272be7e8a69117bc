// SPDX-License-Identifier: Apache-2.0
#include "control/records/client_book.hpp"

#include "control/config/choices.hpp"
#include "control/records/names.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace egret::control {
namespace {

/// Hosts change the lower half of their IPv6 address as they like (RFC 8981).
constexpr uint8_t kIpv6Network = 64;

api::IpAddress origin_of(const api::Event& event) {
    const api::IpAddress& origin = event.origin.present() ? event.origin : event.source;
    return origin.family == api::Family::ipv6
               ? api::masked(api::Prefix{origin, kIpv6Network}).address
               : origin;
}

/// Two ways used within kTogetherNs of each other that differ by `part`.
template <class Part>
bool are_mixed(const std::vector<ClientWay>& ways, Part part) {
    for (size_t i = 0; i < ways.size(); ++i) {
        for (size_t j = i + 1; j < ways.size(); ++j) {
            const auto [early, late] = std::minmax(ways[i].last_ns, ways[j].last_ns);
            if (late - early <= ClientBook::kTogetherNs && part(ways[i], ways[j])) {
                return true;
            }
        }
    }
    return false;
}

bool other_family(const ClientWay& a, const ClientWay& b) {
    return a.origin.family != b.origin.family;
}

/// Of one family: a direct flow's source is translated somewhere else.
bool other_origin(const ClientWay& a, const ClientWay& b) {
    return a.origin.family == b.origin.family && a.origin != b.origin;
}

Json way_json(const ClientWay& way, uint64_t unix_offset_ns) {
    const bool is_ipv6 = way.origin.family == api::Family::ipv6;
    return Json{
        {"family", is_ipv6 ? 6 : 4},
        {"origin",
         is_ipv6 ? Json(api::to_text(api::Prefix{way.origin, kIpv6Network}))
                 : address_json(way.origin)},
        {"segment", text_json(way.segment)},
        {"verdict", spelling_of(kVerdicts, way.verdict)},
        {"flows", way.n_flows},
        {"last", time_text(way.last_ns + unix_offset_ns)},
    };
}

}  // namespace

ClientBook::Client& ClientBook::client_of(const ClientId& id) {
    const auto known = clients_.find(id);
    if (known != clients_.end()) {
        by_age_.splice(by_age_.end(), by_age_, known->second.age);
        return known->second;
    }
    if (clients_.size() == kMaxClients) {
        clients_.erase(by_age_.front());
        by_age_.pop_front();
    }
    Client& client = clients_[id];
    client.age = by_age_.insert(by_age_.end(), id);
    return client;
}

void ClientBook::on_event(const api::Event& event, const Generation& generation) {
    const bool is_known = event.client_mac != std::array<uint8_t, 6>{};
    if (event.kind != api::EventKind::flow_opened || event.segment == api::kNone || !is_known) {
        return;
    }
    Client& client = client_of({event.vlan, event.client_mac});
    (event.source.family == api::Family::ipv6 ? client.ipv6 : client.ipv4) = event.source;
    const ClientWay way{
        origin_of(event),
        name_at(generation.config.segments, event.segment),
        event.verdict};
    auto found = std::ranges::find_if(client.ways, [&](const ClientWay& other) {
        return other.origin == way.origin && other.segment == way.segment &&
               other.verdict == way.verdict;
    });
    if (found == client.ways.end() && client.ways.size() == kMaxWays) {
        found = std::ranges::min_element(client.ways, {}, &ClientWay::last_ns);
        *found = way;
    } else if (found == client.ways.end()) {
        found = client.ways.insert(found, way);
    }
    ++found->n_flows;
    found->last_ns = event.time_ns;
}

std::vector<Json> ClientBook::records(uint64_t unix_offset_ns) const {
    std::vector<Json> all;
    all.reserve(clients_.size());
    for (const auto& [id, client] : clients_) {
        Json ways = Json::array();
        for (const ClientWay& way : client.ways) {
            ways.push_back(way_json(way, unix_offset_ns));
        }
        all.push_back(Json{
            {"client_mac", fmt::format("{:02x}", fmt::join(id.mac, ":"))},
            {"vlan", id.vlan == 0 ? Json(nullptr) : Json(id.vlan)},
            {"ipv4", address_json(client.ipv4)},
            {"ipv6", address_json(client.ipv6)},
            {"mixes_families", are_mixed(client.ways, other_family)},
            {"mixes_origins", are_mixed(client.ways, other_origin)},
            {"ways", std::move(ways)},
        });
    }
    return all;
}

}  // namespace egret::control
