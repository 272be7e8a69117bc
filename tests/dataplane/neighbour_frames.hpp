// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet_builder.hpp"

#include <egret/api/address.hpp>

#include <optional>
#include <string>
#include <string_view>

/// ARP and neighbour discovery as other hosts write and read them; by the family of the addresses.
namespace egret::test {

inline constexpr Mac kBroadcastMac{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

/// A question or answer as it stands on the wire.
struct NeighbourFrame {
    std::string_view sender = "";  ///< empty in a question: a probe, from 0.0.0.0 or ::
    Mac sender_mac = {};
    std::string_view target = "";  ///< of a question
    Mac to_mac = {};    ///< Ethernet destination; by default everybody who may have the address
    Mac from_mac = {};  ///< Ethernet source; by default `sender_mac`
    std::string_view to = "";  ///< of an answer: who asked
    uint8_t hop_limit = 255;
    bool with_option = true;  ///< IPv6: the MAC address is in an option
};

[[nodiscard]] Bytes question(const NeighbourFrame& frame);
[[nodiscard]] Bytes answer(const NeighbourFrame& frame);

/// What a frame of either kind says.
struct Heard {
    bool asks = false;
    std::string sender;
    std::string target;
    Mac sender_mac{};
    Mac to_mac{};
    Mac from_mac{};
    std::string to;     ///< IP destination, or ARP's target
    uint8_t flags = 0;  ///< of an advertisement
};

/// Nothing if it is neither ARP nor neighbour discovery; the test fails on one that is not well made.
[[nodiscard]] std::optional<Heard> hear(const Bytes& frame);

/// The IPv6 multicast addresses an address listens on (RFC 4291 section 2.7.1, RFC 2464 section 7).
[[nodiscard]] std::string solicited_node(std::string_view address);
[[nodiscard]] Mac multicast_mac(std::string_view address);

}  // namespace egret::test
