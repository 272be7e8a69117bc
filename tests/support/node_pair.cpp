// SPDX-License-Identifier: Apache-2.0
#include "node_pair.hpp"

#include "dissect.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace egret::test {
namespace {

using api::Role;

crypto::Random seeded(uint8_t seed) {
    crypto::Random::Seed bytes;
    bytes.writable()[0] = std::byte{seed};
    return crypto::Random::seeded(std::move(bytes));
}

std::vector<control::TunnelPeer> other_node(const api::Tables& tables) {
    const bool is_branch = tables.role == Role::branch;
    control::TunnelPeer peer;
    peer.slot = kSlot;
    peer.public_key = (is_branch ? edge_identity() : branch_identity()).public_key;
    peer.suite = tables.peers.front().suite;
    peer.endpoint = tables.peers.front().endpoint;
    std::vector<control::TunnelPeer> peers;
    peers.push_back(std::move(peer));
    return peers;
}

bool is_for_tunnel(const Bytes& frame) {
    const auto found = dissect(frame);
    const auto is_address = [&](const Dual& node) {
        return found->destination == node.ipv4 || found->destination == node.ipv6;
    };
    return found && found->protocol == kUdpProtocol && found->destination_port == kTunnelPort &&
           (is_address(kEdgeOutside) || is_address(kBranchOutside));
}

template <class Element>
void append(std::vector<Element>& to, const std::vector<Element>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

/// Between a node's handshakes and its packet path. Datagrams wait until `speak` sends them.
class NodePair::Sink final : public control::TunnelSink {
  public:
    explicit Sink(Node& node)
        : node_(node) {}

    void send(uint16_t, const api::HandshakeDatagram& datagram) override {
        datagrams.push_back(datagram);
    }

    api::InstallStatus
    install(const api::SessionInstall& session, const api::HandshakeDatagram* response) override {
        const api::InstallStatus status = node_.install(session);
        is_new = true;
        if (status == api::InstallStatus::installed && response != nullptr) {
            datagrams.push_back(*response);
        }
        return status;
    }

    void retire(uint32_t receiver_index) override { node_.retire(receiver_index); }

    void set_state(uint16_t slot, api::PeerState state) override {
        is_new = true;
        node_.set_peer_state(slot, state);
    }

    std::deque<api::HandshakeDatagram> datagrams;
    bool is_new = false;  ///< staged packets have something to learn

  private:
    Node& node_;
};

struct NodePair::Control {
    Control(crypto::KeyPair identity, const api::Tables& tables, Node& node, uint8_t seed)
        : random(seeded(seed)),
          sink(node),
          tunnels(std::move(identity), other_node(tables), random, sink) {
        tunnels.set_workers(node.workers());
    }

    crypto::Random random;
    Sink sink;
    control::Tunnels tunnels;
};

NodePair::NodePair(const Scenario& scenario)
    : NodePair(branch_tables(scenario), edge_tables(scenario)) {}

NodePair::NodePair(const api::Tables& at_branch, const api::Tables& at_edge)
    : NodePair(at_branch, at_edge, NodeHarness::Options()) {}

NodePair::NodePair(
    const api::Tables& at_branch,
    const api::Tables& at_edge,
    const NodeHarness::Options& options
)
    : branch(at_branch, options),
      edge(at_edge, options),
      branch_control_(std::make_unique<Control>(branch_identity(), at_branch, branch.node(), 3)),
      edge_control_(std::make_unique<Control>(edge_identity(), at_edge, edge.node(), 4)) {}

NodePair::~NodePair() = default;

void NodePair::connect() {
    // An empty burst makes a node look at its tables, as its poll loop would.
    branch.process(api::Side::inside, std::vector<Bytes>{});
    edge.process(api::Side::inside, std::vector<Bytes>{});
    branch_control_->tunnels.start(moment());
    settle();
    const Bytes first = PacketBuilder()
                            .ethernet(kClientMac, kGatewayMac)
                            .ipv4(kClient.ipv4, kService.ipv4)
                            .udp(9, 9)
                            .bytes();
    from_clients({first});
    service.clear();
    crossed.clear();
}

std::vector<Bytes> NodePair::from_clients(const std::vector<Bytes>& frames) {
    const auto before = static_cast<ptrdiff_t>(service.size());
    take(Role::branch, branch.process(api::Side::inside, frames));
    settle();
    return {service.begin() + before, service.end()};
}

std::vector<Bytes> NodePair::from_services(const std::vector<Bytes>& frames) {
    const auto before = static_cast<ptrdiff_t>(lan.size());
    take(Role::edge, edge.process(api::Side::inside, frames));
    settle();
    return {lan.begin() + before, lan.end()};
}

void NodePair::put_on_wire(Role to, const std::vector<Bytes>& frames) {
    crossing_.push_back({to, frames});
    settle();
}

void NodePair::advance(uint64_t ns) {
    while (ns > 0) {
        const uint64_t step = std::min(ns, crypto::kSecond);
        branch.now_ns += step;
        edge.now_ns += step;
        ns -= step;
        if (handshakes) {
            branch_control_->tunnels.tick(moment());
            edge_control_->tunnels.tick(moment());
        }
        take(Role::branch, branch.poll());
        take(Role::edge, edge.poll());
        settle();
    }
}

void NodePair::want_sessions() {
    branch_control_->tunnels.want_session(kSlot, moment());
    edge_control_->tunnels.want_session(kSlot, moment());
    settle();
}

void NodePair::settle() {
    bool busy = true;
    while (busy) {
        busy = carry();
        for (const Role role : {Role::branch, Role::edge}) {
            busy = hear(role) || busy;
            busy = speak(role) || busy;
        }
    }
}

control::Moment NodePair::moment() const noexcept {
    constexpr uint64_t kSomeDay = 1'700'000'000 * crypto::kSecond;
    return {.now_ns = branch.now_ns, .unix_ns = kSomeDay + branch.now_ns};
}

/// Sorts what one node gave back: over the wire, or out of the picture.
void NodePair::take(Role from, NodeOutput output) {
    const bool is_branch = from == Role::branch;
    append(is_branch ? lan : service, output.inside);
    append(is_branch ? branch_drops : edge_drops, output.drops);
    Crossing over{is_branch ? Role::edge : Role::branch, {}};
    for (Bytes& frame : output.outside) {
        if (is_for_tunnel(frame)) {
            crossed.push_back(frame);
            over.frames.push_back(std::move(frame));
        } else {
            clear.push_back(std::move(frame));
        }
    }
    if (!over.frames.empty()) {
        crossing_.push_back(std::move(over));
    }
}

/// Gives a node's handshakes what its packet path punted and asked for.
bool NodePair::hear(Role role) {
    NodeHarness& harness = node(role);
    control::Tunnels& tunnels = (role == Role::branch ? branch_control_ : edge_control_)->tunnels;
    const std::vector<api::Punt> punts = harness.punts();
    for (const api::Punt& punt : punts) {
        if (handshakes) {
            tunnels.receive(punt, moment());
        }
    }
    const std::vector<api::Event> events = harness.events();
    for (const api::Event& event : events) {
        const bool is_wish = event.kind == api::EventKind::session_wanted;
        sessions_wanted += is_wish ? 1 : 0;
        if (is_wish && !handshakes) {
            continue;
        }
        if (!tunnels.on_event(event, moment())) {
            (role == Role::branch ? branch_events : edge_events).push_back(event);
        }
    }
    return !punts.empty() || !events.empty();
}

/// Sends what a node's handshakes want sent, and what waited for their keys.
bool NodePair::speak(Role role) {
    Sink& sink = (role == Role::branch ? branch_control_ : edge_control_)->sink;
    const bool busy = !sink.datagrams.empty() || sink.is_new;
    while (!sink.datagrams.empty()) {
        take(role, node(role).send_handshake(sink.datagrams.front()));
        sink.datagrams.pop_front();
    }
    if (std::exchange(sink.is_new, false)) {
        take(role, node(role).flush_staged(kSlot));
    }
    return busy;
}

/// Takes the next frames over the wire.
bool NodePair::carry() {
    if (crossing_.empty()) {
        return false;
    }
    Crossing next = std::move(crossing_.front());
    crossing_.pop_front();
    if (wire) {
        next.frames = wire(next.to, std::move(next.frames));
    }
    take(next.to, node(next.to).process(api::Side::outside, next.frames));
    return true;
}

}  // namespace egret::test
