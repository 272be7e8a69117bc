// SPDX-License-Identifier: Apache-2.0
// The life of a flow: found, opened, kept alive, ended. What it is for is decided in classify and present.
#include "stages/flows.hpp"

#include "stages/handover.hpp"
#include "stages/wire.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>

namespace egret {
namespace {

using crypto::kSecond;

// How long a flow may be silent. Contract section 5; a closed TCP flow stays for twice the maximum segment lifetime
// (RFC 9293 section 3.4.2), so that stragglers are still translated; a refused one only so that it is reported once.
constexpr uint64_t kTcpIdle = 3600 * kSecond;
constexpr uint64_t kTcpClosed = 240 * kSecond;
constexpr uint64_t kUdpIdle = 120 * kSecond;
constexpr uint64_t kRefused = 30 * kSecond;

/// Slots looked at for a flow that is over when a new one finds the table full.
constexpr uint32_t kFullSweep = 64;

/// Ports tried for a flow whose own is taken, and where they begin: below are the well-known ones.
constexpr uint32_t kPortTries = 128;
constexpr uint32_t kFirstPort = 1024;
constexpr uint32_t kPorts = 65536 - kFirstPort;

/// Flows of one worker are numbered in these bits of an event's `flow`; the worker stands above.
constexpr unsigned kFlowIdBits = 56;

uint64_t idle_limit(const Flow& flow) noexcept {
    if (flow.verdict == api::Verdict::drop) {
        return kRefused;
    }
    if (flow.forward.protocol == wire::kUdp) {
        return kUdpIdle;
    }
    return flow.closed ? kTcpClosed : kTcpIdle;
}

/// False of nearly every flow a packet finds, without a look at what it is.
bool may_be_over(const Flow& flow, uint64_t now_ns) noexcept {
    static_assert(kRefused <= std::min({kTcpIdle, kTcpClosed, kUdpIdle}));
    return now_ns > flow.last_ns + kRefused;
}

bool is_over(const Flow& flow, uint64_t now_ns) noexcept {
    return now_ns > flow.last_ns + idle_limit(flow);
}

/// Where the table is full a direct flow must be quiet for less long to make room: its packets pass without it, while a
/// tunnel flow without room is dropped.
bool may_make_room(const Flow& flow, uint64_t now_ns) noexcept {
    return is_over(flow, now_ns) ||
           (flow.verdict == api::Verdict::direct && now_ns > flow.last_ns + kTcpClosed);
}

/// The first segment of a connection: SYN without ACK.
bool is_opening(const PacketMeta& meta) noexcept {
    return meta.kind == PacketKind::transport &&
           (meta.tcp_flags & (wire::kTcpSyn | wire::kTcpAck)) == wire::kTcpSyn;
}

}  // namespace

FlowLookup::FlowLookup(
    Context& context,
    Burst& burst,
    const PacketList& list,
    FlowLines lines
) noexcept
    : context_(context),
      burst_(burst),
      n_inserted_(context.worker.flows.n_inserted()),
      n_removed_(context.worker.flows.n_removed()) {
    FlowTable& flows = context.worker.flows;
    flows.recycle();
    flows.find_burst(
        list.n,
        lines,
        [&](uint16_t k) -> const FlowKey& { return burst.meta[list.at[k]].key; },
        [&](uint16_t k, const FlowHit& hit) {
            PacketMeta& meta = burst.meta[list.at[k]];
            meta.flow = hit.flow;
            meta.forward = hit.forward;
        }
    );
}

void FlowLookup::prefetch_destinations(const PacketList& list) const noexcept {
    const auto is_unknown = [this](uint8_t i) { return burst_.meta[i].flow == nullptr; };
    if (std::count_if(list.begin(), list.end(), is_unknown) < 2) {
        return;
    }
    std::array<api::IpAddress, kBurstSize> addresses;
    size_t n = 0;
    for (const uint8_t i : list) {
        if (is_unknown(i)) {
            addresses[n++] = burst_.meta[i].key.destination_address();
        }
    }
    context_.tables().destinations.prefetch({addresses.data(), n});
}

Flow* FlowLookup::living(uint8_t i) noexcept {
    PacketMeta& meta = burst_.meta[i];
    const FlowTable& flows = context_.worker.flows;
    // What the bulk lookup found may be gone, and what it missed may have been opened by an earlier packet of the burst.
    if (flows.n_removed() != n_removed_ ||
        (meta.flow == nullptr && flows.n_inserted() != n_inserted_)) {
        const FlowHit hit = context_.worker.flows.find(meta.key);
        meta.flow = hit.flow;
        meta.forward = hit.forward;
    }
    if (meta.flow != nullptr && (may_be_over(*meta.flow, context_.now_ns) || meta.flow->closed)) {
        end_if_over(meta);
    }
    return meta.flow;
}

/// A flow that was silent for too long, or is begun anew by a SYN.
void FlowLookup::end_if_over(PacketMeta& meta) noexcept {
    Flow& flow = *meta.flow;
    if (is_over(flow, context_.now_ns) || (flow.closed && meta.forward && is_opening(meta))) {
        close_flow(context_, flow);
        meta.flow = nullptr;
    }
}

void note_end(Flow& flow, const PacketMeta& meta) noexcept {
    flow.fin_seen |= meta.forward ? Flow::kFinForward : Flow::kFinReverse;
    // Answers of a direct flow pass unseen: there the opener's end is the end.
    flow.closed = flow.closed || (meta.tcp_flags & wire::kTcpRst) != 0 ||
                  flow.fin_seen == (Flow::kFinForward | Flow::kFinReverse) ||
                  flow.verdict == api::Verdict::direct;
}

void close_flow(Context& context, Flow& flow) noexcept {
    emit(context, describe(context, api::EventKind::flow_closed, flow));
    context.worker.hellos.forget(flow.id);
    if (flow.last_ns == context.now_ns) {
        context.worker.flows.retire(flow
        );  // an earlier packet of this burst may be on its way by it
    } else {
        context.worker.flows.remove(flow);
    }
}

Flow* open_flow(Context& context, const PacketMeta& meta) noexcept {
    FlowTable& flows = context.worker.flows;
    if (flows.size() == flows.capacity()) {
        flows.sweep(kFullSweep, [&context](Flow& flow) {
            if (may_make_room(flow, context.now_ns)) {
                close_flow(context, flow);
            }
        });
    }
    Flow* flow = flows.insert(meta.key);
    if (flow != nullptr) {
        flow->last_ns = context.now_ns;
        flow->opened_ns = context.now_ns;
        flow->generation = context.tables().generation;
    }
    return flow;
}

bool choose_reverse(
    Context& context,
    Flow& flow,
    const api::IpAddress& address,
    uint16_t zone
) noexcept {
    FlowTable& flows = context.worker.flows;
    FlowKey& reverse = flow.reverse;
    reverse = flow.forward.reversed();
    reverse.destination = address.bytes;
    reverse.zone = zone;
    if (flows.find(reverse).flow == nullptr) {
        return flows.insert_reverse(flow);
    }
    const auto start =
        static_cast<uint32_t>(hash_of(flow.forward, context.worker.port_seed) % kPorts);
    uint32_t tries = 0;
    for (uint32_t i = 0; i < kPorts && tries < kPortTries; ++i) {
        reverse.destination_port = static_cast<uint16_t>(kFirstPort + (start + i) % kPorts);
        if (!names_this_worker(context.worker, reverse.destination_port)) {
            continue;
        }
        ++tries;
        if (flows.find(reverse).flow == nullptr) {
            return flows.insert_reverse(flow);
        }
    }
    return false;
}

void expire_some(Context& context, uint32_t n_slots) noexcept {
    context.worker.flows.sweep(n_slots, [&context](Flow& flow) {
        if (is_over(flow, context.now_ns)) {
            close_flow(context, flow);
        }
    });
}

api::Event describe(const Context& context, api::EventKind kind, const Flow& flow) noexcept {
    api::Event event;
    event.kind = kind;
    event.time_ns = context.now_ns;
    event.flow = uint64_t{context.worker.number} << kFlowIdBits | flow.id;
    event.generation = flow.generation;
    event.peer = flow.peer;
    event.vlan = context.branch() ? flow.forward.zone : uint16_t{0};
    event.protocol = flow.forward.protocol;
    if (flow.link.size_bytes != 0) {
        wire::copy_mac(event.client_mac.data(), flow.link.bytes.data() + wire::kMacSize);
    }
    event.source = flow.forward.source_address();
    event.destination = flow.forward.destination_address();
    event.source_port = flow.forward.source_port;
    event.destination_port = flow.forward.destination_port;
    event.verdict = flow.verdict;
    event.rule = flow.rule;
    event.segment = flow.segment;
    event.reason = flow.reason;
    event.origin = flow.origin;
    event.packets_out = flow.packets_out;
    event.packets_in = flow.packets_in;
    event.bytes_out = flow.bytes_out;
    event.bytes_in = flow.bytes_in;
    event.last_ns = flow.last_ns;
    return event;
}

void emit(Context& context, const api::Event& event) noexcept {
    if (!context.worker.events.push(event)) {
        ++context.worker.counters.events_lost;
    }
}

}  // namespace egret
