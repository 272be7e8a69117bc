// SPDX-License-Identifier: Apache-2.0
// ARP for IPv4 over Ethernet (RFC 826), with probes (RFC 5227).
#include "neighbours/neighbour_messages.hpp"
#include "stages/wire.hpp"

#include <algorithm>

namespace egret {
namespace {

constexpr uint16_t kSize = 28;
constexpr uint16_t kRequest = 1;
constexpr uint16_t kReply = 2;
constexpr MacAddress kBroadcast{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

// Offsets behind the Ethernet header.
constexpr size_t kOperation = 6;
constexpr size_t kSenderMac = 8;
constexpr size_t kSenderIp = 14;
constexpr size_t kTargetMac = 18;
constexpr size_t kTargetIp = 24;

api::IpAddress ipv4_at(const uint8_t* at) noexcept {
    api::IpAddress address{api::Family::ipv4, {}};
    std::copy_n(at, 4, address.bytes.begin());
    return address;
}

/// Ethernet and IPv4, with lengths that fit.
bool is_ethernet_ipv4(const uint8_t* arp) noexcept {
    return wire::load16(arp) == 1 && wire::load16(arp + 2) == wire::kEtherIpv4 &&
           arp[4] == wire::kMacSize && arp[5] == 4;
}

}  // namespace

MessageRead read_arp(std::span<const uint8_t> frame, NeighbourMessage& message) noexcept {
    if (frame.size() < wire::kEtherSize || wire::load16(frame.data() + 12) != wire::kEtherArp) {
        return MessageRead::not_one;
    }
    const uint8_t* arp = frame.data() + wire::kEtherSize;
    if (frame.size() < size_t{wire::kEtherSize} + kSize || !is_ethernet_ipv4(arp)) {
        return MessageRead::refused;
    }
    const uint16_t operation = wire::load16(arp + kOperation);
    message.asks = operation == kRequest;
    message.target = ipv4_at(arp + kTargetIp);
    std::copy_n(arp + kSenderMac, wire::kMacSize, message.sender_mac.begin());
    const api::IpAddress sender = ipv4_at(arp + kSenderIp);
    const bool is_probe = sender.bytes == std::array<uint8_t, 16>{};
    message.sender = is_probe ? api::IpAddress{} : sender;
    const bool by_itself = std::equal(
        message.sender_mac.begin(),
        message.sender_mac.end(),
        frame.data() + wire::kMacSize
    );
    const bool known = operation == kRequest || operation == kReply;
    const bool unicast = (message.sender_mac[0] & 1) == 0;
    return known && unicast && (by_itself || !message.asks) ? MessageRead::readable
                                                            : MessageRead::refused;
}

bool write_arp(rte_mbuf* packet, const NeighbourFrame& frame, bool asks) noexcept {
    char* room = rte_pktmbuf_append(packet, wire::kEtherSize + kSize);
    if (room == nullptr) {
        return false;
    }
    auto* ethernet = reinterpret_cast<uint8_t*>(room);
    const MacAddress& to = frame.to_mac == MacAddress{} ? kBroadcast : frame.to_mac;
    wire::copy_mac(ethernet, to.data());
    wire::copy_mac(ethernet + wire::kMacSize, frame.own_mac.data());
    wire::store16(ethernet + 12, wire::kEtherArp);
    uint8_t* arp = ethernet + wire::kEtherSize;
    wire::store16(arp, 1);
    wire::store16(arp + 2, wire::kEtherIpv4);
    arp[4] = wire::kMacSize;
    arp[5] = 4;
    wire::store16(arp + kOperation, asks ? kRequest : kReply);
    wire::copy_mac(arp + kSenderMac, frame.own_mac.data());
    std::copy_n(frame.own.bytes.begin(), 4, arp + kSenderIp);
    wire::copy_mac(arp + kTargetMac, frame.to_mac.data());
    std::copy_n(frame.other.bytes.begin(), 4, arp + kTargetIp);
    return true;
}

}  // namespace egret
