// SPDX-License-Identifier: Apache-2.0
// Neighbour solicitation and advertisement (RFC 4861 sections 4.3, 4.4, 7.1).
#include "neighbours/neighbour_messages.hpp"
#include "stages/wire.hpp"

#include <algorithm>

namespace egret {
namespace {

constexpr uint8_t kSolicitation = 135;
constexpr uint8_t kAdvertisement = 136;
constexpr uint8_t kSourceMacOption = 1;
constexpr uint8_t kTargetMacOption = 2;
constexpr uint8_t kHopLimit =
    255;  // a router would have taken one off: who sent it is on this link
constexpr uint8_t kSolicited = 0x40;
constexpr uint8_t kOverride = 0x20;
constexpr size_t kTarget = 8;        // offset of the target address
constexpr uint16_t kFixedSize = 24;  // up to and with it
constexpr uint16_t kOptionSize = 8;
constexpr uint16_t kMessageSize = kFixedSize + kOptionSize;

constexpr api::IpAddress kAllNodes{
    api::Family::ipv6,
    {0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};

api::IpAddress ipv6_at(const uint8_t* at) noexcept {
    api::IpAddress address{api::Family::ipv6, {}};
    std::copy_n(at, 16, address.bytes.begin());
    return address;
}

/// ff02::1:ffXX:XXXX (RFC 4291 section 2.7.1).
api::IpAddress solicited_node(const api::IpAddress& address) noexcept {
    api::IpAddress multicast{api::Family::ipv6, {0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff}};
    std::copy_n(address.bytes.begin() + 13, 3, multicast.bytes.begin() + 13);
    return multicast;
}

/// 33:33 and the last four bytes (RFC 2464 section 7).
MacAddress multicast_mac(const api::IpAddress& address) noexcept {
    return {0x33, 0x33, address.bytes[12], address.bytes[13], address.bytes[14], address.bytes[15]};
}

uint64_t pseudo_header_sum(const uint8_t* ip, uint16_t size) noexcept {
    return wire::sum_words(ip + wire::kIpv6Source, 32) + size + wire::kIcmpv6;
}

/// What the options behind the fixed part say.
struct Options {
    bool whole = true;  ///< their lengths hold together
    bool has_mac = false;
    MacAddress mac{};  ///< with `has_mac`
};

/// Reads the option of type `wanted`; skips others, which may be new ones.
Options read_options(std::span<const uint8_t> bytes, uint8_t wanted) noexcept {
    Options options;
    while (!bytes.empty()) {
        const size_t size = bytes.size() < kOptionSize ? 0 : size_t{bytes[1]} * kOptionSize;
        if (size == 0 || size > bytes.size()) {
            options.whole = false;
            return options;
        }
        if (bytes[0] == wanted) {
            options.has_mac = true;
            std::copy_n(bytes.begin() + 2, wire::kMacSize, options.mac.begin());
        }
        bytes = bytes.subspan(size);
    }
    return options;
}

/// What RFC 4861 sections 7.1.1 and 7.1.2 ask of both messages.
bool is_valid(const uint8_t* ip, const uint8_t* icmp, uint16_t size) noexcept {
    const uint64_t sum = pseudo_header_sum(ip, size) + wire::sum_words(icmp, size);
    const bool multicast_target = icmp[kTarget] == 0xff;
    return ip[7] == kHopLimit && icmp[1] == 0 && wire::fold(sum) == 0xffff && !multicast_target;
}

/// What they ask of a solicitation: a probe comes without a MAC address and goes to those who may have the address. One with
/// an address must come from it.
bool is_valid_solicitation(
    const NeighbourMessage& message,
    const api::IpAddress& destination,
    const Options& options,
    const MacAddress& source
) noexcept {
    if (!message.sender.present()) {
        return !options.has_mac && destination == solicited_node(message.target);
    }
    return !options.has_mac || options.mac == source;
}

}  // namespace

MessageRead
read_neighbour_discovery(std::span<const uint8_t> frame, NeighbourMessage& message) noexcept {
    constexpr size_t kIcmp = wire::kEtherSize + wire::kIpv6Size;
    if (frame.size() <= kIcmp || wire::load16(frame.data() + 12) != wire::kEtherIpv6 ||
        frame[wire::kEtherSize + 6] != wire::kIcmpv6 ||
        (frame[kIcmp] != kSolicitation && frame[kIcmp] != kAdvertisement)) {
        return MessageRead::not_one;
    }
    const uint8_t* ip = frame.data() + wire::kEtherSize;
    const uint8_t* icmp = frame.data() + kIcmp;
    const uint16_t size = wire::load16(ip + 4);
    if (size < kFixedSize || size > frame.size() - kIcmp) {
        return MessageRead::refused;
    }
    message.asks = icmp[0] == kSolicitation;
    message.target = ipv6_at(icmp + kTarget);
    const api::IpAddress source = ipv6_at(ip + wire::kIpv6Source);
    const api::IpAddress destination = ipv6_at(ip + wire::kIpv6Destination);
    const bool is_probe = source.bytes == std::array<uint8_t, 16>{};
    // An advertisement is about its target, whoever sent it.
    message.sender = !message.asks ? message.target : is_probe ? api::IpAddress{} : source;
    MacAddress source_mac;
    std::copy_n(frame.begin() + wire::kMacSize, wire::kMacSize, source_mac.begin());
    const uint8_t wanted = message.asks ? kSourceMacOption : kTargetMacOption;
    const Options options = read_options({icmp + kFixedSize, icmp + size}, wanted);
    // Without an option the frame itself says it; a solicited answer may come so (RFC 4861 section 4.4).
    message.sender_mac = options.has_mac ? options.mac : source_mac;
    const bool solicited_by_all = destination.bytes[0] == 0xff && (icmp[4] & kSolicited) != 0;
    const bool valid = message.asks
                           ? is_valid_solicitation(message, destination, options, source_mac)
                           : !solicited_by_all;
    const bool unicast = (message.sender_mac[0] & 1) == 0;
    return is_valid(ip, icmp, size) && options.whole && valid && unicast ? MessageRead::readable
                                                                         : MessageRead::refused;
}

bool write_neighbour_discovery(rte_mbuf* packet, const NeighbourFrame& frame, bool asks) noexcept {
    char* room = rte_pktmbuf_append(packet, wire::kEtherSize + wire::kIpv6Size + kMessageSize);
    if (room == nullptr) {
        return false;
    }
    const bool to_all = frame.to_mac == MacAddress{};
    const api::IpAddress to = !to_all && frame.other.present() ? frame.other
                              : asks                           ? solicited_node(frame.other)
                                                               : kAllNodes;
    const MacAddress to_mac = to_all ? multicast_mac(to) : frame.to_mac;
    auto* ethernet = reinterpret_cast<uint8_t*>(room);
    wire::copy_mac(ethernet, to_mac.data());
    wire::copy_mac(ethernet + wire::kMacSize, frame.own_mac.data());
    wire::store16(ethernet + 12, wire::kEtherIpv6);
    uint8_t* ip = ethernet + wire::kEtherSize;
    wire::store32(ip, 6U << 28);
    wire::store16(ip + 4, kMessageSize);
    ip[6] = wire::kIcmpv6;
    ip[7] = kHopLimit;
    std::copy(frame.own.bytes.begin(), frame.own.bytes.end(), ip + wire::kIpv6Source);
    std::copy(to.bytes.begin(), to.bytes.end(), ip + wire::kIpv6Destination);
    uint8_t* icmp = ip + wire::kIpv6Size;
    std::fill_n(icmp, kMessageSize, uint8_t{0});
    icmp[0] = asks ? kSolicitation : kAdvertisement;
    if (!asks) {
        icmp[4] = to_all ? kOverride : kSolicited | kOverride;
    }
    const api::IpAddress& target = asks ? frame.other : frame.own;
    std::copy(target.bytes.begin(), target.bytes.end(), icmp + kTarget);
    icmp[kFixedSize] = asks ? kSourceMacOption : kTargetMacOption;
    icmp[kFixedSize + 1] = 1;
    wire::copy_mac(icmp + kFixedSize + 2, frame.own_mac.data());
    const uint64_t sum = pseudo_header_sum(ip, kMessageSize) + wire::sum_words(icmp, kMessageSize);
    wire::store16(icmp + wire::kIcmpChecksum, static_cast<uint16_t>(~wire::fold(sum)));
    return true;
}

api::IpAddress link_local_of(const MacAddress& mac) noexcept {
    return {
        api::Family::ipv6,
        {0xfe,
         0x80,
         0,
         0,
         0,
         0,
         0,
         0,
         static_cast<uint8_t>(mac[0] ^ 2),
         mac[1],
         mac[2],
         0xff,
         0xfe,
         mac[3],
         mac[4],
         mac[5]}};
}

}  // namespace egret
