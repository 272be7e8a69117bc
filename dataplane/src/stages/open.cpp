// SPDX-License-Identifier: Apache-2.0
// Outside: receive -> [open] -> decapsulate. Order of checks: length, index, header, age, cheap replay check, tag, replay
// window, and only then anything the message says.
#include "stages/flows.hpp"
#include "stages/parse.hpp"
#include "stages/tunnel_in.hpp"
#include "stages/tunnel_out.hpp"
#include "stages/wire.hpp"
#include "tunnel/peer_sessions.hpp"
#include "tunnel/peer_timers.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>

namespace egret {
namespace {

using api::DropReason;
using Verdict = crypto::ReplayWindow::Verdict;

DropReason reason_of(Verdict verdict) noexcept {
    return verdict == Verdict::too_old ? DropReason::counter_too_old : DropReason::replayed;
}

/// Everything that can be said about a message without its key.
Fate check_header(Context& context, rte_mbuf* packet, PacketMeta& meta) noexcept {
    const std::span<const uint8_t> message = bytes_of(packet);
    if (message.size() < crypto::kDataMinSize) {
        return DropReason::bad_header;
    }
    Session* session = context.worker.sessions.find(wire::load32_le(message.data() + 4));
    if (session == nullptr) {
        return DropReason::unknown_session;
    }
    if (message[1] != static_cast<uint8_t>(session->suite) || message[2] != 0 || message[3] != 0) {
        return DropReason::bad_header;
    }
    if (session->expired(context.now_ns)) {
        return DropReason::session_expired;
    }
    meta.session = session;
    meta.peer = session->peer;
    meta.counter = wire::load64_le(message.data() + 8);
    if (meta.counter >= crypto::message_limits(session->suite).reject) {
        return DropReason::message_limit;
    }
    const Verdict verdict = session->window.check(meta.counter);
    return verdict == Verdict::fresh ? Fate{} : reason_of(verdict);
}

/// Decrypts the list's messages; `authentic[i]` says which tags were right.
void decrypt(
    Context& context,
    Burst& burst,
    const PacketList& data,
    std::array<bool, kBurstSize>& authentic
) noexcept {
    std::array<PacketList, crypto::kSuites> packets;  // by job
    for (const uint8_t i : data) {
        const PacketMeta& meta = burst.meta[i];
        const auto suite = static_cast<size_t>(meta.session->suite);
        const std::span<uint8_t> message = bytes_of(burst.packets[i]);
        context.worker.jobs[suite][packets[suite].n] = {
            .key = &meta.session->receive_key,
            .counter = meta.counter,
            .text = reinterpret_cast<std::byte*>(message.data() + crypto::kDataHeaderSize),
            .size_bytes = static_cast<uint32_t>(message.size() - crypto::kDataHeaderSize),
        };
        packets[suite].push(i);
    }
    for (size_t suite = 0; suite < crypto::kSuites; ++suite) {
        const auto jobs = std::span(context.worker.jobs[suite]).first(packets[suite].n);
        if (jobs.empty()) {
            continue;
        }
        context.worker.aead[suite]->open(jobs);
        for (size_t job = 0; job < jobs.size(); ++job) {
            authentic[packets[suite].at[job]] = jobs[job].ok;
        }
    }
}

void tell_confirmed(Context& context, const Session& session) noexcept {
    api::Event event;
    event.kind = api::EventKind::session_confirmed;
    event.time_ns = context.now_ns;
    event.peer = session.peer;
    event.flow = session.receiver_index;
    emit(context, event);
}

/// Control calls the peer where it was last authenticated. A sender that jumps about is not reported faster than once a
/// second.
void tell_moved(
    Context& context,
    uint16_t slot,
    PeerRuntime& peer,
    const api::Endpoint& source
) noexcept {
    if (peer.told_ns != 0 && context.now_ns < peer.told_ns + crypto::kSecond) {
        return;
    }
    peer.told_ns = context.now_ns;
    peer.told_endpoint = source;
    api::Event event;
    event.kind = api::EventKind::peer_moved;
    event.time_ns = context.now_ns;
    event.peer = slot;
    event.outer = source.address;
    event.source_port = source.port;
    emit(context, event);
}

/// Authentic messages of one session, from one place, that follow each other in a burst: they teach the same.
struct Run {
    Session* session = nullptr;
    api::Endpoint source{};
    uint64_t n = 0;
    uint64_t bytes = 0;
    bool has_data = false;  ///< one of them is no keepalive
};

void confirm(Context& context, PeerRuntime& peer, const Run& run) noexcept {
    WorkerState& worker = context.worker;
    Session& session = *run.session;
    if (peer.n_staged > 0 && worker.n_confirmed < worker.confirmed.size()) {
        worker.confirmed[worker.n_confirmed++] = session.peer;
    }
    confirm_session(worker.sessions, peer, session, run.source);
    // Control made the handshake, so it knows where that was.
    peer.told_endpoint = session.handshake_endpoint;
    if (!session.initiator) {
        tell_confirmed(context, session);
    }
}

/// What authentic messages teach about their sender.
void note_authentic(Context& context, const Run& run) noexcept {
    if (run.n == 0) {
        return;
    }
    Session& session = *run.session;
    PeerRuntime& peer = context.worker.peers.at(session.peer);
    if (!session.confirmed) {
        confirm(context, peer, run);
        publish_way(peer);
    }
    if (peer.endpoint != run.source) {
        peer.endpoint = run.source;
        publish_way(peer);
    }
    if (run.source != peer.told_endpoint) {
        tell_moved(context, session.peer, peer, run.source);
    }
    note_received(peer, run.has_data, context.now_ns);
    peer.packets_received += run.n;
    peer.bytes_received += run.bytes;
    context.worker.counters.opened += run.n;
    if (session.initiator && &session == peer.current &&
        context.now_ns >= session.created_ns + crypto::kRekeyOnReceiveAfterTime) {
        want_session(context, session.peer);
    }
}

/// Counts an authentic message, in the run of the one before where it belongs to that.
void add_to_run(Context& context, Run& run, const PacketMeta& meta, uint32_t size_bytes) noexcept {
    if (run.session != meta.session || run.source != meta.outer_source) {
        note_authentic(context, run);
        run.session = meta.session;
        run.source.address.family = meta.outer_source.address.family;
        run.source.address.bytes = meta.outer_source.address.bytes;
        run.source.port = meta.outer_source.port;
        run.n = run.bytes = 0;
        run.has_data = false;
    }
    ++run.n;
    run.bytes += size_bytes;
    run.has_data |= size_bytes > crypto::kDataMinSize;
}

}  // namespace

void open(Context& context, Burst& burst, PacketList& data) noexcept {
    burst.keep(data, context.out, [&](rte_mbuf* packet, PacketMeta& meta) {
        return check_header(context, packet, meta);
    });
    std::array<bool, kBurstSize> authentic;
    decrypt(context, burst, data, authentic);
    PacketList payloads;
    Run run;
    for (const uint8_t i : data) {
        rte_mbuf* packet = burst.packets[i];
        PacketMeta& meta = burst.meta[i];
        if (!authentic[i]) {
            context.out.drop(packet, DropReason::not_authentic);
            continue;
        }
        // The same message twice in one burst passed the first check twice; this one is authoritative.
        if (const Verdict verdict = meta.session->window.accept(meta.counter);
            verdict != Verdict::fresh) {
            context.out.drop(packet, reason_of(verdict));
            continue;
        }
        add_to_run(context, run, meta, rte_pktmbuf_data_len(packet));
        cut(packet, crypto::kDataHeaderSize, crypto::kAeadTagSize);
        if (rte_pktmbuf_data_len(packet) == 0) {
            ++context.worker.counters.consumed;  // a keepalive
            rte_pktmbuf_free(packet);
        } else {
            payloads.push(i);
        }
    }
    note_authentic(context, run);
    data = payloads;
}

}  // namespace egret
