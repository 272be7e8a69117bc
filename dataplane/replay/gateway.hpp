// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <egret/api/address.hpp>
#include <egret/node.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace egret::replay {

/// Finds the LAN's gateway in a capture: the MAC that most distinct non-local destination addresses were sent to
/// (contract section 5). Non-local are addresses that are neither private (RFC 1918, RFC 4193), shared (RFC 6598),
/// link-local, loopback, multicast or broadcast, nor inside the site's own prefixes.
class GatewayFinder {
  public:
    /// `site` are the branch's own networks and egress prefixes: addresses of its hosts.
    explicit GatewayFinder(std::vector<api::Prefix> site);

    void see(std::span<const uint8_t> frame);

    /// The gateway. Error: no frame went anywhere, or two MACs got equally many; asks for --gateway.
    [[nodiscard]] tl::expected<MacAddress, std::string> find() const;

  private:
    /// Addresses counted per MAC, and MACs in all: more do not change who has the most in any real capture, but a made-up
    /// one must not eat the memory.
    static constexpr size_t kMaxAddresses = 4096;
    static constexpr size_t kMaxMacs = 65'536;

    struct AddressHash {
        size_t operator()(const api::IpAddress& address) const noexcept;
    };

    [[nodiscard]] bool is_local(const api::IpAddress& address) const;

    std::vector<api::Prefix> local_;
    std::unordered_map<uint64_t, std::unordered_set<api::IpAddress, AddressHash>> addresses_of_mac_;
};

/// Reads a MAC address as six hexadecimal bytes with colons. Error: what is wrong with the text.
[[nodiscard]] tl::expected<MacAddress, std::string> parse_mac(const std::string& text);

/// Where a frame of a LAN capture is going.
enum class Direction : uint8_t {
    client,  ///< to the gateway, broadcast or multicast
    server,  ///< from the gateway
    local,   ///< between hosts of the LAN
};

/// By the gateways' MACs (contract section 5). Frames too short for an Ethernet header are local.
[[nodiscard]] Direction
direction_of(std::span<const uint8_t> frame, std::span<const MacAddress> gateways) noexcept;

}  // namespace egret::replay
