// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "replay.hpp"

#include <memory>
#include <vector>

namespace egret::replay {

/// What a frame of the capture carries along through both nodes, in its mbuf's private area.
struct FrameTag {
    uint64_t number = 0;  ///< in the capture, from 1; 0: made by a node
    uint64_t time_ns = 0;
    Direction direction = Direction::client;
    BookedFlow* flow = nullptr;
};

/// Receives what comes out of the two nodes at their far ends.
class Observer {
  public:
    virtual ~Observer() = default;
    virtual void
    left_branch_outside(const FrameTag& tag, std::span<const uint8_t> frame, bool to_edge) = 0;
    virtual void left_branch_inside(const FrameTag& tag, std::span<const uint8_t> frame) = 0;
    virtual void left_edge_inside(const FrameTag& tag, std::span<const uint8_t> frame) = 0;
    /// A handshake message on its way to the branch, as it arrives there.
    virtual void handshake_to_branch(std::span<const uint8_t> frame) = 0;
    virtual void dropped(const FrameTag& tag, api::DropReason reason) = 0;
};

/// Both nodes, the wire between them and their packet buffers. Packets put in at one end come out at others before the
/// call returns, unless they wait for a session.
class Laboratory {
  public:
    [[nodiscard]] static tl::expected<std::unique_ptr<Laboratory>, std::string>
    create(Setup setup, Observer& observer);
    ~Laboratory();
    Laboratory(const Laboratory&) = delete;
    Laboratory& operator=(const Laboratory&) = delete;

    [[nodiscard]] Node& node(End end) noexcept { return *nodes_[static_cast<size_t>(end)]; }

    /// A buffer with `bytes` and `tag`; nullptr if none is free, which only a leak can cause.
    [[nodiscard]] rte_mbuf* make_packet(std::span<const uint8_t> bytes, const FrameTag& tag);

    /// Turns a recorded server frame into what the service would have sent: to the presented address and port, on the
    /// edge's inside network.
    void address_to_presented(rte_mbuf* packet, const api::Endpoint& presented) const;

    /// Puts packets (any number) into a node and follows what comes out to the end.
    void deliver(End end, api::Side side, std::span<rte_mbuf* const> packets, uint64_t now_ns);

    void send_handshake(End end, const api::HandshakeDatagram& datagram, uint64_t now_ns);
    void flush_staged(End end, uint16_t slot, uint64_t now_ns);

    /// Lets both nodes do what their timers ask for.
    void poll(uint64_t now_ns);

    /// True if every packet is accounted for: nothing leaked, and the nodes' counters add up. Staged packets count.
    [[nodiscard]] bool conserved() const;

  private:
    struct FreePool {
        void operator()(rte_mempool* pool) const noexcept { rte_mempool_free(pool); }
    };

    using Pool = std::unique_ptr<rte_mempool, FreePool>;

    Laboratory(const VirtualWire& wire, Observer& observer, Pool frames, Pool made);

    [[nodiscard]] FrameTag tag_of(rte_mbuf* packet) const noexcept;
    void follow(End end, const BurstOutput& out, uint64_t now_ns);

    VirtualWire wire_;
    Observer& observer_;
    Pool frames_;  ///< frames of the capture, with a FrameTag each
    Pool made_;    ///< what nodes make themselves
    std::array<std::unique_ptr<Node>, 2> nodes_;
};

}  // namespace egret::replay
