// SPDX-License-Identifier: Apache-2.0
#include "neighbour_frames.hpp"

#include "dissect.hpp"
#include "packets.hpp"

#include <algorithm>

#include <CppUTest/TestHarness.h>

namespace egret::test {
namespace {

constexpr uint8_t kSolicitation = 135;
constexpr uint8_t kAdvertisement = 136;

bool is_ipv6(std::string_view address) {
    return address.find(':') != std::string_view::npos;
}

void append(Bytes& bytes, const Bytes& more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
}

void append(Bytes& bytes, const Mac& mac) {
    bytes.insert(bytes.end(), mac.begin(), mac.end());
}

Mac mac_at(const Bytes& bytes, size_t at) {
    Mac mac;
    std::copy_n(bytes.begin() + static_cast<ptrdiff_t>(at), mac.size(), mac.begin());
    return mac;
}

std::string address_at(const Bytes& bytes, size_t at, api::Family family) {
    api::IpAddress address{family, {}};
    const size_t size = address.size_bytes();
    std::copy_n(bytes.begin() + static_cast<ptrdiff_t>(at), size, address.bytes.begin());
    return to_text(address);
}

bool is_set(const Mac& mac) {
    return mac != Mac{};
}

/// RFC 826.
Bytes arp(const NeighbourFrame& frame, bool asks) {
    Bytes bytes;
    append(bytes, is_set(frame.to_mac) ? frame.to_mac : kBroadcastMac);
    append(bytes, is_set(frame.from_mac) ? frame.from_mac : frame.sender_mac);
    append(bytes, Bytes{0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, static_cast<uint8_t>(asks ? 1 : 2)});
    append(bytes, frame.sender_mac);
    append(bytes, address_bytes(frame.sender.empty() ? "0.0.0.0" : frame.sender));
    append(bytes, asks ? Mac{} : frame.to_mac);
    append(bytes, address_bytes(asks ? frame.target : frame.to));
    bytes.resize(60);  // as short as Ethernet frames are
    return bytes;
}

/// RFC 4861 sections 4.3 and 4.4.
Bytes neighbour_discovery(const NeighbourFrame& frame, bool asks) {
    const std::string everybody = asks ? solicited_node(frame.target) : "ff02::1";
    const bool to_all = !is_set(frame.to_mac);
    const std::string to = to_all ? everybody : std::string(asks ? frame.target : frame.to);
    PacketBuilder builder;
    builder.ethernet(
        is_set(frame.from_mac) ? frame.from_mac : frame.sender_mac,
        to_all ? multicast_mac(to) : frame.to_mac
    );
    builder.ipv6(frame.sender.empty() ? "::" : frame.sender, to, {.hop_limit = frame.hop_limit});
    builder.icmp(
        asks ? kSolicitation : kAdvertisement,
        0,
        asks     ? 0
        : to_all ? 0x20000000
                 : 0x60000000
    );
    Bytes body = address_bytes(asks ? frame.target : frame.sender);
    if (frame.with_option && !(asks && frame.sender.empty())) {
        append(body, Bytes{static_cast<uint8_t>(asks ? 1 : 2), 1});
        append(body, frame.sender_mac);
    }
    return builder.payload(body).bytes();
}

Heard hear_arp(const Bytes& frame) {
    const Bytes front{0, 1, 0x08, 0, 6, 4, 0};
    CHECK_TRUE(std::equal(front.begin(), front.end(), frame.begin() + 14));
    Heard heard;
    heard.asks = frame.at(21) == 1;
    CHECK_TRUE(heard.asks || frame.at(21) == 2);
    heard.sender_mac = mac_at(frame, 22);
    heard.sender = address_at(frame, 28, api::Family::ipv4);
    heard.target = heard.to = address_at(frame, 38, api::Family::ipv4);
    return heard;
}

Heard hear_neighbour_discovery(const Dissection& found) {
    CHECK_TRUE(found.transport_checksum_right);
    UNSIGNED_LONGS_EQUAL(255, found.ttl);
    UNSIGNED_LONGS_EQUAL(0, found.icmp_code);
    Heard heard;
    heard.asks = found.icmp_type == kSolicitation;
    heard.target = address_at(found.payload, 0, api::Family::ipv6);
    heard.sender = heard.asks ? found.source : heard.target;
    heard.to = found.destination;
    UNSIGNED_LONGS_EQUAL(24, found.payload.size());
    UNSIGNED_LONGS_EQUAL(heard.asks ? 1 : 2, found.payload.at(16));
    UNSIGNED_LONGS_EQUAL(1, found.payload.at(17));
    heard.sender_mac = mac_at(found.payload, 18);
    return heard;
}

}  // namespace

Bytes question(const NeighbourFrame& frame) {
    return is_ipv6(frame.target) ? neighbour_discovery(frame, true) : arp(frame, true);
}

Bytes answer(const NeighbourFrame& frame) {
    return is_ipv6(frame.sender) ? neighbour_discovery(frame, false) : arp(frame, false);
}

std::optional<Heard> hear(const Bytes& frame) {
    const auto found = dissect(frame);
    Heard heard;
    if (load16(frame, 12) == 0x0806) {
        heard = hear_arp(frame);
    } else if (found && (found->icmp_type == kSolicitation || found->icmp_type == kAdvertisement)) {
        heard = hear_neighbour_discovery(*found);
        heard.flags = frame.at(found->l4 + 4);
    } else {
        return std::nullopt;
    }
    heard.to_mac = mac_at(frame, 0);
    heard.from_mac = mac_at(frame, 6);
    return heard;
}

std::string solicited_node(std::string_view address) {
    Bytes bytes = address_bytes("ff02::1:ff00:0");
    const Bytes of = address_bytes(address);
    std::copy(of.end() - 3, of.end(), bytes.end() - 3);
    return address_at(bytes, 0, api::Family::ipv6);
}

Mac multicast_mac(std::string_view address) {
    const Bytes bytes = address_bytes(address);
    return {0x33, 0x33, bytes[12], bytes[13], bytes[14], bytes[15]};
}

}  // namespace egret::test
