// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>
#include <egret/api/tables.hpp>
#include <egret/node.hpp>

#include <rte_mbuf.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace egret {

/// A host on a port's wire this node sends to, and what is known of its MAC address.
struct Neighbour {
    /// How one moves from state to state (RFC 4861 section 7.3, without its delays). Only `known` and `confirming` have a MAC
    /// address that is used.
    ///
    ///     free --first packet--> asking --answer--> known --unused for a minute--> free
    ///                              |                 ^ |
    ///                              |           answer| |30 s old and in use, or another MAC address was said
    ///                              |                 | v
    ///                              +--no answer--> confirming --no answer--> unreachable --1 s--> free
    ///                                  (to unreachable)
    enum class State : uint8_t { free, asking, known, confirming, unreachable };

    /// Packets kept while the first answer is awaited; more than the one RFC 4861 section 7.2.2 asks for, as the handshakes
    /// of many peers leave by one gateway.
    static constexpr uint16_t kMaxWaiting = 16;

    State state = State::free;
    api::Side side = api::Side::inside;
    uint8_t n_asked = 0;  ///< without an answer
    uint16_t n_waiting = 0;
    MacAddress mac{};
    api::IpAddress address;
    uint64_t since_ns = 0;  ///< when it was asked for first
    uint64_t asked_ns = 0;  ///< when it was asked for last
    uint64_t confirmed_ns = 0;
    uint64_t used_ns = 0;
    std::array<rte_mbuf*, kMaxWaiting> waiting;

    /// Its MAC address may be used.
    [[nodiscard]] bool usable() const noexcept {
        return state == State::known || state == State::confirming;
    }
};

/// Neighbours by side and address: bounded, without allocation. Threads: one owner.
class NeighbourTable {
  public:
    static constexpr size_t kWays = 8;
    static constexpr size_t kBuckets = 128;

    /// Packets that wait for any neighbour at all: whoever asks for many hosts that do not exist must not use up the pool.
    static constexpr uint32_t kMaxWaiting = 256;

    explicit NeighbourTable(uint64_t seed)
        : seed_(seed),
          neighbours_(std::make_unique<std::array<Neighbour, kWays * kBuckets>>()) {}

    /// nullptr if nothing is known of it.
    [[nodiscard]] Neighbour* find(api::Side side, const api::IpAddress& address) noexcept;

    /// A place for a neighbour that `find` did not find. Where its bucket is full the least recently used one goes that does
    /// not answer or was not used for a while: whoever asks for hosts that do not exist must not push out those that do.
    /// nullptr if all are in use. Packets that wait for the one that goes are the caller's to drop.
    [[nodiscard]] Neighbour*
    place_for(api::Side side, const api::IpAddress& address, uint64_t now_ns) noexcept;

    [[nodiscard]] std::span<Neighbour> all() noexcept { return *neighbours_; }

    /// Changes whenever what somebody remembers of a neighbour may be wrong.
    [[nodiscard]] uint64_t epoch() const noexcept { return epoch_; }

    void changed() noexcept { ++epoch_; }

    /// Packets that wait, of all neighbours.
    uint32_t n_waiting = 0;

  private:
    [[nodiscard]] std::span<Neighbour>
    bucket_of(api::Side side, const api::IpAddress& address) noexcept;

    uint64_t seed_;
    uint64_t epoch_ = 1;
    std::unique_ptr<std::array<Neighbour, kWays * kBuckets>> neighbours_;
};

}  // namespace egret
