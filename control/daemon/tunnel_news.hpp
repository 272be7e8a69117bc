// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/generation.hpp"
#include "control/daemon/log.hpp"
#include "control/tunnel/received.hpp"

#include <egret/api/address.hpp>
#include <egret/api/records.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>

namespace egret::control {

/// Writes into the log what operators want to know of tunnels: which came up, which went down, who knocked in vain. Renewals
/// of sessions are no news. Threads: one owner.
class TunnelNews {
  public:
    explicit TunnelNews(Log& log)
        : log_(log) {}

    /// The peers' names from now on.
    void set_generation(const Generation& generation);

    /// The dataplane's word on which tunnels are up; none, if it has just begun.
    void begin(std::span<const api::PeerRecord> peers);

    void session_made(uint16_t slot);
    void handshakes_unanswered(uint16_t slot);
    void received(Received what, const api::Endpoint& source);

  private:
    enum class State : uint8_t { up, down };

    [[nodiscard]] bool note(uint16_t slot, State state);
    [[nodiscard]] std::string name_of(uint16_t slot) const;

    Log& log_;
    std::unordered_map<uint16_t, std::string> names_;
    std::unordered_map<uint16_t, State> states_;
};

}  // namespace egret::control
