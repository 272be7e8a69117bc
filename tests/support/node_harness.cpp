// SPDX-License-Identifier: Apache-2.0
#include "node_harness.hpp"

#include "packet_pools.hpp"
#include "scenario.hpp"
#include "seen_reasons.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <iterator>
#include <utility>

namespace egret::test {
namespace {

std::string_view violation;

NodeOptions node_options(api::Role role, const NodeHarness::Options& options) {
    const bool branch = role == api::Role::branch;
    const auto link = [&options](const Mac& own, const Mac& next_hop) {
        return options.static_next_hops ? PortLink{own, next_hop} : PortLink{own, {}};
    };
    return {
        .pool = made_pool(),
        .workers = options.workers,
        .flow_capacity = options.flow_capacity,
        .hash_seed = options.hash_seed,
        .enforce_mtu = options.enforce_mtu,
        .inside = branch ? PortLink{} : link(kEdgeInsideMac, kServiceMac),
        .outside = link(branch ? kBranchMac : kEdgeOutsideMac, kInternetMac),
    };
}

}  // namespace

uint8_t default_workers() {
    const char* chosen = std::getenv("EGRET_TEST_WORKERS");
    const std::string_view text = chosen == nullptr ? "1" : chosen;
    uint8_t n_workers = 1;
    std::from_chars(text.data(), text.data() + text.size(), n_workers);
    return n_workers;
}

void NodeOutput::append(NodeOutput next) {
    const auto move = [](auto& from, auto& to) {
        to.insert(
            to.end(),
            std::make_move_iterator(from.begin()),
            std::make_move_iterator(from.end())
        );
    };
    move(next.inside, inside);
    move(next.outside, outside);
    move(next.drops, drops);
}

bool NodeOutput::only_dropped(api::DropReason reason) const {
    return inside.empty() && outside.empty() && drops.size() == 1 && drops.front() == reason;
}

const char* drop_of(const NodeOutput& output) {
    if (!output.inside.empty() || !output.outside.empty()) {
        return "(something left the node)";
    }
    return output.drops.size() == 1 ? name_of(output.drops.front()).data()
                                    : "(not exactly one drop)";
}

NodeHarness::NodeHarness(api::Role role, const Options& options)
    : role_(role) {
    auto node = Node::create(node_options(role, options));
    if (!node) {
        std::abort();
    }
    node_ = std::move(*node);
}

NodeHarness::NodeHarness(api::Role role)
    : NodeHarness(role, Options()) {}

NodeHarness::NodeHarness(api::Tables tables)
    : NodeHarness(std::move(tables), Options()) {}

NodeHarness::NodeHarness(api::Tables tables, const Options& options)
    : NodeHarness(tables.role, options) {
    if (!node_->publish(std::move(tables))) {
        std::abort();
    }
}

NodeHarness::~NodeHarness() {
    if (!is_conserved()) {
        violation = "packets were lost or made up: the counters do not add up";
    }
}

NodeOutput NodeHarness::receive(api::Side side, std::span<rte_mbuf* const> packets) {
    BurstOutput out;
    node_->process_burst(side, packets, now_ns, out, receiver);
    NodeOutput result = take(out);
    if (rotates) {
        receiver = static_cast<uint8_t>((receiver + 1) % node_->workers());
    }
    if (takes_over) {
        result.append(take_over());
    }
    return result;
}

NodeOutput NodeHarness::take_over() {
    NodeOutput result;
    for (uint16_t n = 1; n > 0;) {
        n = 0;
        for (uint8_t worker = 0; worker < node_->workers(); ++worker) {
            BurstOutput out;
            n = static_cast<uint16_t>(n + node_->take_over(now_ns, out, worker));
            result.append(take(out));
        }
    }
    return result;
}

NodeOutput NodeHarness::process(api::Side side, const std::vector<Bytes>& frames) {
    if (frames.empty()) {
        return receive(side, {});
    }
    NodeOutput all;
    for (size_t first = 0; first < frames.size(); first += kBurstSize) {
        const size_t n = std::min<size_t>(kBurstSize, frames.size() - first);
        std::array<rte_mbuf*, kBurstSize> packets{};
        for (size_t i = 0; i < n; ++i) {
            packets[i] = to_mbuf(frames[first + i]);
        }
        all.append(receive(side, {packets.data(), n}));
    }
    return all;
}

NodeOutput NodeHarness::process(api::Side side, const Bytes& frame) {
    return process(side, to_mbuf(frame));
}

NodeOutput NodeHarness::process(api::Side side, rte_mbuf* packet) {
    return receive(side, {&packet, 1});
}

NodeOutput NodeHarness::send_handshake(const api::HandshakeDatagram& datagram) {
    BurstOutput out;
    node_->send_handshake(datagram, now_ns, out);
    return take(out);
}

NodeOutput NodeHarness::flush_staged(uint16_t slot) {
    BurstOutput out;
    node_->flush_staged(slot, now_ns, out);
    NodeOutput result = take(out);
    // The others hear of it in their own time.
    for (uint8_t worker = 0; worker < node_->workers(); ++worker) {
        if (worker != node_->owner_of(slot)) {
            node_->poll(now_ns, out, worker);
            result.append(take(out));
        }
    }
    return result;
}

NodeOutput NodeHarness::poll() {
    NodeOutput result;
    for (uint8_t worker = 0; worker < node_->workers(); ++worker) {
        BurstOutput out;
        node_->poll(now_ns, out, worker);
        result.append(take(out));
    }
    return result;
}

std::vector<api::Event> NodeHarness::events() {
    std::vector<api::Event> events;
    for (api::Event event; node_->next_event(event);) {
        events.push_back(event);
    }
    return events;
}

std::vector<api::Event> NodeHarness::events(api::EventKind kind) {
    std::vector<api::Event> all = events();
    std::erase_if(all, [kind](const api::Event& event) { return event.kind != kind; });
    return all;
}

std::vector<api::Punt> NodeHarness::punts() {
    std::vector<api::Punt> punts;
    for (api::Punt punt; node_->next_punt(punt);) {
        punts.push_back(punt);
    }
    return punts;
}

uint64_t NodeHarness::drops(api::DropReason reason) const {
    return counters().drops[static_cast<size_t>(reason)];
}

api::Counters NodeHarness::counters() const {
    api::Counters all;
    for (uint8_t worker = 0; worker < node_->workers(); ++worker) {
        all += node_->counters(worker);
    }
    return all;
}

uint32_t NodeHarness::flows() const {
    uint32_t n = 0;
    for (uint8_t worker = 0; worker < node_->workers(); ++worker) {
        n += node_->flows(worker);
    }
    return n;
}

uint64_t NodeHarness::packets_staged() const {
    uint64_t n = 0;
    for (uint8_t worker = 0; worker < node_->workers(); ++worker) {
        n += node_->packets_staged(worker);
    }
    return n;
}

bool NodeHarness::is_conserved() const {
    for (uint8_t worker = 0; worker < node_->workers(); ++worker) {
        const api::Counters& c = node_->counters(worker);
        if (c.received + c.generated + c.taken_over != c.transmitted + c.dropped() + c.consumed +
                                                           c.handed_over +
                                                           node_->packets_staged(worker)) {
            return false;
        }
    }
    return true;
}

/// Takes everything out of `out`, whose buffers go back to their pools.
NodeOutput NodeHarness::take(BurstOutput& out) const {
    NodeOutput result;
    for (const BurstOutput::Transmit& transmit : out.transmits()) {
        const bool inside = transmit.side == api::Side::inside;
        (inside ? result.inside : result.outside).push_back(to_bytes(transmit.packet));
        rte_pktmbuf_free(transmit.packet);
    }
    for (const BurstOutput::Dropped& dropped : out.dropped()) {
        result.drops.push_back(dropped.reason);
        note_reason(dropped.reason);
    }
    out.free_dropped();
    out.clear();
    return result;
}

std::string_view take_violation() {
    return std::exchange(violation, {});
}

}  // namespace egret::test
