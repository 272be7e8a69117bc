// SPDX-License-Identifier: Apache-2.0
#include "gateway.hpp"

#include "stages/parse.hpp"
#include "stages/wire.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

namespace egret::replay {
namespace {

constexpr std::array<std::string_view, 15> kNonGlobal{
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/128",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
    "64:ff9b:1::/48",
};

uint64_t number_of(const uint8_t* mac) noexcept {
    return static_cast<uint64_t>(wire::load16(mac)) << 32 | wire::load32(mac + 2);
}

bool is_group_address(const uint8_t* mac) noexcept {
    return (mac[0] & 1) != 0;  // IEEE 802: multicast, and broadcast among it
}

bool is_one_of(const uint8_t* mac, std::span<const MacAddress> macs) noexcept {
    return std::any_of(macs.begin(), macs.end(), [mac](const MacAddress& candidate) {
        return std::memcmp(mac, candidate.data(), candidate.size()) == 0;
    });
}

}  // namespace

size_t GatewayFinder::AddressHash::operator()(const api::IpAddress& address) const noexcept {
    uint64_t halves[2];
    std::memcpy(halves, address.bytes.data(), sizeof(halves));
    return (halves[0] * 0x9e3779b97f4a7c15ULL) ^
           (halves[1] + static_cast<uint64_t>(address.family));
}

GatewayFinder::GatewayFinder(std::vector<api::Prefix> site)
    : local_(std::move(site)) {
    for (const std::string_view text : kNonGlobal) {
        local_.push_back(api::parse_prefix(text).value());
    }
}

bool GatewayFinder::is_local(const api::IpAddress& address) const {
    return std::any_of(local_.begin(), local_.end(), [&](const api::Prefix& p) {
        return contains(p, address);
    });
}

void GatewayFinder::see(std::span<const uint8_t> frame) {
    PacketMeta meta;
    parse_frame(frame, meta);
    if (meta.family == api::Family::none || is_group_address(frame.data())) {
        return;
    }
    const api::IpAddress destination = meta.key.destination_address();
    const uint64_t mac = number_of(frame.data());
    if (is_local(destination) ||
        (addresses_of_mac_.size() >= kMaxMacs && !addresses_of_mac_.contains(mac))) {
        return;
    }
    if (auto& addresses = addresses_of_mac_[mac]; addresses.size() < kMaxAddresses) {
        addresses.insert(destination);
    }
}

tl::expected<MacAddress, std::string> GatewayFinder::find() const {
    size_t most = 0;
    uint64_t best = 0;
    bool tie = false;
    for (const auto& [mac, addresses] : addresses_of_mac_) {
        tie = addresses.size() == most || (tie && addresses.size() < most);
        if (addresses.size() > most) {
            most = addresses.size();
            best = mac;
        }
    }
    if (most == 0) {
        return tl::unexpected<std::string>(
            "no frame goes to a public address: name the gateway with --gateway MAC"
        );
    }
    if (tie) {
        return tl::unexpected<std::string>(
            "two MAC addresses could be the gateway: name the right one with --gateway MAC"
        );
    }
    MacAddress gateway;
    for (size_t i = 0; i < gateway.size(); ++i) {
        gateway[i] = static_cast<uint8_t>(best >> (8 * (gateway.size() - 1 - i)));
    }
    return gateway;
}

tl::expected<MacAddress, std::string> parse_mac(const std::string& text) {
    MacAddress mac;
    int used = 0;
    const int fields = std::sscanf(
        text.c_str(),
        "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n",
        &mac[0],
        &mac[1],
        &mac[2],
        &mac[3],
        &mac[4],
        &mac[5],
        &used
    );
    if (fields != 6 || static_cast<size_t>(used) != text.size()) {
        return tl::unexpected("'" + text + "' is not a MAC address like 00:00:5e:00:53:01");
    }
    return mac;
}

Direction
direction_of(std::span<const uint8_t> frame, std::span<const MacAddress> gateways) noexcept {
    if (frame.size() < wire::kEtherSize) {
        return Direction::local;
    }
    if (is_one_of(frame.data() + 6, gateways)) {
        return Direction::server;
    }
    return is_group_address(frame.data()) || is_one_of(frame.data(), gateways) ? Direction::client
                                                                               : Direction::local;
}

}  // namespace egret::replay
