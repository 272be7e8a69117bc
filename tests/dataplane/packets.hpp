// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dissect.hpp"
#include "node_harness.hpp"
#include "packet_builder.hpp"
#include "scenario.hpp"

#include <egret/api/address.hpp>

#include <vector>

/// The packets most tests send, and how they look at what comes out.
namespace egret::test {

inline constexpr uint16_t kClientPort = 40000;
inline constexpr uint16_t kServicePort = 443;

/// Which packet of a flow between the client and `server`.
struct FlowPacket {
    Dual server = kService;
    api::Family family = api::Family::ipv4;
    uint8_t protocol = kTcpProtocol;
    uint16_t client_port = kClientPort;
    uint16_t server_port = kServicePort;
    TcpFields tcp = {};
    size_t payload = 32;
};

/// From the client to the server, as a frame on the LAN.
[[nodiscard]] Bytes client_frame(const FlowPacket& packet = {});

/// From the server to the address and port it sees, as a frame in the service's network.
[[nodiscard]] Bytes
service_frame(const FlowPacket& packet = {}, Dual presented = kOrigin, uint16_t presented_port = 0);

/// The IP packet of a client without a frame.
[[nodiscard]] Bytes client_packet(const FlowPacket& packet = {});

/// The same as it leaves a tunnel at a branch, with header carry.
[[nodiscard]] Bytes service_packet(const FlowPacket& packet = {}, Dual presented = kClient);

/// An Egret header (contract section 1.2) in front of `packet`; `origin` may be empty: no claim.
[[nodiscard]] Bytes with_claim(std::string_view origin, const Bytes& packet);

/// A handshake datagram of `type` 1 to 3 in which only mac1 is right: nobody reads more before control.
[[nodiscard]] Bytes handshake_message(uint8_t type, const crypto::PublicKey& receiver);

/// The same as an outside frame from `source` to the edge, made for the edge's key.
[[nodiscard]] Bytes
handshake_frame(const Bytes& datagram, std::string_view source = kBranchOutside.ipv4);

/// What a frame says; the test fails if it is no IP frame or one of its checksums is wrong.
[[nodiscard]] Dissection read_frame(const Bytes& frame);
[[nodiscard]] Dissection read_packet(const Bytes& packet);

/// The only element; the test fails if there are more or none.
[[nodiscard]] const Bytes& only(const std::vector<Bytes>& frames);

/// Both IP families, for tests that hold for both.
inline constexpr api::Family kFamilies[] = {api::Family::ipv4, api::Family::ipv6};

}  // namespace egret::test
