// SPDX-License-Identifier: Apache-2.0
// Both roles: claim (branch) or return (edge) -> [seal] -> outer. Nothing that passed here waits anywhere: the counters
// are used up, so the messages go to the driver in the same call.
#include "stages/flows.hpp"
#include "stages/link.hpp"
#include "stages/parse.hpp"
#include "stages/tunnel_out.hpp"
#include "stages/wire.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>

namespace egret {
namespace {

using api::DropReason;

/// Whether a packet can be sealed and leave now, and if not what becomes of it.
enum class Keys : uint8_t { ready, wait, none, used_up, unreachable, no_next_hop };

Keys keys_for(Context& context, uint16_t slot, PacketMeta& meta) noexcept {
    PeerRuntime& peer = context.worker.peers.at(slot);
    Session* session = peer.current;
    if (session == nullptr || session->expired(context.now_ns)) {
        want_session(context, slot);
        return peer.state == api::PeerState::down ? Keys::none : Keys::wait;
    }
    switch (reach_peer(context, peer)) {
        case Reach::ready:
            break;
        case Reach::asking:
        case Reach::crowded:
            return Keys::wait;
        case Reach::unreachable:
            return Keys::unreachable;
        case Reach::no_next_hop:
            return Keys::no_next_hop;
    }
    const crypto::MessageLimits limits = crypto::message_limits(session->suite);
    const uint64_t sent = session->send_counter.load(std::memory_order_relaxed);
    if (sent >= limits.rekey ||
        (session->initiator && context.now_ns >= session->created_ns + crypto::kRekeyAfterTime)) {
        want_session(context, slot);
    }
    // Room for a whole burst, without a sum that could wrap.
    if (sent > limits.reject - kBurstSize) {
        return Keys::used_up;
    }
    meta.session = session;
    return Keys::ready;
}

/// Why a packet ends here that neither leaves nor waits.
DropReason reason_of(Keys keys) noexcept {
    switch (keys) {
        case Keys::used_up:
            return DropReason::message_limit;
        case Keys::unreachable:
            return DropReason::neighbour_unreachable;
        case Keys::no_next_hop:
            return DropReason::no_next_hop;
        default:
            return DropReason::no_session;
    }
}

/// WireGuard pads to 16 bytes, but never past what the path carries (contract section 1.3).
uint16_t padding_of(uint16_t payload, uint16_t limit) noexcept {
    const auto padded = static_cast<uint16_t>(
        (payload + crypto::kPadding - 1U) / crypto::kPadding * crypto::kPadding
    );
    return static_cast<uint16_t>(payload >= limit ? 0 : std::min(padded, limit) - payload);
}

/// Puts the data header in front and padding and room for the tag behind; the counter comes later. The last reason to drop:
/// what passes here leaves.
Fate frame_message(
    Context& context,
    rte_mbuf* packet,
    const Session& session,
    const PeerRuntime& peer
) noexcept {
    const api::Family outer = peer.endpoint.address.family;
    if (const Fate fate = check_outer(context, packet, crypto::kDataHeaderSize, outer)) {
        return fate;
    }
    const uint16_t limit = max_payload(context, outer);
    const uint16_t padding = padding_of(rte_pktmbuf_data_len(packet), limit);
    char* tail = rte_pktmbuf_append(packet, static_cast<uint16_t>(padding + crypto::kAeadTagSize));
    if (tail == nullptr) {
        return DropReason::no_buffer_room;
    }
    // More than the padding: the rest is the tag's room, and a fixed size is one store.
    static_assert(crypto::kPadding <= crypto::kAeadTagSize);
    std::fill_n(tail, crypto::kPadding, '\0');
    auto* header = reinterpret_cast<uint8_t*>(rte_pktmbuf_prepend(packet, crypto::kDataHeaderSize));
    header[0] = crypto::kMessageData;
    header[1] = static_cast<uint8_t>(session.suite);
    header[2] = header[3] = 0;
    wire::store32_le(header + 4, session.remote_index);
    return std::nullopt;
}

/// One atomic add per session: the k-th packet of a session in the list gets the k-th reserved counter.
void reserve_counters(Burst& burst, const PacketList& list) noexcept {
    for (uint16_t k = 0; k < list.n; ++k) {
        Session* session = burst.meta[list.at[k]].session;
        const auto same = [&](uint16_t other) {
            return burst.meta[list.at[other]].session == session;
        };
        bool first = true;
        for (uint16_t before = 0; before < k && first; ++before) {
            first = !same(before);
        }
        if (!first) {
            continue;
        }
        uint64_t n = 0;
        for (uint16_t other = k; other < list.n; ++other) {
            n += same(other) ? 1U : 0U;
        }
        uint64_t counter = session->send_counter.fetch_add(n, std::memory_order_relaxed);
        for (uint16_t other = k; other < list.n; ++other) {
            if (same(other)) {
                burst.meta[list.at[other]].counter = counter++;
            }
        }
    }
}

void encrypt(Context& context, Burst& burst, const PacketList& list) noexcept {
    for (size_t suite = 0; suite < crypto::kSuites; ++suite) {
        std::array<crypto::AeadJob, kBurstSize> jobs;
        size_t n = 0;
        for (const uint8_t i : list) {
            const PacketMeta& meta = burst.meta[i];
            if (static_cast<size_t>(meta.session->suite) != suite) {
                continue;
            }
            uint8_t* message = rte_pktmbuf_mtod(burst.packets[i], uint8_t*);
            wire::store64_le(message + 8, meta.counter);
            const uint32_t size = rte_pktmbuf_data_len(burst.packets[i]);
            jobs[n++] = {
                .key = &meta.session->send_key,
                .counter = meta.counter,
                .text = reinterpret_cast<std::byte*>(message + crypto::kDataHeaderSize),
                .size_bytes =
                    size - crypto::kDataHeaderSize - static_cast<uint32_t>(crypto::kAeadTagSize),
            };
        }
        if (n > 0) {
            context.worker.aead[suite]->seal({jobs.data(), n});
            context.worker.counters.sealed += n;
        }
    }
}

}  // namespace

void want_session(Context& context, uint16_t slot) noexcept {
    PeerRuntime& peer = context.worker.peers.at(slot);
    if (peer.wanted_ns != 0 && context.now_ns < peer.wanted_ns + crypto::kSecond) {
        return;
    }
    if (context.worker.events.size() == context.worker.events.capacity()) {
        return;
    }
    peer.wanted_ns = context.now_ns;
    api::Event event;
    event.kind = api::EventKind::session_wanted;
    event.time_ns = context.now_ns;
    event.peer = slot;
    emit(context, event);
}

void seal(Context& context, Burst& burst, PacketList& tunnel) noexcept {
    PacketList ready;
    for (const uint8_t i : tunnel) {
        PacketMeta& meta = burst.meta[i];
        Fate fate;
        switch (const Keys keys = keys_for(context, meta.peer, meta)) {
            case Keys::ready:
                fate = frame_message(
                    context,
                    burst.packets[i],
                    *meta.session,
                    context.worker.peers.at(meta.peer)
                );
                if (!fate) {
                    ready.push(i);
                }
                break;
            case Keys::wait:
                fate = stage_packet(context, burst.packets[i], meta.peer);
                break;
            case Keys::none:
            case Keys::used_up:
            case Keys::unreachable:
            case Keys::no_next_hop:
                fate = reason_of(keys);
                break;
        }
        if (fate) {
            context.out.drop(burst.packets[i], *fate);
        }
    }
    reserve_counters(burst, ready);
    encrypt(context, burst, ready);
    tunnel = ready;
}

}  // namespace egret
