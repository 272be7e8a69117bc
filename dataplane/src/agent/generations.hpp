// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "agent/agent_state.hpp"

#include <egret/api/messages.hpp>
#include <egret/api/tables.hpp>

#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace egret {

/// Makes generations live: tables for the node, ports for the worker. All of a generation or nothing of it.
/// Threads: the agent's.
class Generations {
  public:
    explicit Generations(AgentState& state)
        : state_(state) {}

    /// Has every port looked at, so that nothing old waits in it when a configuration comes; none is forwarded.
    void begin();

    /// Answers the request, whatever comes of it. `memfd` came along with it.
    void publish(const api::Publish& request, const api::Descriptor& memfd, const Reply& reply);

    /// Looks whether links came or went, and says so. Call now and then, with the time.
    void watch_links(uint64_t now_ns);

    /// What operators are told of a port.
    [[nodiscard]] api::PortRecord record(const Port& port) const;

  private:
    /// A port of the configuration and its device.
    struct Use {
        Port* port;
        api::Side side;
        uint16_t mtu_bytes;
        friend bool operator==(const Use&, const Use&) = default;
    };

    using Uses = std::vector<Use>;

    [[nodiscard]] tl::expected<Uses, std::string> find_ports(const api::Tables& tables) const;
    [[nodiscard]] bool make_live(api::Tables tables);
    [[nodiscard]] std::optional<std::string> change_ports(api::Tables tables, Uses uses);
    [[nodiscard]] tl::expected<void, std::string> set_mtus(const Uses& uses) const;
    [[nodiscard]] Binding binding_of(const Uses& uses) const;
    [[nodiscard]] const Use* use_of(const Port& port) const noexcept;
    void bind();
    void introduce();
    void link_changed(Port& port, bool up);
    void connect_again();

    AgentState& state_;
    Uses uses_;                  ///< of the live generation
    std::vector<bool> link_up_;  ///< of each port, as last seen
    uint64_t next_try_ns_ = 0;   ///< to connect what must be told to
};

}  // namespace egret
