// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>
#include <egret/api/tables.hpp>
#include <egret/node.hpp>

#include <rte_mbuf.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>

namespace egret {

/// A host on a port's wire this node sends to, and what is known of its MAC address.
struct Neighbour {
    /// How one moves from state to state (RFC 4861 section 7.3, without its delays):
    ///
    ///           first packet          answer               30 s in use
    ///     free -------------> asking ---------> known <-----------------> confirming
    ///       ^                   |      answer     |         answer            |
    ///       |      3 tries      v                 | unused                    | 3 tries
    ///       +------------- unreachable            +--------> free             +--------> asking
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
    uint64_t asked_ns = 0;
    uint64_t confirmed_ns = 0;
    uint64_t used_ns = 0;
    std::array<rte_mbuf*, kMaxWaiting> waiting;

    /// Its MAC address may be used.
    [[nodiscard]] bool usable() const noexcept {
        return state == State::known || state == State::confirming;
    }
};

/// Neighbours by side and address: bounded, without allocation; in a crowded bucket the least recently used goes.
/// Threads: one owner.
class NeighbourTable {
  public:
    static constexpr size_t kWays = 4;
    static constexpr size_t kBuckets = 256;

    explicit NeighbourTable(uint64_t seed)
        : seed_(seed),
          neighbours_(std::make_unique<std::array<Neighbour, kWays * kBuckets>>()) {}

    /// nullptr if nothing is known of it.
    [[nodiscard]] Neighbour* find(api::Side side, const api::IpAddress& address) noexcept;

    /// A place for a neighbour that `find` did not find: a free one, else the least recently used of its bucket, whose
    /// waiting packets the caller drops.
    [[nodiscard]] Neighbour& place_for(api::Side side, const api::IpAddress& address) noexcept;

    [[nodiscard]] std::span<Neighbour> all() noexcept { return *neighbours_; }

    /// Changes whenever what somebody remembers of a neighbour may be wrong.
    [[nodiscard]] uint64_t epoch() const noexcept { return epoch_; }

    void changed() noexcept { ++epoch_; }

  private:
    [[nodiscard]] std::span<Neighbour>
    bucket_of(api::Side side, const api::IpAddress& address) noexcept;

    uint64_t seed_;
    uint64_t epoch_ = 1;
    std::unique_ptr<std::array<Neighbour, kWays * kBuckets>> neighbours_;
};

}  // namespace egret
