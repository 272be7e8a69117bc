// SPDX-License-Identifier: Apache-2.0
// Both roles: claim (branch) or return (edge) -> [seal] -> outer. Nothing that passed here waits anywhere: the counters
// are used up, so the messages go to the driver in the same call.
#include "stages/departures.hpp"
#include "stages/flows.hpp"
#include "stages/parse.hpp"
#include "stages/tunnel_out.hpp"
#include "stages/wire.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>
#include <cstring>

namespace egret {
namespace {

using api::DropReason;

/// WireGuard pads to 16 bytes, but never past what the path carries (contract section 1.3).
uint16_t padding_of(uint16_t payload, uint16_t limit) noexcept {
    const auto padded = static_cast<uint16_t>(
        (payload + crypto::kPadding - 1U) / crypto::kPadding * crypto::kPadding
    );
    return static_cast<uint16_t>(payload >= limit ? 0 : std::min(padded, limit) - payload);
}

/// Puts the data header in front and padding and room for the tag behind; the counter comes later. The last reason to drop:
/// what passes here leaves.
Fate frame_message(rte_mbuf* packet, Departure& departure) noexcept {
    const uint16_t payload = rte_pktmbuf_data_len(packet);
    const uint16_t padding = padding_of(payload, departure.payload_limit);
    if (rte_pktmbuf_headroom(packet) < crypto::kDataHeaderSize + departure.outer.size_bytes()) {
        return DropReason::no_buffer_room;
    }
    uint8_t* tail = add_back(packet, static_cast<uint16_t>(padding + crypto::kAeadTagSize));
    if (tail == nullptr) {
        return DropReason::no_buffer_room;
    }
    // More than the padding: the rest is the tag's room, and a fixed size is one store.
    static_assert(crypto::kPadding <= crypto::kAeadTagSize);
    std::memset(tail, 0, crypto::kPadding);
    uint8_t* header = add_front(packet, crypto::kDataHeaderSize);
    const Session& session = *departure.session;
    wire::store32_le(
        header,
        crypto::kMessageData | uint32_t{static_cast<uint8_t>(session.suite)} << 8
    );
    wire::store32_le(header + 4, session.remote_index);
    ++departure.n;
    departure.bytes += rte_pktmbuf_data_len(packet);
    departure.has_data |= payload > 0;
    return std::nullopt;
}

/// One atomic add per session and burst.
void reserve_counters(Burst& burst) noexcept {
    for (uint16_t i = 0; i < burst.n_departures; ++i) {
        Departure& departure = burst.departures[i];
        if (departure.keys == Keys::ready) {
            departure.counter =
                departure.session->send_counter.fetch_add(departure.n, std::memory_order_relaxed);
        }
    }
}

/// The k-th packet of a session in the list gets the k-th reserved counter.
void encrypt(Context& context, Burst& burst, const PacketList& list) noexcept {
    std::array<size_t, crypto::kSuites> n{};
    for (const uint8_t i : list) {
        Departure& departure = burst.departures[burst.meta[i].departure];
        const auto suite = static_cast<size_t>(departure.session->suite);
        uint8_t* message = rte_pktmbuf_mtod(burst.packets[i], uint8_t*);
        wire::store64_le(message + 8, departure.counter);
        const uint32_t size = rte_pktmbuf_data_len(burst.packets[i]);
        context.worker.jobs[suite][n[suite]++] = {
            .key = &departure.session->send_key,
            .counter = departure.counter++,
            .text = reinterpret_cast<std::byte*>(message + crypto::kDataHeaderSize),
            .size_bytes =
                size - crypto::kDataHeaderSize - static_cast<uint32_t>(crypto::kAeadTagSize),
        };
    }
    for (size_t suite = 0; suite < crypto::kSuites; ++suite) {
        if (n[suite] > 0) {
            context.worker.aead[suite]->seal(std::span(context.worker.jobs[suite]).first(n[suite]));
            context.worker.counters.sealed += n[suite];
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
    burst.n_departures = 0;
    PacketList ready;
    for (const uint8_t i : tunnel) {
        PacketMeta& meta = burst.meta[i];
        meta.departure = departure_to(context, burst, meta.peer);
        Departure& departure = burst.departures[meta.departure];
        Fate fate;
        if (departure.keys == Keys::ready) {
            fate = frame_message(burst.packets[i], departure);
            if (!fate) {
                ready.push(i);
            }
        } else if (departure.keys == Keys::wait) {
            fate = stage_packet(context, burst.packets[i], meta.peer);
        } else {
            fate = reason_of(departure.keys);
        }
        if (fate) {
            context.out.drop(burst.packets[i], *fate);
        }
    }
    reserve_counters(burst);
    encrypt(context, burst, ready);
    tunnel = ready;
}

}  // namespace egret
