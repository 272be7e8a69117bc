// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/compile/generation.hpp"
#include "control/tunnel/moment.hpp"

#include <egret/api/records.hpp>

#include <span>
#include <string>

/// The text of WireGuard's userspace API, as far as it only tells (wireguard.com/xplatform; ipc-uapi in wireguard-tools).
namespace egret::control {

/// Answer to `get=1`: the listening port, and of each peer its public key, where it is, what it may send, when it last shook
/// hands and how much went each way. Never a private or preshared key, which the protocol would allow.
///
/// `records` are the dataplane's; a peer without one has never been heard of. At a branch, whose tunnel carries answers from
/// anywhere, allowed_ip is everything; at an edge it is the peer's registered origins.
[[nodiscard]] std::string wireguard_get_text(
    const Generation& generation,
    std::span<const api::PeerRecord> records,
    const Moment& now
);

/// The end of an answer: an errno of the system, 0 for success, and the empty line.
[[nodiscard]] std::string wireguard_end_text(int error);

}  // namespace egret::control
