// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "cycles.hpp"
#include "setting.hpp"
#include "tables/snapshot.hpp"
#include "way.hpp"
#include "worker_state.hpp"

#include <egret/node.hpp>

#include <rte_mempool.h>
#include <rte_rcu_qsbr.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace egret::bench {

/// The stages of one way, in the order dataplane/src/pipeline.cpp runs them.
inline constexpr size_t kMaxStages = 6;
[[nodiscard]] std::span<const std::string_view> stages_of(Way way) noexcept;

/// A node taken apart: the shipped stage functions on the shipped tables, called one after the other with a reading of the
/// time stamp counter between them. Node itself has no such readings.
class StageNode {
  public:
    StageNode(api::Tables tables, const NodeOptions& options);

    /// False if the session cannot be had.
    [[nodiscard]] bool install(const api::SessionInstall& install);

    /// Takes one burst its way and adds what each stage took. As with Node, all packets end in `out`.
    void process(Way way, std::span<rte_mbuf* const> packets, uint64_t now_ns, BurstOutput& out);

    /// Cycles of each stage since the last call.
    [[nodiscard]] std::array<uint64_t, kMaxStages> take_cycles(Way way) noexcept;

    /// Forgets all flows.
    void forget_flows();

  private:
    struct QsbrDeleter {
        void operator()(rte_rcu_qsbr* readers) const noexcept;
    };

    void branch_outbound(Context& context, Burst& burst);
    void branch_inbound(Context& context, Burst& burst);
    void edge_inbound(Context& context, Burst& burst);
    void edge_outbound(Context& context, Burst& burst);
    void lap(Way way, size_t stage) noexcept;

    std::unique_ptr<rte_rcu_qsbr, QsbrDeleter> readers_;
    SessionTable sessions_;
    PeerTable peers_;
    Snapshot snapshot_;
    WorkerState worker_;
    Stopwatch watch_;
    std::array<std::array<uint64_t, kMaxStages>, kWays> cycles_{};
};

/// A branch and an edge taken apart, with one session between them.
class StagePair {
  public:
    [[nodiscard]] static tl::expected<StagePair, std::string>
    create(rte_mempool* pool, const Setting& setting);

    [[nodiscard]] StageNode& node(Way way) const noexcept {
        return role_of(way) == api::Role::branch ? *branch_ : *edge_;
    }

  private:
    StagePair(std::unique_ptr<StageNode> branch, std::unique_ptr<StageNode> edge)
        : branch_(std::move(branch)),
          edge_(std::move(edge)) {}

    std::unique_ptr<StageNode> branch_;
    std::unique_ptr<StageNode> edge_;
};

}  // namespace egret::bench
