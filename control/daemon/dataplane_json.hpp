// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/generation.hpp"
#include "control/records/json.hpp"
#include "control/tunnel/moment.hpp"

#include <egret/api/events.hpp>
#include <egret/api/messages.hpp>
#include <egret/api/records.hpp>

/// What the dataplane says about itself, as operators get it: its numbers by name, its indexes as the names of the
/// configuration. Absent is null; times become ages in seconds.
namespace egret::control {

/// One tunnel of `egret tunnels`. `now` is the dataplane's clock.
[[nodiscard]] Json
tunnel_json(const api::PeerRecord& record, const Generation& generation, const Moment& now);

[[nodiscard]] Json port_json(const api::PortRecord& record);

[[nodiscard]] Json neighbour_json(const api::NeighbourRecord& record, const Moment& now);

/// Every counter; drops as a list of those that are not zero, most first, with the sentence of each.
[[nodiscard]] Json counters_json(const api::CountersMessage& message);

/// A living flow as a record of contract section 6. `generation` is the one the flow names, or nullptr if that is no longer
/// known: then `current` says the names that do not change.
[[nodiscard]] Json live_flow_json(
    const api::Event& flow,
    const Generation* generation,
    const Generation& current,
    const Moment& now
);

/// "up", "starting" or "down".
[[nodiscard]] std::string_view state_of(const api::PeerRecord& record) noexcept;

}  // namespace egret::control
