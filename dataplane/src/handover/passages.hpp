// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "names/name_table.hpp"
#include "neighbours/neighbour_messages.hpp"
#include "tables/ring.hpp"

#include <egret/api/address.hpp>
#include <egret/api/tables.hpp>

#include <rte_mbuf.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace egret {

/// How much of its way a packet has behind it when it is handed to the worker that owns it.
enum class HandedAt : uint8_t {
    inside,   ///< a frame of the inside port, as received: it belongs to the owner of its flow
    outside,  ///< a frame of the outside port, as received: to the owner of its session
    opened,   ///< an inner packet out of the tunnel: to the owner of its flow
};

/// A packet on its way to another worker, with what cannot be read from it again.
struct HandedPacket {
    rte_mbuf* packet = nullptr;
    HandedAt at = HandedAt::inside;
    // The rest with `opened` only, as in PacketMeta.
    bool header_carry = false;
    uint16_t peer = 0;
    api::IpAddress claim;
    api::Endpoint outer_source;
};

/// What one worker heard of a neighbour. The others may have asked.
struct NeighbourNews {
    api::Side side = api::Side::inside;
    NeighbourMessage message;
};

/// The way from one worker to another. Packets that find it full are dropped and counted; news that do are lost: neighbours
/// are asked again, and a name is a label.
struct Passage {
    /// Some ten bursts each way: what a worker gets behind while another is descheduled for a moment.
    static constexpr uint32_t kPackets = 1024;
    static constexpr uint32_t kNews = 256;

    Ring<HandedPacket> packets{kPackets};
    Ring<NeighbourNews> neighbours{kNews};
    Ring<names::NameNews> names{kNews};
};

/// The passages between all workers of a node, one for each direction of each pair, with one writer and one reader.
class Passages {
  public:
    explicit Passages(uint8_t n_workers)
        : n_workers_(n_workers) {
        for (unsigned i = 0; i < unsigned{n_workers} * n_workers; ++i) {
            passages_.push_back(std::make_unique<Passage>());
        }
    }

    [[nodiscard]] uint8_t n_workers() const noexcept { return n_workers_; }

    /// `from` writes, `to` reads.
    [[nodiscard]] Passage& between(uint8_t from, uint8_t to) noexcept {
        return *passages_[size_t{from} * n_workers_ + to];
    }

    /// Frees what nobody will take over any more. No worker may be at work.
    void free_packets() noexcept {
        for (const auto& passage : passages_) {
            for (HandedPacket handed; passage->packets.pop(handed);) {
                rte_pktmbuf_free(handed.packet);
            }
        }
    }

    /// True if something waits for worker `to`. Any thread.
    [[nodiscard]] bool waiting(uint8_t to) const noexcept {
        for (uint8_t from = 0; from < n_workers_; ++from) {
            const Passage& passage = *passages_[size_t{from} * n_workers_ + to];
            if (!passage.packets.empty() || !passage.neighbours.empty() || !passage.names.empty()) {
                return true;
            }
        }
        return false;
    }

    /// Raised when a peer got another session or state: what workers have staged may leave. Owners of peers: rw, others: ro.
    alignas(64) std::atomic<uint64_t> peer_changes{0};

  private:
    uint8_t n_workers_;
    std::vector<std::unique_ptr<Passage>> passages_;
};

}  // namespace egret
