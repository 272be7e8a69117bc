// SPDX-License-Identifier: Apache-2.0
#include "tunnel_net.hpp"

#include <algorithm>
#include <utility>

namespace egret::test {

namespace {

using control::TunnelPeer;

crypto::Random seeded(uint8_t seed) {
    crypto::Random::Seed bytes;
    bytes.writable()[0] = std::byte{seed};
    return crypto::Random::seeded(std::move(bytes));
}

const api::Endpoint kBranchAddress{{api::Family::ipv4, {203, 0, 113, 7}}, 40000};
const api::Endpoint kEdgeAddress{{api::Family::ipv4, {198, 51, 100, 10}}, 51820};

crypto::PresharedKey preshared(uint8_t seed) {
    crypto::PresharedKey key;
    key.writable()[0] = std::byte{seed};
    return key;
}

std::vector<TunnelPeer>
one_peer(const TunnelKeys& keys, crypto::Suite suite, const api::Endpoint& endpoint) {
    std::vector<TunnelPeer> peers;
    TunnelPeer& peer = peers.emplace_back();
    peer.slot = TunnelNet::kSlot;
    peer.public_key = identity(keys.peer).public_key;
    if (keys.next_peer != 0) {
        peer.next_public_key = identity(keys.next_peer).public_key;
    }
    peer.preshared_key = preshared(keys.psk);
    if (keys.previous_psk) {
        peer.previous_preshared_key = preshared(*keys.previous_psk);
    }
    peer.suite = suite;
    peer.endpoint = endpoint;
    return peers;
}

control::OwnKeys own_keys(const TunnelKeys& keys) {
    return keys.previous_own == 0
               ? control::OwnKeys(identity(keys.own))
               : control::OwnKeys(identity(keys.own), identity(keys.previous_own));
}

}  // namespace

crypto::KeyPair identity(uint8_t seed) {
    crypto::Random random = seeded(seed);
    return crypto::KeyPair::generate(random);
}

void FakeDataplane::send(uint16_t slot, const api::HandshakeDatagram& datagram) {
    slots.push_back(slot);
    outbox.push_back(datagram);
}

// The rules of the WireGuard paper, section 6.5. A responder's unused session is kept when both
// sides initiated at once, since the other side may be sending under it.
api::InstallStatus
FakeDataplane::install(const api::SessionInstall& session, const api::HandshakeDatagram* response) {
    if (!refusals.empty()) {
        const api::InstallStatus status = refusals.back();
        refusals.pop_back();
        return status;
    }
    installs.push_back(session);
    if (session.initiator) {
        previous_ = next_ ? std::exchange(next_, std::nullopt) : current_;
        current_ = session;
    } else {
        next_ = session;
    }
    if (response != nullptr) {
        send(session.peer, *response);
    }
    return api::InstallStatus::installed;
}

void FakeDataplane::retire(uint32_t receiver_index) {
    retired.push_back(receiver_index);
    drop(receiver_index);
}

void FakeDataplane::drop(uint32_t receiver_index) {
    for (auto* place : {&previous_, &current_, &next_}) {
        if (*place && (*place)->receiver_index == receiver_index) {
            place->reset();
        }
    }
}

void FakeDataplane::set_state(uint16_t /*slot*/, api::PeerState state) {
    states.push_back(state);
}

void FakeDataplane::take_over(const FakeDataplane& other) {
    previous_ = other.previous_;
    current_ = other.current_;
    next_ = other.next_;
}

std::vector<api::HandshakeDatagram> FakeDataplane::take() {
    return std::exchange(outbox, {});
}

bool FakeDataplane::reaches(FakeDataplane& other) const {
    if (!current_) {
        return false;
    }
    const crypto::AeadBackend& backend = crypto::sodium_backend(current_->suite);
    const crypto::AeadKey key(backend, current_->send_key);
    std::vector<std::byte> text(32 + crypto::kAeadTagSize);
    crypto::AeadJob job{.key = &key, .text = text.data(), .size_bytes = 32};
    backend.seal({&job, 1});
    return other.receive(current_->remote_index, text);
}

bool FakeDataplane::receive(uint32_t index, std::vector<std::byte>& text) {
    for (auto* place : {&previous_, &current_, &next_}) {
        if (!*place || (*place)->receiver_index != index) {
            continue;
        }
        const crypto::AeadBackend& backend = crypto::sodium_backend((*place)->suite);
        const crypto::AeadKey key(backend, (*place)->receive_key);
        const auto size = static_cast<uint32_t>(text.size());
        crypto::AeadJob job{.key = &key, .text = text.data(), .size_bytes = size};
        backend.open({&job, 1});
        if (job.ok && place == &next_) {
            confirmed.push_back(index);
            previous_ = std::exchange(current_, std::exchange(next_, std::nullopt));
        }
        return job.ok;
    }
    return false;
}

TunnelNode::TunnelNode(
    uint8_t seed,
    control::OwnKeys own,
    std::vector<TunnelPeer> peers,
    const api::Endpoint& own_address
)
    : random(seeded(seed)),
      tunnels(std::move(own), std::move(peers), random, dataplane),
      address(own_address) {}

void TunnelNet::build(const Setup& setup) {
    used = setup;
    branch_keys = kBranchKeys;
    branch_keys.psk = setup.branch_psk;
    edge_keys = kEdgeKeys;
    edge_keys.psk = setup.edge_psk;
    restart_branch();
    restart_edge();
}

void TunnelNet::restart_branch() {
    const uint8_t seed = branch == nullptr ? 10 : 11;
    branch = std::make_unique<TunnelNode>(
        seed,
        own_keys(branch_keys),
        one_peer(branch_keys, used.branch_suite, kEdgeAddress),
        kBranchAddress
    );
}

void TunnelNet::restart_edge() {
    const uint8_t seed = edge == nullptr ? 20 : 21;
    const api::Endpoint endpoint = used.edge_knows_endpoint ? kBranchAddress : api::Endpoint{};
    edge = std::make_unique<TunnelNode>(
        seed,
        own_keys(edge_keys),
        one_peer(edge_keys, used.edge_suite, endpoint),
        kEdgeAddress
    );
}

void TunnelNet::push_branch(const TunnelKeys& keys) {
    branch_keys = keys;
    branch->tunnels
        .reconfigure(own_keys(keys), one_peer(keys, used.branch_suite, kEdgeAddress), moment);
}

void TunnelNet::push_edge(const TunnelKeys& keys) {
    edge_keys = keys;
    const api::Endpoint endpoint = used.edge_knows_endpoint ? kBranchAddress : api::Endpoint{};
    edge->tunnels.reconfigure(own_keys(keys), one_peer(keys, used.edge_suite, endpoint), moment);
}

void TunnelNet::deliver() {
    while (!branch->dataplane.outbox.empty() || !edge->dataplane.outbox.empty()) {
        const auto to_edge = branch->dataplane.take();
        const auto to_branch = edge->dataplane.take();
        for (const api::HandshakeDatagram& datagram : to_edge) {
            at_edge = edge_receives(datagram);
            if (at_edge == control::Received::established) {
                static_cast<void>(edge->dataplane.reaches(branch->dataplane));
            }
        }
        for (const api::HandshakeDatagram& datagram : to_branch) {
            at_branch = branch_receives(datagram);
            if (at_branch == control::Received::established) {
                static_cast<void>(branch->dataplane.reaches(edge->dataplane));
            }
        }
        tell_confirmed();
    }
}

void TunnelNet::tell_confirmed() const {
    for (TunnelNode* node : {branch.get(), edge.get()}) {
        for (const uint32_t index : std::exchange(node->dataplane.confirmed, {})) {
            node->tunnels.confirmed(kSlot, index);
        }
    }
}

size_t TunnelNet::lose() const {
    return branch->dataplane.take().size() + edge->dataplane.take().size();
}

api::Punt TunnelNet::punt(const api::HandshakeDatagram& datagram, const api::Endpoint& source) {
    api::Punt punt;
    punt.source = source;
    punt.size_bytes = datagram.size_bytes;
    punt.bytes = datagram.bytes;
    return punt;
}

control::Received TunnelNet::branch_receives(const api::HandshakeDatagram& datagram) const {
    return branch->tunnels.receive(punt(datagram, edge->address), moment);
}

control::Received TunnelNet::edge_receives(const api::HandshakeDatagram& datagram) const {
    api::Punt arrived = punt(datagram, branch->address);
    arrived.under_load = edge_under_load;
    return edge->tunnels.receive(arrived, moment);
}

void TunnelNet::advance(uint64_t ns, bool connected) {
    const uint64_t end_ns = moment.now_ns + ns;
    while (moment.now_ns < end_ns) {
        const uint64_t due_ns = std::min(branch->tunnels.due_ns(), edge->tunnels.due_ns());
        const uint64_t step = std::clamp(due_ns, moment.now_ns, end_ns) - moment.now_ns;
        moment.now_ns += step;
        moment.unix_ns += step;
        branch->tunnels.tick(moment);
        edge->tunnels.tick(moment);
        if (!branch->dataplane.outbox.empty()) {
            sent_at_ns.push_back(moment.now_ns);
        }
        if (connected) {
            deliver();
        } else {
            lose();
        }
    }
}

bool TunnelNet::carries_both_ways() const {
    const bool there = branch->dataplane.reaches(edge->dataplane);
    const bool back = there && edge->dataplane.reaches(branch->dataplane);
    tell_confirmed();
    return back;
}

}  // namespace egret::test
