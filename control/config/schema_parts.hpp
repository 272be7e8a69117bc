// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/config/schema.hpp"

#include <span>

/// The table of schema.hpp in five pieces, so that each can be read at a sitting.
namespace egret::control::schema_parts {

extern const std::span<const Section> kNode;     ///< top level, node, identity, port, egress
extern const std::span<const Section> kTunnel;   ///< tunnel, peer, failover
extern const std::span<const Section> kLists;    ///< list
extern const std::span<const Section> kTraffic;  ///< segment, rule
extern const std::span<const Section> kPolicy;   ///< names to control

}  // namespace egret::control::schema_parts
