// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// Every way a packet can end inside Egret: X(name, sentence). One line gives the enumerator, the counter, the key in
/// `report.json` and the sentence operators read. In packet order; add at the stage that drops.
#define EGRET_DROP_REASONS(X)                                                                     \
    X(no_configuration, "nothing is forwarded before the first configuration")                    \
    X(worker_queue_full, "more packets waited for the worker that owns them than are kept")       \
    X(malformed, "headers do not hold together and the destination belongs to a tunnel rule")     \
    X(fragment, "a fragment towards a tunnel destination: its flow cannot be known")              \
    X(no_transport_header,                                                                        \
      "the transport header of a packet towards a tunnel destination cannot be reached")          \
    X(rule, "a rule says drop")                                                                   \
    X(quic_blocked, "block_quic: UDP 443 of a tunnel segment, so that the client uses TCP")       \
    X(family_refused, "family: the rule tunnels the other family alone; the client was told")     \
    X(flow_table_full, "no room for another tunnel flow")                                         \
    X(no_origin, "the site has no egress address of this family to claim")                        \
    X(source_not_egress, "the IPv6 source lies in none of the site's egress prefixes")            \
    X(no_port, "every port that could keep this flow apart from others is taken")                 \
    X(too_big, "larger than the tunnel carries; the sender was told")                             \
    X(no_session, "the tunnel has no session and the handshake is not answered")                  \
    X(staging_full, "more packets waited for the first handshake than are kept")                  \
    X(message_limit, "the session has sent as many messages as its keys may protect")             \
    X(no_buffer_room, "no room in the packet buffer for the outer headers or the padding")        \
    X(no_endpoint, "the peer's address is not known, or no own address is of its family")         \
    X(no_next_hop, "no network of the port holds the destination, and it has no gateway")         \
    X(neighbour_queue_full, "more packets waited for the next hop's MAC address than are kept")   \
    X(neighbour_unreachable, "the next hop does not answer ARP or neighbour discovery")           \
    X(neighbour_refused, "an ARP or neighbour discovery message no host of the network can send") \
    X(echo_rate, "more echo requests to the node itself than it answers")                         \
    X(outer_malformed, "a tunnel datagram whose outer headers do not hold together")              \
    X(bad_header, "a tunnel datagram of unknown type, length or reserved bytes for its session")  \
    X(bad_mac1, "a handshake datagram that was not made for this node's key")                     \
    X(handshake_rate, "more handshake datagrams from one source than are looked at")              \
    X(handshake_queue_full, "more handshake datagrams than control has taken yet")                \
    X(unknown_session, "a data message for a session this node does not have")                    \
    X(session_expired, "a data message for a session past its lifetime")                          \
    X(counter_too_old, "a data message from before the replay window")                            \
    X(replayed, "a data message that was already accepted")                                       \
    X(not_authentic, "a data message whose tag is wrong")                                         \
    X(ecn_invalid,                                                                                \
      "congestion marked on the outside of a packet whose sender cannot react (RFC 6040)")        \
    X(bad_payload,                                                                                \
      "authentic, but neither an IP packet nor an Egret header that this version knows")          \
    X(probe_unasked, "a probe reply no probe waits for")                                          \
    X(inner_malformed, "an inner packet whose headers do not hold together")                      \
    X(inner_unsupported,                                                                          \
      "an inner packet that is no TCP, no UDP and no error about one, or a fragment")             \
    X(unsolicited,                                                                                \
      "out of the tunnel, but not a reply of a flow this site opened through that group")         \
    X(no_claim, "a packet without a claim, and no ordinary address of its family to present")     \
    X(origin_not_registered, "the origin lies in none of the peer's registered origins")          \
    X(origin_not_observed, "the origin is not the address the peer was observed at")              \
    X(claim_unobservable, "the origin's family cannot be observed through this tunnel")           \
    X(origin_changed, "the flow was opened with another origin")                                  \
    X(segment_refused, "the destination is in no segment this peer may reach")                    \
    X(no_pool_address, "the pool has no address of this family to present")                       \
    X(ttl_expired, "the hop limit of a packet to be presented ran out")                           \
    X(not_ours, "at an edge: neither tunnel, nor a reply of a presented flow")

namespace egret::api {

enum class DropReason : uint8_t {
#define EGRET_DROP_ENUMERATOR(name, sentence) name,
    EGRET_DROP_REASONS(EGRET_DROP_ENUMERATOR)
#undef EGRET_DROP_ENUMERATOR
        count
};

inline constexpr size_t kDropReasons = static_cast<size_t>(DropReason::count);

struct DropReasonText {
    std::string_view name;
    std::string_view sentence;
};

inline constexpr std::array<DropReasonText, kDropReasons> kDropReasonTexts{{
#define EGRET_DROP_TEXT(name, sentence) {#name, sentence},
    EGRET_DROP_REASONS(EGRET_DROP_TEXT)
#undef EGRET_DROP_TEXT
}};

[[nodiscard]] constexpr std::string_view name_of(DropReason reason) noexcept {
    return kDropReasonTexts[static_cast<size_t>(reason)].name;
}

}  // namespace egret::api
