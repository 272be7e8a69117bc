// SPDX-License-Identifier: Apache-2.0
#include "traffic.hpp"

#include "scenario.hpp"

#include <egret/crypto/limits.hpp>

#include <rte_mbuf.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <span>

namespace egret::test {
namespace {

// Where things stand in an Ethernet frame with IPv4 without options and UDP.
constexpr size_t kIpSource = 14 + 12;
constexpr size_t kIpDestination = 14 + 16;
constexpr size_t kSourcePort = 14 + 20;
constexpr size_t kDestinationPort = kSourcePort + 2;
constexpr size_t kPayload = kSourcePort + 8;

constexpr uint16_t kFlows = 500;

uint8_t* bytes_at(rte_mbuf* packet, size_t offset) {
    return rte_pktmbuf_mtod_offset(packet, uint8_t*, offset);
}

uint64_t id_of(rte_mbuf* packet) {
    uint64_t id = 0;
    std::memcpy(&id, bytes_at(packet, kPayload), sizeof(id));
    return id;
}

/// What stands behind the id, so that a packet made of two would be seen.
uint64_t check_of(uint64_t id) {
    return (id ^ 0x5bd1e995) * 0x9e3779b97f4a7c15;
}

bool is_whole(rte_mbuf* packet) {
    uint64_t check = 0;
    std::memcpy(&check, bytes_at(packet, kPayload + sizeof(uint64_t)), sizeof(check));
    return check == check_of(id_of(packet));
}

void put_port(rte_mbuf* packet, size_t offset, uint16_t port) {
    bytes_at(packet, offset)[0] = static_cast<uint8_t>(port >> 8);
    bytes_at(packet, offset)[1] = static_cast<uint8_t>(port);
}

}  // namespace

uint64_t clock_ns() noexcept {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

Traffic::Traffic(Network& network, uint8_t worker, bool roams)
    : network_(network),
      worker_(worker),
      roams_(roams),
      frame_(PacketBuilder()
                 .ethernet(kClientMac, kGatewayMac)
                 .ipv4(kClient.ipv4, kService.ipv4)
                 .udp(1, 53)
                 .payload(200)
                 .without_checksum()
                 .bytes()) {}

void Traffic::run() {
    while (!network_.ends) {
        turn();
    }
}

void Traffic::turn() {
    now_ns_ = clock_ns();
    install();
    // Before all peers have keys most of it would only wait, and be too much.
    if (!network_.ends && network_.n_installed >= kPeers) {
        ask();
    }
    for (const api::Role role : {api::Role::branch, api::Role::edge}) {
        drain(role);
    }
    carry();
}

/// The edge first: the branch sends by a session at once.
void Traffic::install() {
    for (SessionPair pair; network_.sessions[worker_].pop(pair);) {
        const bool installed =
            network_.edge->install(pair.edge) == api::InstallStatus::installed &&
            network_.branch->install(pair.branch) == api::InstallStatus::installed;
        n_installed += installed ? 1U : 0U;
        network_.n_installed += installed ? 1U : 0U;
        network_.branch->flush_staged(pair.branch.peer, now_ns_, out_);
        sort(api::Role::branch);
    }
}

/// A burst of clients' packets of any flow: most belong to the other worker.
void Traffic::ask() {
    std::vector<rte_mbuf*> packets;
    for (int i = 0; i < kBurstSize / 2; ++i) {
        rte_mbuf* packet = rte_pktmbuf_alloc(network_.pool);
        if (packet == nullptr) {
            break;
        }
        rte_pktmbuf_append(packet, static_cast<uint16_t>(frame_.size()));
        std::copy(frame_.begin(), frame_.end(), bytes_at(packet, 0));
        const uint64_t id = uint64_t{worker_} << 56 | next_id_++;
        const uint64_t check = check_of(id);
        std::memcpy(bytes_at(packet, kPayload), &id, sizeof(id));
        std::memcpy(bytes_at(packet, kPayload + sizeof(id)), &check, sizeof(check));
        put_port(packet, kSourcePort, static_cast<uint16_t>(2000 + id * 7 % kFlows));
        packets.push_back(packet);
        ++n_asked;
    }
    process(api::Role::branch, api::Side::inside, packets);
}

/// Takes `packets`, however many.
void Traffic::process(api::Role role, api::Side side, std::vector<rte_mbuf*>& packets) {
    std::vector<rte_mbuf*> taken;
    taken.swap(packets);
    for (size_t first = 0; first < taken.size(); first += kBurstSize) {
        const size_t n = std::min<size_t>(kBurstSize, taken.size() - first);
        network_.node(role)
            .process_burst(side, std::span(taken).subspan(first, n), now_ns_, out_, worker_);
        sort(role);
    }
}

/// What the other worker handed over, and the timers.
void Traffic::drain(api::Role role) {
    Node& node = network_.node(role);
    for (int i = 0; i < 8 && node.take_over(now_ns_, out_, worker_) > 0; ++i) {
        sort(role);
    }
    sort(role);
    node.poll(now_ns_, out_, worker_);
    sort(role);
}

/// Where each packet of `out_` goes.
void Traffic::sort(api::Role role) {
    for (const BurstOutput::Transmit& transmit : out_.transmits()) {
        if (transmit.side == api::Side::outside) {
            cross(role, transmit.packet);
        } else if (role == api::Role::edge) {
            serve(transmit.packet);
        } else {
            hear(transmit.packet);
        }
    }
    out_.free_dropped();
    out_.clear();
}

/// Over a translator that gives the branch another port every now and then.
void Traffic::cross(api::Role from, rte_mbuf* packet) {
    uint32_t index = 0;
    uint64_t counter = 0;
    std::memcpy(&index, bytes_at(packet, kPayload + 4), sizeof(index));
    std::memcpy(&counter, bytes_at(packet, kPayload + 8), sizeof(counter));
    nonces.emplace_back(index, counter);
    if (from == api::Role::branch) {
        if (roams_ && nonces.size() % 64 == 0) {
            nat_port_ = static_cast<uint16_t>(nat_port_ ^ (1U + worker_));
        }
        put_port(packet, kSourcePort, nat_port_);
        to_edge_.push_back(packet);
    } else {
        put_port(packet, kDestinationPort, kTunnelPort);
        to_branch_.push_back(packet);
    }
}

/// The service sends the packet back.
void Traffic::serve(rte_mbuf* packet) {
    n_wrong += is_whole(packet) ? 0U : 1U;
    ++n_served;
    std::swap_ranges(
        bytes_at(packet, kIpSource),
        bytes_at(packet, kIpDestination),
        bytes_at(packet, kIpDestination)
    );
    std::swap_ranges(
        bytes_at(packet, kSourcePort),
        bytes_at(packet, kDestinationPort),
        bytes_at(packet, kDestinationPort)
    );
    answers_.push_back(packet);
}

void Traffic::hear(rte_mbuf* packet) {
    n_wrong += is_whole(packet) ? 0U : 1U;
    ++n_answered;
    rte_pktmbuf_free(packet);
}

void Traffic::carry() {
    process(api::Role::edge, api::Side::outside, to_edge_);
    process(api::Role::edge, api::Side::inside, answers_);
    process(api::Role::branch, api::Side::outside, to_branch_);
}

}  // namespace egret::test
