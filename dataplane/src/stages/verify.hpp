// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "worker_state.hpp"

namespace egret {

/// What verification says about one claim.
struct Verified {
    Fate fate;                                     ///< why the claim is refused
    api::Verify method = api::Verify::registered;  ///< what it was held against, without a fate
};

/// Holds the origin a peer claims against what is known of that peer (design section 7): its registered origins, the
/// address it was observed at in this session, or both, as its `verify` says.
///
/// An IPv4 origin must be the observed address itself. An IPv6 origin is a host behind the router, so it must share the
/// observed address's /64, the network a host's address names (RFC 4291 section 2.5.4). Where nothing of the origin's family
/// was observed the claim is unobservable, unless an address of the other family was and being registered is enough then.
[[nodiscard]] Verified verify_claim(
    const api::Tables& tables,
    const api::Peer& peer,
    const PeerRuntime& runtime,
    const api::IpAddress& origin
) noexcept;

}  // namespace egret
