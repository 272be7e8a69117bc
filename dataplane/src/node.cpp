// SPDX-License-Identifier: Apache-2.0
#include "neighbours/neighbours.hpp"
#include "node_implementation.hpp"
#include "pipeline.hpp"
#include "stages/flows.hpp"
#include "stages/handover.hpp"
#include "stages/timers.hpp"
#include "stages/tunnel_out.hpp"
#include "tunnel/peer_sessions.hpp"

#include <cassert>
#include <string>

namespace egret {
namespace {

constexpr uint32_t kSlotsPerPoll = 4;  // each is a cache line from far away

QsbrPtr make_readers(uint8_t n_workers) {
    const size_t size = rte_rcu_qsbr_get_memsize(n_workers);
    QsbrPtr readers(static_cast<rte_rcu_qsbr*>(rte_zmalloc("egret_qsbr", size, RTE_CACHE_LINE_SIZE))
    );
    if (readers != nullptr) {
        rte_rcu_qsbr_init(readers.get(), n_workers);
        for (uint8_t worker = 0; worker < n_workers; ++worker) {
            rte_rcu_qsbr_thread_register(readers.get(), worker);
            rte_rcu_qsbr_thread_online(readers.get(), worker);
        }
    }
    return readers;
}

}  // namespace

Node::Node(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

Node::~Node() {
    // What still waits for keys, for a neighbour or for another worker is nobody else's.
    for (const auto& worker : implementation_->workers) {
        forget_neighbours(worker->state, api::Side::inside);
        forget_neighbours(worker->state, api::Side::outside);
        for (uint16_t slot = 0; slot < worker->peers.size(); ++slot) {
            drop_staged(worker->state, worker->peers.own_view(slot));
        }
        go_offline(worker->state.number);
    }
    if (implementation_->passages != nullptr) {
        implementation_->passages->free_packets();
    }
}

tl::expected<std::unique_ptr<Node>, std::string> Node::create(const NodeOptions& options) {
    if (options.pool == nullptr) {
        return tl::unexpected<std::string>("a node needs a mempool for the packets it makes");
    }
    if (options.workers == 0 || options.workers > kMaxWorkers) {
        return tl::unexpected("a node has 1 to " + std::to_string(kMaxWorkers) + " workers");
    }
    QsbrPtr readers = make_readers(options.workers);
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
    implementation_->share_peers(*next);
    return implementation_->publisher.publish(std::move(next));
}

api::InstallStatus Node::install(const api::SessionInstall& install) {
    NodeWorker& owner = implementation_->owner_of(install.peer);
    const Snapshot* snapshot = implementation_->follow_current(owner);
    if (snapshot == nullptr || snapshot->peer(install.peer) == nullptr) {
        return api::InstallStatus::no_such_peer;
    }
    if (workers() > 1 && api::worker_of(install.receiver_index) != owner.state.number) {
        return api::InstallStatus::wrong_worker;
    }
    const crypto::AeadBackend& backend = *owner.state.aead[static_cast<size_t>(install.suite)];
    if (!backend.available()) {
        return api::InstallStatus::suite_unavailable;
    }
    auto session = std::make_unique<Session>(install, backend);
    if (!session->usable()) {
        return api::InstallStatus::suite_unavailable;
    }
    Session& installed = *session;
    if (!owner.sessions.install(std::move(session))) {
        return api::InstallStatus::index_taken;
    }
    place_session(owner.sessions, owner.peers.at(install.peer), installed);
    return api::InstallStatus::installed;
}

bool Node::retire(uint32_t receiver_index) {
    const uint8_t number = workers() > 1 ? api::worker_of(receiver_index) : uint8_t{0};
    if (number >= workers()) {
        return false;
    }
    NodeWorker& owner = *implementation_->workers[number];
    Session* session = owner.sessions.find(receiver_index);
    if (session == nullptr) {
        return false;
    }
    end_session(owner.sessions, owner.peers.at(session->peer), *session);
    return true;
}

void Node::set_peer_state(uint16_t slot, api::PeerState state) {
    NodeWorker& owner = implementation_->owner_of(slot);
    implementation_->follow_current(owner);
    if (owner.peers.has(slot)) {
        PeerRuntime& peer = owner.peers.at(slot);
        peer.state = state;
        publish_way(peer);
    }
}

void Node::process_burst(
    api::Side side,
    std::span<rte_mbuf* const> packets,
    uint64_t now_ns,
    BurstOutput& out,
    uint8_t worker
) {
    assert(packets.size() <= kBurstSize);
    NodeWorker& self = *implementation_->workers[worker];
    self.state.counters.received += packets.size();
    const bool configured = implementation_->run(self, now_ns, out, [&](Context& context) {
        Burst& burst = self.burst;
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
        self.count(out, out.transmits().size(), dropped);
    }
}

uint16_t Node::take_over(uint64_t now_ns, BurstOutput& out, uint8_t worker) {
    NodeWorker& self = *implementation_->workers[worker];
    uint16_t n = 0;
    implementation_->run(self, now_ns, out, [&](Context& context) {
        n = egret::take_over(context, self.burst);
    });
    return n;
}

void Node::send_handshake(
    const api::HandshakeDatagram& datagram,
    uint64_t now_ns,
    BurstOutput& out,
    uint8_t worker
) {
    NodeWorker& self = *implementation_->workers[worker];
    implementation_->run(self, now_ns, out, [&](Context& context) {
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
    NodeWorker& owner = implementation_->owner_of(slot);
    if (owner.peers.has(slot)) {
        implementation_->run(owner, now_ns, out, [&](Context& context) {
            if (egret::flush_staged(context, slot)) {
                confirm_by_keepalive(context, slot);
            }
        });
    }
}

void Node::poll(uint64_t now_ns, BurstOutput& out, uint8_t worker) {
    NodeWorker& self = *implementation_->workers[worker];
    implementation_->run(self, now_ns, out, [](Context& context) {
        expire_some(context, kSlotsPerPoll);
        run_peer_timers(context);
        tend_neighbours(context);
    });
    self.sessions.reclaim();
}

void Node::reclaim() {
    implementation_->publisher.reclaim();
}

uint32_t Node::close_flows(uint64_t now_ns, uint8_t worker) {
    NodeWorker& self = *implementation_->workers[worker];
    BurstOutput unused;
    implementation_->run(self, now_ns, unused, [](Context& context) {
        context.worker.flows.sweep(NodeWorker::kEventRing / 2, [&context](Flow& flow) {
            close_flow(context, flow);
        });
    });
    return flows(worker);
}

}  // namespace egret
