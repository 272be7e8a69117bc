// SPDX-License-Identifier: Apache-2.0
// Branch, second stage: parse -> [classify] -> claim -> seal -> outer. The only place that decides what is tunnelled.
#include "stages/classify.hpp"

#include "stages/flows.hpp"
#include "stages/names.hpp"
#include "stages/own.hpp"
#include "stages/refusal.hpp"
#include "stages/translate.hpp"
#include "stages/wire.hpp"

#include <algorithm>
#include <cstring>

namespace egret {
namespace {

using api::DropReason;
using api::Verdict;

api::Destination destination_of(const PacketMeta& meta) noexcept {
    return {
        .source = meta.key.source_address(),
        .destination = meta.key.destination_address(),
        .protocol = meta.key.protocol,
        .destination_port = meta.key.destination_port,
        .vlan = meta.vlan,
        .dscp = static_cast<uint8_t>(meta.traffic_class >> 2),
    };
}

/// What happens to a packet that belongs to no flow Egret could know.
Fate without_flow(const Context& context, const PacketMeta& meta) noexcept {
    if (meta.kind == PacketKind::other || meta.kind == PacketKind::icmp_error ||
        !api::classify(context.tables(), destination_of(meta)).any_tunnel) {
        return std::nullopt;
    }
    switch (meta.kind) {
        case PacketKind::fragment:
            return DropReason::fragment;
        case PacketKind::unreachable:
            return DropReason::no_transport_header;
        default:
            return DropReason::malformed;
    }
}

/// The preferred peer of a group that is not known to be down; kNone if the whole group is. Peers of one priority share
/// flows by hash, so the choice for one flow does not depend on what came before it.
uint16_t choose_peer(const Context& context, uint16_t group, const FlowKey& key) noexcept {
    const api::Tables& tables = context.tables();
    const api::Slice members = tables.groups[group].members;
    std::array<uint16_t, 16>
        candidates;  // of the best priority; more than sixteen equals add nothing
    size_t n = 0;
    uint16_t priority = 0;
    for (uint32_t i = members.first; i < members.first + members.count && n < candidates.size();
         ++i) {
        const api::Peer& peer = tables.peers[tables.numbers[i]];
        const PeerRuntime& runtime = context.worker.peers.at(peer.slot);
        if (!runtime.can_send(context.now_ns) && runtime.state == api::PeerState::down) {
            continue;
        }
        if (n > 0 && peer.priority != priority) {
            break;
        }
        priority = peer.priority;
        candidates[n++] = peer.slot;
    }
    return n == 0 ? api::kNone : candidates[context.worker.flows.hash(key) % n];
}

struct Origin {
    Fate fate;
    api::IpAddress address;  ///< absent: no claim is made
};

Origin origin_of(const Context& context, const PacketMeta& meta, uint16_t segment) noexcept {
    const api::Tables& tables = context.tables();
    if (!tables.signaling || !tables.segments[segment].signaling) {
        return {};
    }
    if (meta.family == api::Family::ipv4) {
        return tables.egress_ipv4.present() ? Origin{std::nullopt, tables.egress_ipv4}
                                            : Origin{DropReason::no_origin, {}};
    }
    // There is no NAT66: an IPv6 host's own address is its origin, if it is one of the site's.
    if (tables.egress_ipv6.count == 0) {
        return {DropReason::no_origin, {}};
    }
    const api::IpAddress source = meta.key.source_address();
    const auto first = tables.prefixes.begin() + tables.egress_ipv6.first;
    const bool ours =
        std::any_of(first, first + tables.egress_ipv6.count, [&](const api::Prefix& p) {
            return api::contains(p, source);
        });
    return ours ? Origin{std::nullopt, source} : Origin{DropReason::source_not_egress, {}};
}

/// The address the edge will see as source: the origin where the source itself is the claim, else the client's own.
api::IpAddress tunnel_source(
    const api::Peer& peer,
    const PacketMeta& meta,
    const api::IpAddress& origin
) noexcept {
    return peer.carry == api::Carry::source && origin.present() ? origin
                                                                : meta.key.source_address();
}

Fate refuse(
    Context& context,
    const PacketMeta& meta,
    const api::Classification& found,
    DropReason reason
) noexcept {
    if (Flow* flow = open_flow(context, meta)) {
        flow->verdict = Verdict::drop;
        flow->reason = reason;
        flow->rule = found.rule;
        flow->segment = found.segment;
    }
    return reason;
}

Fate open_tunnel_flow(
    Context& context,
    PacketMeta& meta,
    const api::Classification& found,
    uint16_t slot,
    const api::IpAddress& origin
) noexcept {
    Flow* flow = open_flow(context, meta);
    if (flow == nullptr) {
        return DropReason::flow_table_full;
    }
    const api::Peer& peer = *context.snapshot.peer(slot);
    if (!choose_reverse(context, *flow, tunnel_source(peer, meta, origin), kTunnelZone)) {
        context.worker.flows.remove(*flow);
        return DropReason::no_port;
    }
    prepare_translation(*flow);
    flow->verdict = Verdict::tunnel;
    flow->rule = found.rule;
    flow->segment = found.segment;
    flow->peer = slot;
    flow->origin = origin;
    flow->name_wanted = context.tables().learn_names && meta.key.protocol == wire::kTcp;
    meta.flow = flow;
    return std::nullopt;
}

void open_direct_flow(
    Context& context,
    PacketMeta& meta,
    const api::Classification& found
) noexcept {
    meta.flow = open_flow(context, meta);
    if (meta.flow != nullptr) {
        meta.flow->rule = found.rule;
        meta.flow->segment = found.segment;
        meta.flow->name_wanted = context.tables().learn_names && meta.key.protocol == wire::kTcp;
    }
}

/// Decides about the first packet of a flow. On return without a fate, `meta.flow` is the flow, or nullptr for a direct
/// flow there was no room for.
Fate open_branch_flow(Context& context, PacketMeta& meta) noexcept {
    const api::Tables& tables = context.tables();
    const api::Classification found = api::classify(tables, destination_of(meta));
    if (found.verdict == Verdict::drop) {
        return refuse(context, meta, found, DropReason::rule);
    }
    if (api::blocks_quic(tables, destination_of(meta), found)) {
        return refuse(context, meta, found, DropReason::quic_blocked);
    }
    if (api::refuses_family(tables, destination_of(meta), found)) {
        return refuse(context, meta, found, DropReason::family_refused);
    }
    if (found.verdict == Verdict::direct) {
        open_direct_flow(context, meta, found);
        return std::nullopt;
    }
    const api::Rule& rule = tables.rules[found.rule];
    const uint16_t slot = choose_peer(context, rule.group, meta.key);
    if (slot == api::kNone) {
        if (rule.when_down == api::WhenDown::drop) {
            return DropReason::no_session;
        }
        open_direct_flow(context, meta, found);
        return std::nullopt;
    }
    const Origin origin = origin_of(context, meta, found.segment);
    if (origin.fate) {
        return origin.fate;
    }
    return open_tunnel_flow(context, meta, found, slot, origin.address);
}

void keep_link_header(Flow& flow, rte_mbuf* packet, const PacketMeta& meta) noexcept {
    flow.link.size_bytes = static_cast<uint8_t>(meta.l3_offset);
    // The most there can be, a fixed size; behind a shorter header there is at least an IP header to read from.
    static_assert(LinkHeader::kMaxSize <= wire::kEtherSize + wire::kIpv4Size);
    std::memcpy(
        flow.link.bytes.data(),
        rte_pktmbuf_mtod(packet, const uint8_t*),
        LinkHeader::kMaxSize
    );
}

bool may_have_flow(const PacketMeta& meta) noexcept {
    return meta.kind == PacketKind::transport || meta.kind == PacketKind::icmp_error;
}

/// What happens to a packet of `flow`, which is opened if it is nullptr and the packet can open one. On return without a
/// fate, `meta.flow` is the packet's flow, or nullptr.
Fate follow_flow(Context& context, rte_mbuf* packet, PacketMeta& meta, Flow* flow) noexcept {
    if (flow == nullptr && meta.kind == PacketKind::transport) {
        if (const Fate fate = open_branch_flow(context, meta)) {
            return fate;
        }
        meta.forward = true;
        flow = meta.flow;
        if (flow != nullptr) {
            keep_link_header(*flow, packet, meta);
            api::Event event = describe(context, api::EventKind::flow_opened, *flow);
            label(context, meta, event);
            emit(context, event);
        }
    }
    if (flow == nullptr) {
        return std::nullopt;
    }
    if (flow->verdict == Verdict::drop) {
        return flow->reason;
    }
    touch(context, *flow, meta);
    if (flow->verdict == Verdict::tunnel) {
        meta.peer = flow->peer;
        keep_link_header(*flow, packet, meta);
    }
    return std::nullopt;
}

}  // namespace

Classified classify(Context& context, Burst& burst) noexcept {
    PacketList with_flow;
    for (uint8_t i = 0; i < burst.n; ++i) {
        PacketMeta& meta = burst.meta[i];
        if (may_have_flow(meta)) {
            meta.key.zone = meta.vlan;
            with_flow.push(i);
        }
    }
    FlowLookup lookup(context, burst, with_flow, FlowLines::branch_out);
    lookup.prefetch_destinations(with_flow);
    // In order of arrival: a fragmented datagram must not overtake the whole ones before it.
    Classified result;
    for (uint8_t i = 0; i < burst.n; ++i) {
        PacketMeta& meta = burst.meta[i];
        if (!may_have_flow(meta) && take_own(context, burst.packets[i], meta, api::Side::inside)) {
            continue;
        }
        const Fate fate = may_have_flow(meta)
                              ? follow_flow(context, burst.packets[i], meta, lookup.living(i))
                              : without_flow(context, meta);
        if (fate) {
            if (*fate == DropReason::family_refused) {
                answer_refused(context, burst.packets[i], meta);
            }
            context.out.drop(burst.packets[i], *fate);
            continue;
        }
        const bool tunnel = meta.flow != nullptr && meta.flow->verdict == Verdict::tunnel;
        (tunnel ? result.tunnel : result.direct).push(i);
    }
    return result;
}

}  // namespace egret
