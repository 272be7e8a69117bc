// SPDX-License-Identifier: Apache-2.0
#include "laboratory.hpp"

#include "stages/parse.hpp"
#include "stages/translate.hpp"
#include "stages/wire.hpp"
#include "translator.hpp"

#include <egret/crypto/limits.hpp>

#include <algorithm>
#include <new>
#include <utility>

namespace egret::replay {
namespace {

// What is in flight at once: a burst, and what both nodes stage for each peer.
constexpr unsigned kFrames = 1023;
constexpr unsigned kMade = 1023;

// Locally administered addresses for the wires replay invents.
constexpr MacAddress kBranchInside{0x02, 0x00, 0x00, 0x00, 0x0b, 0x01};
constexpr MacAddress kBranchOutside{0x02, 0x00, 0x00, 0x00, 0x0b, 0x02};
constexpr MacAddress kEdgeOutside{0x02, 0x00, 0x00, 0x00, 0x0e, 0x02};
constexpr MacAddress kEdgeInside{0x02, 0x00, 0x00, 0x00, 0x0e, 0x01};
constexpr MacAddress kInternet{0x02, 0x00, 0x00, 0x00, 0x0a, 0x01};
constexpr MacAddress kService{0x02, 0x00, 0x00, 0x00, 0x0c, 0x01};

NodeOptions branch_options(const Setup& setup, rte_mempool* pool) {
    return {
        .pool = pool,
        .flow_capacity = setup.flow_capacity,
        .hash_seed = setup.hash_seed,
        .enforce_mtu = setup.live_mtu,
        .inside = {kBranchInside, {}},
        .outside = {kBranchOutside, setup.gateways.front()},
        .aead = setup.aead,
    };
}

NodeOptions edge_options(const Setup& setup, rte_mempool* pool) {
    return {
        .pool = pool,
        .flow_capacity = setup.flow_capacity,
        .hash_seed = setup.hash_seed + 1,
        .enforce_mtu = setup.live_mtu,
        .inside = {kEdgeInside, kService},
        .outside = {kEdgeOutside, kInternet},
        .aead = setup.aead,
    };
}

bool is_handshake(std::span<const uint8_t> frame) noexcept {
    PacketMeta meta;
    parse_frame(frame, meta);
    const size_t message = meta.l4_offset + size_t{wire::kUdpSize};
    return meta.kind == PacketKind::transport && frame.size() > message &&
           frame[message] != crypto::kMessageData;
}

}  // namespace

Laboratory::Laboratory(const VirtualWire& wire, Observer& observer, Pool frames, Pool made)
    : wire_(wire),
      observer_(observer),
      frames_(std::move(frames)),
      made_(std::move(made)) {}

Laboratory::~Laboratory() = default;

tl::expected<std::unique_ptr<Laboratory>, std::string>
Laboratory::create(Setup setup, Observer& observer) {
    constexpr uint16_t kRoom = UINT16_MAX;  // headroom, kMaxFrame and a tail for padding and tag
    static_assert(
        RTE_PKTMBUF_HEADROOM + Replay::kMaxFrame + crypto::kPadding + crypto::kAeadTagSize <= kRoom
    );
    Pool frames(rte_pktmbuf_pool_create(
        "replay_frames",
        kFrames,
        0,
        RTE_ALIGN(sizeof(FrameTag), RTE_MBUF_PRIV_ALIGN),
        kRoom,
        SOCKET_ID_ANY
    ));
    Pool made(rte_pktmbuf_pool_create(
        "replay_made",
        kMade,
        0,
        0,
        RTE_MBUF_DEFAULT_BUF_SIZE,
        SOCKET_ID_ANY
    ));
    if (frames == nullptr || made == nullptr) {
        return tl::unexpected<std::string>("no memory for packet buffers");
    }
    std::unique_ptr<Laboratory> laboratory(
        new Laboratory(VirtualWire(setup.ends), observer, std::move(frames), std::move(made))
    );
    const NodeOptions options[] = {
        branch_options(setup, laboratory->made_.get()),
        edge_options(setup, laboratory->made_.get()),
    };
    api::Tables* tables[] = {&setup.branch, &setup.edge};
    for (size_t i = 0; i < laboratory->nodes_.size(); ++i) {
        auto node = Node::create(options[i]);
        if (!node) {
            return tl::unexpected(node.error());
        }
        laboratory->nodes_[i] = std::move(*node);
        if (!laboratory->nodes_[i]->publish(std::move(*tables[i]))) {
            return tl::unexpected<std::string>("the first configuration was not taken");
        }
    }
    return laboratory;
}

rte_mbuf* Laboratory::make_packet(std::span<const uint8_t> bytes, const FrameTag& tag) {
    rte_mbuf* packet = rte_pktmbuf_alloc(frames_.get());
    if (packet == nullptr) {
        return nullptr;
    }
    char* data = rte_pktmbuf_append(packet, static_cast<uint16_t>(bytes.size()));
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<uint8_t*>(data));
    new (rte_mbuf_to_priv(packet)) FrameTag(tag);
    return packet;
}

FrameTag Laboratory::tag_of(rte_mbuf* packet) const noexcept {
    return packet->pool == frames_.get() ? *static_cast<FrameTag*>(rte_mbuf_to_priv(packet))
                                         : FrameTag{};
}

void Laboratory::address_to_presented(rte_mbuf* packet, const api::Endpoint& presented) const {
    PacketMeta meta;
    parse_frame(bytes_of(packet), meta);
    if (meta.kind == PacketKind::transport || meta.kind == PacketKind::icmp_error) {
        const api::Endpoint lan{meta.key.destination_address(), meta.key.destination_port};
        translate_reverse(bytes_of(packet), meta, translator(presented, lan));
    }
    rte_pktmbuf_adj(packet, static_cast<uint16_t>(meta.l3_offset - wire::kEtherSize));
    uint8_t* frame = rte_pktmbuf_mtod(packet, uint8_t*);
    std::copy(kEdgeInside.begin(), kEdgeInside.end(), frame);
    std::copy(kService.begin(), kService.end(), frame + 6);
    wire::store16(
        frame + 12,
        meta.family == api::Family::ipv4 ? wire::kEtherIpv4 : wire::kEtherIpv6
    );
}

void Laboratory::deliver(
    End end,
    api::Side side,
    std::span<rte_mbuf* const> packets,
    uint64_t now_ns
) {
    while (!packets.empty()) {
        const size_t n = std::min<size_t>(packets.size(), kBurstSize);
        BurstOutput out;
        node(end).process_burst(side, packets.first(n), now_ns, out);
        follow(end, out, now_ns);
        packets = packets.subspan(n);
    }
}

void Laboratory::send_handshake(End end, const api::HandshakeDatagram& datagram, uint64_t now_ns) {
    BurstOutput out;
    node(end).send_handshake(datagram, now_ns, out);
    follow(end, out, now_ns);
}

void Laboratory::flush_staged(End end, uint16_t slot, uint64_t now_ns) {
    BurstOutput out;
    node(end).flush_staged(slot, now_ns, out);
    follow(end, out, now_ns);
}

void Laboratory::poll(uint64_t now_ns) {
    for (const End end : {End::branch, End::edge}) {
        BurstOutput out;
        node(end).poll(now_ns, out);
        follow(end, out, now_ns);
    }
}

/// Takes what one node gave back: across the wire to the other node, or out of the laboratory.
void Laboratory::follow(End end, const BurstOutput& out, uint64_t now_ns) {
    for (const BurstOutput::Dropped& dropped : out.dropped()) {
        observer_.dropped(tag_of(dropped.packet), dropped.reason);
        rte_pktmbuf_free(dropped.packet);
    }
    std::array<rte_mbuf*, BurstOutput::kTransmitCapacity> across;
    size_t n_across = 0;
    for (const BurstOutput::Transmit& transmit : out.transmits()) {
        FrameTag tag = tag_of(transmit.packet);
        tag.time_ns = tag.number == 0 ? now_ns : tag.time_ns;
        const std::span<uint8_t> frame = bytes_of(transmit.packet);
        const bool outside = transmit.side == api::Side::outside;
        bool crosses = false;
        if (end == End::branch && outside) {
            crosses = wire_.goes_to_edge(frame);
            observer_.left_branch_outside(tag, frame, crosses);
            if (crosses) {
                wire_.carry_to_edge(frame);
            }
        } else if (end == End::branch) {
            observer_.left_branch_inside(tag, frame);
        } else if (outside) {
            crosses = wire_.carry_to_branch(frame);
            if (crosses && is_handshake(frame)) {
                observer_.handshake_to_branch(frame);
            }
        } else {
            observer_.left_edge_inside(tag, frame);
        }
        if (crosses) {
            across[n_across++] = transmit.packet;
        } else {
            rte_pktmbuf_free(transmit.packet);
        }
    }
    const End other = end == End::branch ? End::edge : End::branch;
    deliver(other, api::Side::outside, {across.data(), n_across}, now_ns);
}

bool Laboratory::conserved() const {
    uint64_t staged = 0;
    for (const auto& node : nodes_) {
        const api::Counters& counters = node->counters();
        staged += node->packets_staged();
        if (counters.received + counters.generated != counters.transmitted + counters.dropped() +
                                                          counters.consumed +
                                                          node->packets_staged()) {
            return false;
        }
    }
    return rte_mempool_in_use_count(frames_.get()) + rte_mempool_in_use_count(made_.get()) ==
           staged;
}

}  // namespace egret::replay
