// SPDX-License-Identifier: Apache-2.0
#include "neighbours/neighbours.hpp"
#include "node_implementation.hpp"
#include "pipeline.hpp"
#include "stages/flows.hpp"
#include "stages/timers.hpp"
#include "stages/tunnel_out.hpp"
#include "tunnel/peer_sessions.hpp"

#include <cassert>

namespace egret {
namespace {

constexpr uint32_t kSlotsPerPoll = 4;  // each is a cache line from far away

QsbrPtr make_readers(uint32_t n_workers, unsigned worker) {
    const size_t size = rte_rcu_qsbr_get_memsize(n_workers);
    QsbrPtr readers(static_cast<rte_rcu_qsbr*>(rte_zmalloc("egret_qsbr", size, RTE_CACHE_LINE_SIZE))
    );
    if (readers != nullptr) {
        rte_rcu_qsbr_init(readers.get(), n_workers);
        rte_rcu_qsbr_thread_register(readers.get(), worker);
        rte_rcu_qsbr_thread_online(readers.get(), worker);
    }
    return readers;
}

}  // namespace

Node::Node(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

Node::~Node() {
    // What still waits for keys or for a neighbour is nobody else's.
    forget_neighbours(implementation_->worker, api::Side::inside);
    forget_neighbours(implementation_->worker, api::Side::outside);
    for (uint16_t slot = 0; slot < implementation_->peers.size(); ++slot) {
        drop_staged(implementation_->worker, implementation_->peers.at(slot));
    }
    go_offline();
}

tl::expected<std::unique_ptr<Node>, std::string> Node::create(const NodeOptions& options) {
    if (options.pool == nullptr) {
        return tl::unexpected<std::string>("a node needs a mempool for the packets it makes");
    }
    QsbrPtr readers = make_readers(Implementation::kWorkers, Implementation::kWorker);
    if (readers == nullptr) {
        return tl::unexpected<std::string>("no memory for the RCU variable");
    }
    return std::unique_ptr<Node>(
        new Node(std::make_unique<Implementation>(options, std::move(readers)))
    );
}

bool Node::publish(api::Tables tables) {
    auto next = std::make_unique<Snapshot>(std::move(tables));
    next->serial = ++implementation_->n_published;
    return implementation_->publisher.publish(std::move(next));
}

api::InstallStatus Node::install(const api::SessionInstall& install) {
    const Snapshot* snapshot = implementation_->follow_current();
    if (snapshot == nullptr || snapshot->peer(install.peer) == nullptr) {
        return api::InstallStatus::no_such_peer;
    }
    const crypto::AeadBackend& backend =
        *implementation_->worker.aead[static_cast<size_t>(install.suite)];
    if (!backend.available()) {
        return api::InstallStatus::suite_unavailable;
    }
    auto session = std::make_unique<Session>(install, backend);
    if (!session->usable()) {
        return api::InstallStatus::suite_unavailable;
    }
    Session& installed = *session;
    if (!implementation_->sessions.install(std::move(session))) {
        return api::InstallStatus::index_taken;
    }
    place_session(implementation_->sessions, implementation_->peers.at(install.peer), installed);
    return api::InstallStatus::installed;
}

bool Node::retire(uint32_t receiver_index) {
    Session* session = implementation_->sessions.find(receiver_index);
    if (session == nullptr) {
        return false;
    }
    end_session(implementation_->sessions, implementation_->peers.at(session->peer), *session);
    return true;
}

void Node::set_peer_state(uint16_t slot, api::PeerState state) {
    implementation_->follow_current();
    if (implementation_->peers.has(slot)) {
        implementation_->peers.at(slot).state = state;
    }
}

void Node::process_burst(
    api::Side side,
    std::span<rte_mbuf* const> packets,
    uint64_t now_ns,
    BurstOutput& out
) {
    assert(packets.size() <= kBurstSize);
    implementation_->worker.counters.received += packets.size();
    const bool configured = implementation_->run(now_ns, out, [&](Context& context) {
        Burst& burst = implementation_->burst;
        burst.n = static_cast<uint16_t>(packets.size());
        std::copy(packets.begin(), packets.end(), burst.packets.begin());
        const bool inside = side == api::Side::inside;
        if (context.branch()) {
            inside ? branch_outbound(context, burst) : branch_inbound(context, burst);
        } else {
            inside ? edge_outbound(context, burst) : edge_inbound(context, burst);
        }
        flush_confirmed(context);
    });
    if (!configured) {
        const size_t dropped = out.dropped().size();
        for (rte_mbuf* packet : packets) {
            out.drop(packet, api::DropReason::no_configuration);
        }
        implementation_->count(out, out.transmits().size(), dropped);
    }
}

void Node::send_handshake(
    const api::HandshakeDatagram& datagram,
    uint64_t now_ns,
    BurstOutput& out
) {
    implementation_->run(now_ns, out, [&](Context& context) {
        rte_mbuf* packet = rte_pktmbuf_alloc(context.worker.pool);
        if (packet == nullptr) {
            return;
        }
        ++context.worker.counters.generated;
        char* message = rte_pktmbuf_append(packet, datagram.size_bytes);
        if (message == nullptr) {
            context.out.drop(packet, api::DropReason::no_buffer_room);
            return;
        }
        std::copy_n(
            datagram.bytes.begin(),
            datagram.size_bytes,
            reinterpret_cast<std::byte*>(message)
        );
        constexpr uint8_t kAf41 = 0x88;  // what the kernel's WireGuard marks handshakes with
        send_datagram(context, packet, datagram.destination, kAf41);
    });
}

void Node::flush_staged(uint16_t slot, uint64_t now_ns, BurstOutput& out) {
    if (implementation_->peers.has(slot)) {
        implementation_->run(now_ns, out, [&](Context& context) {
            if (egret::flush_staged(context, slot)) {
                confirm_by_keepalive(context, slot);
            }
        });
    }
}

void Node::poll(uint64_t now_ns, BurstOutput& out) {
    implementation_->run(now_ns, out, [](Context& context) {
        expire_some(context, kSlotsPerPoll);
        run_peer_timers(context);
        tend_neighbours(context);
    });
    implementation_->sessions.reclaim();
}

void Node::reclaim() {
    implementation_->publisher.reclaim();
}

uint32_t Node::close_flows(uint64_t now_ns) {
    BurstOutput unused;
    implementation_->run(now_ns, unused, [](Context& context) {
        context.worker.flows.sweep(Implementation::kEventRing / 2, [&context](Flow& flow) {
            close_flow(context, flow);
        });
    });
    return flows();
}

void Node::go_offline() {
    rte_rcu_qsbr_thread_offline(implementation_->readers.get(), Implementation::kWorker);
}

void Node::go_online() {
    rte_rcu_qsbr_thread_online(implementation_->readers.get(), Implementation::kWorker);
}

void Node::set_link(api::Side side, const PortLink& link) {
    WorkerState& worker = implementation_->worker;
    worker.links[static_cast<size_t>(side)] = link;
    worker.announce[static_cast<size_t>(side)] = true;
    forget_neighbours(worker, side);
}

bool Node::next_event(api::Event& event) {
    return implementation_->worker.events.pop(event);
}

bool Node::next_punt(api::Punt& punt) {
    return implementation_->worker.punts.pop(punt);
}

bool Node::has_messages() const noexcept {
    return !implementation_->worker.punts.empty() || !implementation_->worker.events.empty();
}

const api::Counters& Node::counters() const {
    return implementation_->worker.counters;
}

uint64_t Node::packets_staged() const {
    return implementation_->worker.packets_staged;
}

uint32_t Node::flows() const {
    return implementation_->worker.flows.size();
}

}  // namespace egret
