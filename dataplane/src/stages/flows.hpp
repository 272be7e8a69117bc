// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "stages/wire.hpp"
#include "worker_state.hpp"

namespace egret {

/// Flow table lookups of a burst. Construct once the keys are final, then take the packets in order: `living` answers for
/// one packet, ends flows that are over, and stays right when an earlier packet of the burst opened or ended a flow.
class FlowLookup {
  public:
    /// Looks up the keys of `list`; bulk, with prefetch of `lines`.
    FlowLookup(Context& context, Burst& burst, const PacketList& list, FlowLines lines) noexcept;

    /// Fetches what deciding about the unknown flows among `list` will read of the destination table.
    void prefetch_destinations(const PacketList& list) const noexcept;

    /// The living flow of packet `i`, or nullptr: none, idle for too long, or ended and now begun anew by a SYN.
    /// Sets `meta[i].flow` and `meta[i].forward`.
    Flow* living(uint8_t i) noexcept;

  private:
    void end_if_over(PacketMeta& meta) noexcept;

    Context& context_;
    Burst& burst_;
    uint64_t n_inserted_;  ///< of the table when the burst was looked up
    uint64_t n_removed_;
};

/// Part of `touch`: a FIN or a reset of `flow`.
void note_end(Flow& flow, const PacketMeta& meta) noexcept;

/// Notes one packet of a flow: time, counters, TCP's end.
inline void touch(Context& context, Flow& flow, const PacketMeta& meta) noexcept {
    flow.last_ns = context.now_ns;
    if (meta.forward) {
        flow.packets_out += 1;
        flow.bytes_out += meta.ip_size;
    } else {
        flow.packets_in += 1;
        flow.bytes_in += meta.ip_size;
    }
    if ((meta.tcp_flags & (wire::kTcpFin | wire::kTcpRst)) != 0) {
        note_end(flow, meta);
    }
}

/// Removes a flow and reports it closed.
void close_flow(Context& context, Flow& flow) noexcept;

/// Opens a flow for packet `meta` under `meta.key`; nullptr if there is no room, even after ending flows that are over.
[[nodiscard]] Flow* open_flow(Context& context, const PacketMeta& meta) noexcept;

/// Gives `flow` its second key: answers will come from its destination to `address` in `zone`. The opener's port is kept
/// if it is free there, else another one is taken. False if none could be found.
[[nodiscard]] bool
choose_reverse(Context& context, Flow& flow, const api::IpAddress& address, uint16_t zone) noexcept;

/// Ends flows that are over among the next few slots of the table.
void expire_some(Context& context, uint32_t n_slots) noexcept;

/// An event about `flow` with every field the table knows.
[[nodiscard]] api::Event
describe(const Context& context, api::EventKind kind, const Flow& flow) noexcept;

/// Hands an event to control; counts it if control is too far behind.
void emit(Context& context, const api::Event& event) noexcept;

}  // namespace egret
