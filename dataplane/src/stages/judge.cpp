// SPDX-License-Identifier: Apache-2.0
// Edge: part of present and answers, once per flow and generation.
#include "stages/judge.hpp"

#include "stages/flows.hpp"
#include "stages/verify.hpp"

namespace egret {
namespace {

using api::DropReason;
using api::IpAddress;
using api::Present;

Presentation refused(DropReason reason, uint16_t segment = api::kNone) noexcept {
    Presentation result;
    result.fate = reason;
    result.segment = segment;
    return result;
}

/// One pool address of the client's family, the same for all its flows, also after a restart: services bind tokens to it. Absent
/// if the pool has none.
IpAddress pool_address(const Context& context, const FlowKey& key) noexcept {
    const api::Tables& tables = context.tables();
    const api::Slice pool =
        key.family == api::Family::ipv4 ? tables.restore.pool_ipv4 : tables.restore.pool_ipv6;
    if (pool.count == 0) {
        return {};
    }
    FlowKey client;
    client.source = key.source;
    client.family = key.family;
    client.zone = key.zone;
    constexpr uint64_t kAlwaysTheSame =
        0;  // nothing is to be won by choosing one's own pool address
    return tables.addresses[pool.first + hash_of(client, kAlwaysTheSame) % pool.count];
}

Present configured_present(const api::Tables& tables, uint16_t segment) noexcept {
    if (segment != api::kNone && tables.segments[segment].present_set) {
        return tables.segments[segment].present;
    }
    return tables.restore.present;
}

/// Chooses the presented address of a flow whose claim, if any, held.
Presentation choose_address(
    const Context& context,
    const FlowKey& key,
    const IpAddress& claim,
    Presentation result
) noexcept {
    const api::Tables& tables = context.tables();
    const bool segment_signals =
        result.segment == api::kNone || tables.segments[result.segment].signaling;
    result.signaling = tables.signaling && segment_signals && claim.present();
    result.present = result.signaling ? configured_present(tables, result.segment) : Present::edge;
    result.address = result.present == Present::origin ? claim : pool_address(context, key);
    if (!result.address.present()) {
        return refused(
            claim.present() ? DropReason::no_pool_address : DropReason::no_claim,
            result.segment
        );
    }
    return result;
}

}  // namespace

Presentation judge(
    const Context& context,
    const FlowKey& key,
    const IpAddress& claim,
    const api::Peer& peer
) noexcept {
    Presentation result;
    if (claim.present()) {
        const PeerRuntime& runtime = context.worker.peers.at(peer.slot);
        const Verified verified = verify_claim(context.tables(), peer, runtime, claim);
        if (verified.fate) {
            return refused(*verified.fate);
        }
        result.verified = true;
        result.method = verified.method;
    }
    const api::Destination destination{
        .source = key.source_address(),
        .destination = key.destination_address(),
        .protocol = key.protocol,
        .destination_port = key.destination_port,
    };
    const api::Classification found = api::classify_for_peer(context.tables(), peer, destination);
    if (found.verdict == api::Verdict::drop) {
        return refused(DropReason::segment_refused);
    }
    result.segment = found.segment;
    return choose_address(context, key, claim, result);
}

Fate judge_by_new_generation(Context& context, Flow& flow, const api::Peer& peer) noexcept {
    flow.generation = context.tables().generation;
    const Presentation presentation = judge(context, flow.forward, flow.origin, peer);
    if (presentation.fate) {
        flow.verdict = api::Verdict::drop;
        flow.reason = *presentation.fate;
        emit(context, describe(context, api::EventKind::claim_refused, flow));
    }
    return presentation.fate;
}

}  // namespace egret
