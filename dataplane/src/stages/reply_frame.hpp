// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "burst.hpp"
#include "worker_state.hpp"

#include <cstdint>

namespace egret {

/// A frame back to the sender of a packet that goes no further, in the name of whom it was sent to: a bump in the wire has no
/// inside address of its own.
struct ReplyFrame {
    rte_mbuf* packet = nullptr;
    uint8_t* ip = nullptr;       ///< where its IP header begins; IP headers have no options
    uint8_t* payload = nullptr;  ///< behind the IP header
};

/// Begins an answer to `packet`, a frame with its link header from the inside, whose transport part will take
/// `payload_size` bytes of `protocol`. Link and IP header are done: reversed, the same VLAN tags, hop limit 64.
///
/// `packet` is nullptr where none is to be sent: no free buffer, no room to transmit, or a sender that is no single host.
/// The caller writes the payload and hands the frame to `send_reply`.
[[nodiscard]] ReplyFrame begin_reply(
    Context& context,
    rte_mbuf* packet,
    const PacketMeta& meta,
    uint8_t protocol,
    uint16_t payload_size
) noexcept;

/// The sum of addresses, length and protocol a reply's TCP or ICMPv6 checksum begins with.
[[nodiscard]] uint64_t pseudo_sum(
    const ReplyFrame& reply,
    api::Family family,
    uint8_t protocol,
    uint16_t payload_size
) noexcept;

/// Counts the reply as made here and sends it out of the inside port.
void send_reply(Context& context, const ReplyFrame& reply) noexcept;

}  // namespace egret
