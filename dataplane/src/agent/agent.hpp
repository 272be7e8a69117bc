// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "agent/agent_state.hpp"
#include "agent/captures.hpp"
#include "agent/generations.hpp"
#include "agent/listings.hpp"
#include "agent/news.hpp"

#include <egret/api/channel.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace egret {

/// Speaks with control for a node and its workers: tables, sessions and questions come in, handshakes, events and records go
/// out (api/messages.hpp). One control at a time; a newer connection takes the place of an older one, which is then that of a
/// control that restarted. Without control the workers forward on what they have.
///
/// Threads: the agent's, which also runs `create`. Node, workers, ports and bell outlive it.
class Agent {
  public:
    /// `listener` is where control comes to; it may have been there for a while. Error: one sentence.
    [[nodiscard]] static tl::expected<std::unique_ptr<Agent>, std::string>
    create(AgentState state, api::ChannelListener listener);

    /// Returns when `stop` becomes readable.
    void run(int stop);

  private:
    /// What `wait` found ready is not kept: each turn looks after everything, which costs little.
    Agent(AgentState state, api::ChannelListener listener, api::Descriptor ready);

    [[nodiscard]] bool watch(int descriptor, uint32_t events) const noexcept;
    [[nodiscard]] bool wait(int stop);
    void watch_connection();
    void accept();
    void greet();
    void serve();
    [[nodiscard]] bool receive();
    [[nodiscard]] bool handle(api::Message& message);
    [[nodiscard]] bool handle_install(api::Message& message, const Reply& reply);
    void handle_capture(const api::Message& message, api::Descriptor socket, const Reply& reply);
    void lose_connection(const std::string& why);
    void tick();
    [[nodiscard]] bool all_live();

    AgentState state_;
    api::ChannelListener listener_;
    api::Descriptor ready_;  ///< epoll
    Generations generations_{state_};
    News news_{state_};
    Listings listings_{state_, generations_, news_};
    Captures captures_{state_};
    api::Message message_;         ///< the one that is handled now
    uint64_t watched_ = 0;         ///< serial of the connection epoll knows
    uint32_t watched_events_ = 0;  ///< what of it
    uint64_t next_tick_ns_ = 0;
    std::vector<uint64_t> last_turns_;  ///< of each worker, at the last tick
};

}  // namespace egret
