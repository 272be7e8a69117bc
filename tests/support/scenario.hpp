// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "packet_builder.hpp"

#include <egret/api/tables.hpp>
#include <egret/crypto/x25519.hpp>

#include <initializer_list>
#include <string_view>

/// The small network most packet tests run on:
///
///     client ---- branch ======= edge ---- service
///     10.42.0.5        |         |         192.0.2.10
///     2001:db8:42::5   |         |         2001:db8:5e::10
///                203.0.113.7   198.51.100.10
///             2001:db8:42::2   2001:db8:e::10
namespace egret::test {

inline constexpr Mac kClientMac{0x02, 0, 0, 0, 0, 0x05};
inline constexpr Mac kGatewayMac{0x02, 0, 0, 0, 0, 0x01};
inline constexpr Mac kBranchMac{0x02, 0, 0, 0, 0x0b, 0x02};
inline constexpr Mac kInternetMac{0x02, 0, 0, 0, 0x0a, 0x01};
inline constexpr Mac kEdgeOutsideMac{0x02, 0, 0, 0, 0x0e, 0x02};
inline constexpr Mac kEdgeInsideMac{0x02, 0, 0, 0, 0x0e, 0x01};
inline constexpr Mac kServiceMac{0x02, 0, 0, 0, 0x0c, 0x01};

/// One address of each family.
struct Dual {
    std::string_view ipv4;
    std::string_view ipv6;

    [[nodiscard]] std::string_view of(api::Family family) const noexcept {
        return family == api::Family::ipv4 ? ipv4 : ipv6;
    }
};

inline constexpr Dual kClient{"10.42.0.5", "2001:db8:42::5"};
inline constexpr Dual kBranchOutside{"203.0.113.7", "2001:db8:42::2"};
inline constexpr Dual kEdgeOutside{"198.51.100.10", "2001:db8:e::10"};
/// What the service sees: the egress address; IPv6 hosts keep their own.
inline constexpr Dual kOrigin{"203.0.113.7", "2001:db8:42::5"};
inline constexpr Dual kPool{"198.51.100.20", "2001:db8:e::20"};

// Destinations, by what the branch's rules say.
inline constexpr Dual kService{"192.0.2.10", "2001:db8:5e::10"};     ///< tunnel; when down, drop
inline constexpr Dual kRelaxed{"192.0.4.10", "2001:db8:5e4::10"};    ///< tunnel; when down, direct
inline constexpr Dual kForbidden{"192.0.3.10", "2001:db8:5e3::10"};  ///< drop
inline constexpr Dual kElsewhere{"192.88.99.1", "2001:db8:77::1"};   ///< no rule: direct

inline constexpr uint16_t kTunnelPort = 51820;
inline constexpr uint16_t kSlot = 0;  ///< of the only peer, at both ends

// Segments: kService's, kRelaxed's.
inline constexpr uint16_t kServiceSegment = 0;
inline constexpr uint16_t kRelaxedSegment = 1;
// Rules.
inline constexpr uint16_t kServiceRule = 0;
inline constexpr uint16_t kRelaxedRule = 1;
inline constexpr uint16_t kForbiddenRule = 2;

/// What both nodes are configured with.
struct Scenario {
    crypto::Suite suite = crypto::Suite::wireguard;
    api::Carry carry = api::Carry::header;
    api::Family outer = api::Family::ipv4;
    api::Present present = api::Present::origin;
    api::Verify verify = api::Verify::registered;
    bool verify_other_family = false;
    bool branch_signaling = true;
    bool edge_signaling = true;
};

[[nodiscard]] api::Tables branch_tables(const Scenario& scenario = {});
[[nodiscard]] api::Tables edge_tables(const Scenario& scenario = {});

/// The static key pairs of the two; the same in every run.
[[nodiscard]] crypto::KeyPair branch_identity();
[[nodiscard]] crypto::KeyPair edge_identity();

// For changes to tables: append, and return where it went.
api::Slice add_prefixes(api::Tables& tables, std::initializer_list<std::string_view> prefixes);
api::Slice add_addresses(api::Tables& tables, std::initializer_list<std::string_view> addresses);
api::Slice add_numbers(api::Tables& tables, std::initializer_list<uint16_t> numbers);

/// Text to address; ends the program if it is none.
[[nodiscard]] api::IpAddress address(std::string_view text);
[[nodiscard]] api::Endpoint endpoint(std::string_view address_text, uint16_t port);

}  // namespace egret::test
