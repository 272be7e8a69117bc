// SPDX-License-Identifier: Apache-2.0
// What a node says about itself when asked.
#include "node_implementation.hpp"
#include "stages/flows.hpp"

#include <algorithm>

namespace egret {
namespace {

api::SessionRecord record_of(const Session& session, api::SessionPlace place) {
    api::SessionRecord record;
    record.receiver_index = session.receiver_index;
    record.peer = session.peer;
    record.suite = session.suite;
    record.place = place;
    record.initiator = session.initiator;
    record.confirmed = session.confirmed;
    record.created_ns = session.created_ns;
    record.key_tag = session.key_tag;
    record.sent = session.send_counter.load(std::memory_order_relaxed);
    record.received = session.window.next();
    return record;
}

/// What other workers sent to the peer, as they last told.
void add_others(api::PeerRecord& record, const PeerRuntime& runtime) {
    if (runtime.shared == nullptr) {
        return;
    }
    for (uint8_t worker = 0; worker < runtime.shared->n_workers(); ++worker) {
        const SentNotes& notes = runtime.shared->sent(worker);
        const uint64_t last_ns = notes.last_ns.load(std::memory_order_relaxed);
        record.last_sent_ns = std::max(record.last_sent_ns, last_ns);
        record.packets_sent += notes.packets.load(std::memory_order_relaxed);
        record.bytes_sent += notes.bytes.load(std::memory_order_relaxed);
        record.staged =
            static_cast<uint16_t>(record.staged + notes.staged.load(std::memory_order_relaxed));
    }
}

api::PeerRecord record_of(const api::Peer& peer, const PeerRuntime& runtime, uint64_t now_ns) {
    api::PeerRecord record;
    record.slot = peer.slot;
    record.public_key = peer.public_key;
    record.state = runtime.state;
    if (runtime.can_send(now_ns)) {
        record.has_session = true;
        record.session_created_ns = runtime.current->created_ns;
    }
    record.endpoint = runtime.endpoint;
    record.observed_ipv4 = runtime.observed_ipv4;
    record.observed_ipv6 = runtime.observed_ipv6;
    record.last_received_ns = runtime.last_received_ns;
    record.last_sent_ns = runtime.last_sent_ns;
    record.packets_sent = runtime.packets_sent;
    record.packets_received = runtime.packets_received;
    record.bytes_sent = runtime.bytes_sent;
    record.bytes_received = runtime.bytes_received;
    record.round_trip_ns = runtime.round_trip_ns;
    record.staged = runtime.n_staged;
    add_others(record, runtime);
    return record;
}

}  // namespace

void Node::list_sessions(std::vector<api::SessionRecord>& records, uint8_t worker) const {
    PeerTable& peers = implementation_->workers[worker]->peers;
    for (uint16_t slot = 0; slot < peers.size(); ++slot) {
        const PeerRuntime& peer = peers.own_view(slot);
        if (!peer.owned) {
            continue;
        }
        if (peer.current != nullptr) {
            records.push_back(record_of(*peer.current, api::SessionPlace::current));
        }
        for (const Session* previous : peer.previous) {
            if (previous != nullptr) {
                records.push_back(record_of(*previous, api::SessionPlace::previous));
            }
        }
        if (peer.next != nullptr) {
            records.push_back(record_of(*peer.next, api::SessionPlace::next));
        }
    }
}

void Node::list_peers(std::vector<api::PeerRecord>& records, uint8_t worker) const {
    NodeWorker& self = *implementation_->workers[worker];
    const Snapshot* snapshot = implementation_->follow_current(self);
    if (snapshot == nullptr) {
        return;
    }
    for (const api::Peer& peer : snapshot->tables.peers) {
        const PeerRuntime& runtime = self.peers.own_view(peer.slot);
        if (runtime.owned) {
            records.push_back(record_of(peer, runtime, self.last_ns));
        }
    }
}

void Node::list_neighbours(std::vector<api::NeighbourRecord>& records, uint8_t worker) const {
    for (const Neighbour& neighbour : implementation_->workers[worker]->state.neighbours.all()) {
        if (neighbour.state != Neighbour::State::free) {
            records.push_back({
                .side = neighbour.side,
                .address = neighbour.address,
                .mac = neighbour.mac,
                .resolved = neighbour.usable(),
                .confirmed_ns = neighbour.confirmed_ns,
            });
        }
    }
}

uint32_t Node::list_flows(
    uint32_t from,
    uint32_t max,
    std::vector<api::Event>& records,
    uint8_t worker
) const {
    NodeWorker& self = *implementation_->workers[worker];
    const FlowTable& flows = self.state.flows;
    const uint32_t end = from + std::min(max, flows.capacity() - std::min(from, flows.capacity()));
    const Snapshot* snapshot = implementation_->follow_current(self);
    if (snapshot == nullptr) {
        return 0;
    }
    BurstOutput unused;
    for (uint32_t place = from; place < end; ++place) {
        if (const Flow* flow = flows.at(place)) {
            Context context{*snapshot, self.state, flow->opened_ns, unused};
            records.push_back(describe(context, api::EventKind::flow_opened, *flow));
        }
    }
    return end < flows.capacity() ? end : 0;
}

}  // namespace egret
