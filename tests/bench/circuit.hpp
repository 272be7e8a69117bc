// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "payload.hpp"
#include "way.hpp"

#include <egret/burst_output.hpp>

#include <rte_mbuf.h>
#include <rte_mempool.h>

#include <array>
#include <cstdint>
#include <functional>
#include <random>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace egret::bench {

/// Packets of one lap, which are made, taken and checked together: eight bursts, few enough to stay in a second-level
/// cache, and so short a time that a busy machine leaves most laps alone.
inline constexpr uint32_t kGroup = 8 * kBurstSize;

/// Drives packets round: client -> branch -> edge -> service, and an answer to each all the way back. Every packet differs
/// in content, and every one that comes out is compared byte by byte with what it must have become.
///
/// Packet buffers pass through in groups, way by way, so that each way runs with its own code warm, as in a poll loop.
class Circuit {
  public:
    struct Shape {
        uint32_t flows = 1000;
        Payload payload{64};
        uint32_t n_prefixes = 100;
    };

    /// Takes one burst through a node. What is measured happens in here.
    using Process =
        std::function<void(Way, std::span<rte_mbuf* const>, uint64_t now_ns, BurstOutput&)>;

    static constexpr uint64_t kStart = 1'000'000'000'000;  ///< its clock begins here, ns

    Circuit(rte_mempool* pool, Shape shape);

    /// kGroup packets out and back: of the next flows in an order drawn anew when every flow had its turn. Error: a packet
    /// was dropped, lost or is wrong.
    [[nodiscard]] tl::expected<void, std::string> lap(const Process& process);

    /// From the next lap on all flows are new ones.
    void renew_flows();

    /// Laps until every flow had its turn.
    [[nodiscard]] uint32_t laps_per_turn() const noexcept {
        return (shape_.flows + kGroup - 1) / kGroup;
    }

    [[nodiscard]] uint64_t now_ns() const noexcept { return now_ns_; }

  private:
    using Checked = tl::expected<void, std::string>;
    using Group = std::array<rte_mbuf*, kGroup>;

    void draw_order();
    [[nodiscard]] Checked take(const Process& process, Way way, Group& group);
    [[nodiscard]] Checked make(Group& group, std::span<const uint64_t> flows, Way way);
    [[nodiscard]] Checked check(Group& group, std::span<const uint64_t> flows, Way way);

    rte_mempool* pool_;
    Shape shape_;
    uint64_t first_flow_ = 0;
    std::vector<uint64_t> turn_;  ///< flows in the order they come, filled up to whole laps
    size_t done_ = 0;             ///< of `turn_`
    uint64_t packets_ = 0;        ///< made so far: tells packets of one flow apart
    uint64_t now_ns_ = kStart;
    std::mt19937_64 order_{42};
    BurstOutput out_;
};

}  // namespace egret::bench
