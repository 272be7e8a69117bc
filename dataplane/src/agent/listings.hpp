// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "agent/agent_state.hpp"
#include "agent/generations.hpp"
#include "agent/news.hpp"

#include <egret/api/messages.hpp>

#include <cstdint>
#include <list>

namespace egret {

/// Answers what operators ask for. Records are made by the workers, between bursts; pages of them are sent by the agent.
/// Threads: the agent's.
class Listings {
  public:
    Listings(AgentState& state, const Generations& generations, const News& news)
        : state_(state),
          generations_(generations),
          news_(news) {}

    void start(const api::List& request, const Reply& reply);

    /// Goes on with lists of flows, which are too long for one go, where control has taken what it was sent.
    void go_on();

  private:
    struct FlowList {
        Reply reply;
        uint32_t left;       ///< records still wanted
        uint8_t worker = 0;  ///< whose flows are next
        uint32_t from = 0;   ///< place in its flow table
        bool asked = false;  ///< the worker is at it
        bool ended = false;
    };

    void list_counters(const Reply& reply);
    void list_ports(const Reply& reply, uint32_t limit);
    void list_by_worker(const api::List& request, const Reply& reply);
    void ask(FlowList& list);

    AgentState& state_;
    const Generations& generations_;
    const News& news_;
    std::list<FlowList> flows_;  ///< a list, because tasks refer to its elements
};

}  // namespace egret
