// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "names/dns.hpp"
#include "stages/wire.hpp"
#include "worker_state.hpp"

namespace egret {

// Server names are labels: these stages look at packets, they change and hold none.

/// True of the few packets worth the call of `observe_client`.
[[nodiscard]] inline bool may_name(const PacketMeta& meta) noexcept {
    // The port first: whether a packet is UDP is hard to predict, whether it is DNS is not.
    return meta.kind == PacketKind::transport &&
           ((meta.flow != nullptr && meta.flow->name_wanted) ||
            (meta.key.destination_port == names::kDnsPort && meta.protocol == wire::kUdp));
}

/// A packet from a client: a DNS question, or the start of a TCP stream whose ClientHello names the server.
void observe_client(Context& context, rte_mbuf* packet, const PacketMeta& meta) noexcept;

/// A packet towards a branch's clients that passes untouched: a DNS answer.
void observe_answer(Context& context, rte_mbuf* packet, const PacketMeta& meta) noexcept;

/// Fills the name fields of a `flow_opened` from what the client learned about its destination.
void label(Context& context, const PacketMeta& meta, api::Event& event) noexcept;

}  // namespace egret
