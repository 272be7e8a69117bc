// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/drop_reasons.hpp>
#include <egret/api/tables.hpp>

#include <rte_mbuf.h>

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <span>

namespace egret {

/// Packets a node takes in one call, and the size of the arrays its stages work on.
inline constexpr uint16_t kBurstSize = 32;

/// What one call gave back: every mbuf in here belongs to the caller, who transmits or frees it.
/// Reusable: `clear` before the next call. Trivial, no heap.
class BurstOutput {
  public:
    struct Transmit {
        rte_mbuf* packet;
        api::Side side;
        uint16_t port;  ///< index into Tables::ports, of that side
    };

    struct Dropped {
        rte_mbuf* packet;
        api::DropReason reason;
    };

    /// A burst, an ICMP error or a reset about each of its packets, and a peer's staged packets.
    static constexpr uint16_t kTransmitCapacity = 2 * kBurstSize + 128;
    static constexpr uint16_t kDroppedCapacity = kTransmitCapacity;

    void transmit(rte_mbuf* packet, api::Side side, uint16_t port) noexcept {
        assert(n_transmits_ < kTransmitCapacity);
        transmits_[n_transmits_++] = {packet, side, port};
    }

    void drop(rte_mbuf* packet, api::DropReason reason) noexcept {
        assert(n_dropped_ < kDroppedCapacity);
        dropped_[n_dropped_++] = {packet, reason};
    }

    [[nodiscard]] std::span<const Transmit> transmits() const noexcept {
        return {transmits_, n_transmits_};
    }

    [[nodiscard]] std::span<const Dropped> dropped() const noexcept {
        return {dropped_, n_dropped_};
    }

    [[nodiscard]] uint16_t transmit_room() const noexcept {
        return static_cast<uint16_t>(kTransmitCapacity - n_transmits_);
    }

    /// Packets that can surely still be taken, whatever becomes of them.
    [[nodiscard]] uint16_t room() const noexcept {
        return static_cast<uint16_t>(kTransmitCapacity - std::max(n_transmits_, n_dropped_));
    }

    /// Forgets everything without freeing it.
    void clear() noexcept { n_transmits_ = n_dropped_ = 0; }

    /// Frees what was dropped; the transmits stay.
    void free_dropped() noexcept {
        for (uint16_t i = 0; i < n_dropped_; ++i) {
            rte_pktmbuf_free(dropped_[i].packet);
        }
        n_dropped_ = 0;
    }

  private:
    uint16_t n_transmits_ = 0;
    uint16_t n_dropped_ = 0;
    Transmit transmits_[kTransmitCapacity];
    Dropped dropped_[kDroppedCapacity];
};

}  // namespace egret
