// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>
#include <egret/api/sessions.hpp>
#include <egret/api/tables.hpp>

#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>

/// What a dataplane says about itself when asked. Fixed-size, plain data; times are those of
/// process_burst.
namespace egret::api {

/// A short name in a fixed-size message: cut at `Capacity` bytes, no terminator.
template <size_t Capacity>
struct ShortText {
    uint8_t size_bytes = 0;
    std::array<char, Capacity> text{};

    ShortText() = default;

    explicit ShortText(std::string_view from) noexcept
        : size_bytes(static_cast<uint8_t>(from.size() < Capacity ? from.size() : Capacity)) {
        from.copy(text.data(), size_bytes);
    }

    /// Safe on what came out of a socket.
    [[nodiscard]] std::string_view view() const noexcept {
        return {text.data(), size_bytes < Capacity ? size_bytes : Capacity};
    }
};

/// The places a peer's sessions can have (WireGuard paper, section 6.5).
enum class SessionPlace : uint8_t { previous, current, next };

/// One session: everything but its keys.
struct SessionRecord {
    uint32_t receiver_index = 0;
    uint16_t peer = 0;  ///< slot
    crypto::Suite suite = crypto::Suite::wireguard;
    SessionPlace place = SessionPlace::current;
    bool initiator = false;
    bool confirmed = false;  ///< a message under its keys was authentic
    uint64_t created_ns = 0;
    uint64_t key_tag = 0;   ///< as installed
    uint64_t sent = 0;      ///< messages, from the send counter
    uint64_t received = 0;  ///< the highest counter taken, plus one
};

/// One peer of the live generation.
struct PeerRecord {
    uint16_t slot = 0;
    std::array<uint8_t, 32> public_key{};
    PeerState state = PeerState::starting;
    bool has_session = false;  ///< one it can send by
    uint64_t session_created_ns = 0;
    Endpoint endpoint;  ///< where it was last authenticated, until then as configured
    IpAddress observed_ipv4;
    IpAddress observed_ipv6;
    uint64_t last_received_ns = 0;  ///< of an authentic message; 0 never
    uint64_t last_sent_ns = 0;
    uint64_t packets_sent = 0;
    uint64_t packets_received = 0;
    uint64_t bytes_sent = 0;  ///< UDP payload
    uint64_t bytes_received = 0;
    uint64_t round_trip_ns = 0;  ///< of the newest answered probe; 0 unknown
    uint16_t staged = 0;         ///< packets that wait for the first session
};

/// One device of the dataplane.
struct PortRecord {
    ShortText<15> name;
    ShortText<31> driver;
    bool used = false;  ///< the live generation names it
    Side side = Side::inside;
    bool link_up = false;
    std::array<uint8_t, 6> mac{};
    uint16_t mtu_bytes = 0;
    uint64_t packets_received = 0;
    uint64_t packets_sent = 0;
    uint64_t bytes_received = 0;
    uint64_t bytes_sent = 0;
    uint64_t missed = 0;     ///< by the device, for want of a buffer or of attention
    uint64_t errors = 0;     ///< received broken
    uint64_t not_taken = 0;  ///< frames the device did not take for sending
};

/// One entry of a port's ARP or neighbour discovery table.
struct NeighbourRecord {
    Side side = Side::inside;
    IpAddress address;
    std::array<uint8_t, 6> mac{};
    bool resolved = false;
    uint64_t confirmed_ns = 0;
};

static_assert(std::is_trivially_copyable_v<SessionRecord>);
static_assert(std::is_trivially_copyable_v<PeerRecord>);
static_assert(std::is_trivially_copyable_v<PortRecord>);
static_assert(std::is_trivially_copyable_v<NeighbourRecord>);

}  // namespace egret::api
