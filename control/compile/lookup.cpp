// SPDX-License-Identifier: Apache-2.0
#include "control/compile/lookup.hpp"

#include "control/compile/lookup_name.hpp"
#include "control/compile/port_set.hpp"
#include "control/config/choices.hpp"
#include "control/config/scalars.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace egret::control {
namespace {

std::string_view protocol_name(uint8_t protocol) noexcept {
    return protocol == kUdp ? "UDP" : "TCP";
}

std::string described(const LookupQuery& query) {
    return fmt::format(
        "{} {} port {}",
        api::to_text(query.destination.address),
        protocol_name(query.protocol),
        query.destination.port
    );
}

std::string_view guard_text(api::Guard guard) noexcept {
    switch (guard) {
        case api::Guard::own_address:
            return "one of this node's own addresses or networks";
        case api::Guard::peer_endpoint:
            return "a peer's endpoint";
        case api::Guard::loopback:
            return "a loopback or unspecified address";
        case api::Guard::link_local:
            return "a link-local address";
        case api::Guard::multicast:
            return "a multicast or broadcast address";
        case api::Guard::none:
            break;
    }
    return "";
}

/// `from` conditions hold for nothing where no client is given.
std::string from_remark(const Generation& generation, const LookupQuery& query) {
    const bool some_ask = std::ranges::any_of(generation.config.rules, [](const RuleSection& rule) {
        return !rule.from.empty();
    });
    return some_ask && !query.from.present() ? "; rules with a `from` need --from" : "";
}

/// The list that holds the destination back, where nothing else decides.
std::string waiting_remark(const Generation& generation, const LookupQuery& query) {
    const LookupDestination& to = query.destination;
    for (const List& list : generation.lists) {
        const bool waits =
            std::ranges::any_of(list.waiting.prefixes, [&](const PrefixEntry& entry) {
                return api::contains(entry.prefix, to.address);
            });
        if (waits) {
            return fmt::format(
                "; list \"{}\" has an entry for it that is held, not used: egret lists accept {}",
                list.name,
                list.name
            );
        }
    }
    return "";
}

std::string no_match_reason(const api::Classification& found, bool is_edge) {
    if (is_edge) {
        return "it is in no segment of this edge: segment_refused";
    }
    return found.any_tunnel ? "the address belongs to a tunnel rule, but not with this protocol, "
                              "port and client; what matches no rule goes direct"
                            : "what matches no rule goes direct";
}

/// "IPv4", "IPv6".
std::string family_name(api::Family family) {
    return fmt::format("IPv{}", static_cast<int>(family));
}

std::string refused_family_reason(const RuleSection& rule) {
    const api::Family wanted = *rule.family;
    const auto other = wanted == api::Family::ipv4 ? api::Family::ipv6 : api::Family::ipv4;
    return fmt::format(
        "rule.family of \"{}\" refuses {}, so that clients use {}",
        *rule.name,
        family_name(other),
        family_name(wanted)
    );
}

std::string match_reason(const Generation& generation, const api::Classification& found) {
    const Config& config = generation.config;
    if (generation.tables.accept_all) {
        return "this edge has no segments and accepts every destination but its own networks";
    }
    const std::string& segment = *config.segments[found.segment].name;
    if (found.rule == api::kNone) {
        return fmt::format("segment \"{}\" is the first that holds it", segment);
    }
    const RuleSection& rule = config.rules[found.rule];
    std::string reason = fmt::format(
        "rule \"{}\" is the first that holds it, by segment \"{}\"",
        *rule.name,
        segment
    );
    if (found.verdict == api::Verdict::tunnel) {
        reason += fmt::format(
            "; while group \"{}\" is down: {}",
            *rule.via,
            spelling_of(kWhenDowns, *rule.when_down)
        );
    }
    return reason;
}

std::string reason_for(
    const Generation& generation,
    const LookupQuery& query,
    const api::Classification& found
) {
    const bool is_edge = generation.tables.role == api::Role::edge;
    const bool is_match = found.rule != api::kNone || found.segment != api::kNone ||
                          (is_edge && found.verdict == api::Verdict::tunnel);
    std::string why;
    if (found.guard != api::Guard::none) {
        why = fmt::format("it is {}, never tunnelled", guard_text(found.guard));
    } else if (is_match) {
        why = match_reason(generation, found);
    } else {
        why = no_match_reason(found, is_edge) + waiting_remark(generation, query) +
              from_remark(generation, query);
    }
    return fmt::format("{}: {}.", described(query), why);
}

/// Rules that are not looked at now, for whoever wonders why one did not match.
std::string hours_remark(const Config& config) {
    std::string names;
    for (const RuleSection& rule : config.rules) {
        if (!rule.in_force) {
            names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", *rule.name);
        }
    }
    return names.empty() ? names : fmt::format(" Outside their hours: {}.", names);
}

LookupResult by_address(const Generation& generation, const LookupQuery& query) {
    const api::Destination
        packet{query.from, query.destination.address, query.protocol, query.destination.port, 0, 0};
    const api::Tables& tables = generation.tables;
    const api::Classification found = tables.role == api::Role::edge
                                          ? api::classify_for_peer(tables, api::Peer{}, packet)
                                          : api::classify(tables, packet);
    LookupResult result{found.verdict, found.rule, found.segment, {}, {}, {}, {}};
    if (found.segment != api::kNone) {
        const SourceQuery asked{packet.destination, packet.protocol, packet.destination_port};
        result.source = generation.provenance.find(found.segment, asked).value_or(Source{});
        result.confidence = "prefix";
    }
    result.reason = reason_for(generation, query, found);
    if (api::refuses_family(tables, packet, found)) {
        result.verdict = api::Verdict::drop;
        result.reason = fmt::format(
            "{}: {}.",
            described(query),
            refused_family_reason(generation.config.rules[found.rule])
        );
    }
    if (api::blocks_quic(tables, packet, found)) {
        result.verdict = api::Verdict::drop;
        result.reason = fmt::format(
            "{}: tunnel.block_quic refuses QUIC where HTTPS over TCP takes the tunnel.",
            described(query)
        );
    }
    return result;
}

/// Splits a port off, if the text has one behind its last colon.
bool split_port(std::string_view& text, uint16_t& port) {
    const size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return true;
    }
    const auto range = parse_port_range(text.substr(colon + 1));
    if (!range || range->first != range->last) {
        return false;
    }
    port = range->first;
    text = text.substr(0, colon);
    return true;
}

}  // namespace

std::optional<LookupDestination> parse_destination(std::string_view text) {
    LookupDestination destination;
    if (const auto address = api::parse_address(text)) {
        destination.address = *address;
        return destination;
    }
    if (text.starts_with('[') && text.ends_with(']')) {
        const auto address = api::parse_address(text.substr(1, text.size() - 2));
        if (!address || address->family != api::Family::ipv6) {
            return std::nullopt;
        }
        destination.address = *address;
        return destination;
    }
    if (const auto endpoint = api::parse_endpoint(text)) {
        return LookupDestination{endpoint->address, {}, endpoint->port};
    }
    if (!split_port(text, destination.port)) {
        return std::nullopt;
    }
    const auto name = parse_domain(text);
    if (!name || name->find('*') != std::string::npos) {
        return std::nullopt;
    }
    destination.name = *name;
    return destination;
}

LookupResult look_up(const Generation& generation, const LookupQuery& query) {
    LookupResult result = query.destination.address.present() ? by_address(generation, query)
                                                              : look_up_name(generation, query);
    const auto list = std::ranges::find(generation.lists, result.source.list, &List::name);
    if (list != generation.lists.end()) {
        result.origin = list->origin;
    }
    result.reason += hours_remark(generation.config);
    return result;
}

}  // namespace egret::control
