// SPDX-License-Identifier: Apache-2.0
#include "packets.hpp"

#include <egret/crypto/cookie.hpp>
#include <egret/crypto/limits.hpp>

#include <CppUTest/TestHarness.h>

namespace egret::test {
namespace {

PacketBuilder
ip_header(PacketBuilder builder, api::Family family, const Dual& source, const Dual& destination) {
    return family == api::Family::ipv4 ? builder.ipv4(source.ipv4, destination.ipv4)
                                       : builder.ipv6(source.ipv6, destination.ipv6);
}

PacketBuilder transport(
    PacketBuilder builder,
    const FlowPacket& packet,
    uint16_t source_port,
    uint16_t destination_port
) {
    packet.protocol == kTcpProtocol ? builder.tcp(source_port, destination_port, packet.tcp)
                                    : builder.udp(source_port, destination_port);
    return builder.payload(packet.payload);
}

Bytes from_client(const PacketBuilder& front, const FlowPacket& packet) {
    const PacketBuilder ip = ip_header(front, packet.family, kClient, packet.server);
    return transport(ip, packet, packet.client_port, packet.server_port).bytes();
}

Bytes to_client(
    const PacketBuilder& front,
    const FlowPacket& packet,
    const Dual& presented,
    uint16_t port
) {
    const PacketBuilder ip = ip_header(front, packet.family, packet.server, presented);
    return transport(ip, packet, packet.server_port, port).bytes();
}

Dissection checked(const std::optional<Dissection>& found) {
    CHECK_TRUE(found.has_value());
    CHECK_TRUE(found->ip_checksum_right);
    CHECK_TRUE(found->transport_checksum_right);
    return *found;
}

}  // namespace

Bytes client_frame(const FlowPacket& packet) {
    return from_client(PacketBuilder().ethernet(kClientMac, kGatewayMac), packet);
}

Bytes client_packet(const FlowPacket& packet) {
    return from_client(PacketBuilder(), packet);
}

Bytes service_frame(const FlowPacket& packet, Dual presented, uint16_t presented_port) {
    return to_client(
        PacketBuilder().ethernet(kServiceMac, kEdgeInsideMac),
        packet,
        presented,
        presented_port != 0 ? presented_port : packet.client_port
    );
}

Bytes service_packet(const FlowPacket& packet, Dual presented) {
    return to_client(PacketBuilder(), packet, presented, packet.client_port);
}

Bytes with_claim(std::string_view origin, const Bytes& packet) {
    const Bytes claim = origin.empty() ? Bytes() : address_bytes(origin);
    const uint8_t family = claim.empty() ? 0 : claim.size() == 4 ? 4 : 6;
    return joined(joined({0xe1, 0, family, 0, 0, 0, 0, 0}, claim), packet);
}

Bytes handshake_message(uint8_t type, const crypto::PublicKey& receiver) {
    Bytes bytes(
        type == crypto::kMessageInitiation ? crypto::kInitiationSize
        : type == crypto::kMessageResponse ? crypto::kResponseSize
                                           : crypto::kCookieReplySize
    );
    bytes[0] = type;
    if (type != crypto::kMessageCookieReply) {
        crypto::Mac1Key(receiver).write({reinterpret_cast<std::byte*>(bytes.data()), bytes.size()});
    }
    return bytes;
}

Bytes handshake_frame(const Bytes& datagram, std::string_view source) {
    PacketBuilder builder;
    builder.ethernet(kInternetMac, kEdgeOutsideMac);
    source.find(':') == std::string_view::npos ? builder.ipv4(source, kEdgeOutside.ipv4)
                                               : builder.ipv6(source, kEdgeOutside.ipv6);
    return builder.udp(1234, kTunnelPort).payload(datagram).bytes();
}

Dissection read_frame(const Bytes& frame) {
    return checked(dissect(frame));
}

Dissection read_packet(const Bytes& packet) {
    return checked(dissect_ip(packet));
}

const Bytes& only(const std::vector<Bytes>& frames) {
    UNSIGNED_LONGS_EQUAL(1, frames.size());
    return frames.front();
}

}  // namespace egret::test
