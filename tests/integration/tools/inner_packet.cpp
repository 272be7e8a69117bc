// SPDX-License-Identifier: Apache-2.0
#include "inner_packet.hpp"

#include <algorithm>
#include <array>

namespace egret::test {

namespace {

constexpr size_t kIpv4Size = 20;
constexpr size_t kUdpSize = 8;
constexpr size_t kNumberedAt = kIpv4Size + kUdpSize;

uint8_t byte_at(std::span<const std::byte> bytes, size_t offset) {
    return std::to_integer<uint8_t>(bytes[offset]);
}

/// The IPv4 UDP packet at the beginning of `bytes`, without padding behind it; empty if it is none.
std::span<std::byte> udp_packet(std::span<std::byte> bytes) {
    if (bytes.size() < kNumberedAt || byte_at(bytes, 0) != 0x45 ||
        byte_at(bytes, 9) != kUdpProtocol) {
        return {};
    }
    const size_t size = size_t{byte_at(bytes, 2)} << 8 | byte_at(bytes, 3);
    return size >= kNumberedAt && size <= bytes.size() ? bytes.first(size) : std::span<std::byte>{};
}

/// Size of the Egret header in front; 0 if there is none. Byte 2 names the origin's family.
size_t claim_size(std::span<const std::byte> payload) {
    constexpr size_t kFixed = 8;
    if (payload.size() < kFixed || byte_at(payload, 0) != 0xE1) {
        return 0;
    }
    const uint8_t family = byte_at(payload, 2);
    return kFixed + (family == 4 ? 4U : family == 6 ? 16U : 0U);
}

}  // namespace

Bytes make_inner_packet(
    const api::IpAddress& origin,
    const api::Endpoint& source,
    const api::Endpoint& destination,
    size_t size_bytes
) {
    Bytes header;
    if (origin.present()) {
        const auto family = static_cast<uint8_t>(origin.family);
        header = {0xE1, 0, family, 0, 0, 0, 0, 0};
        header.insert(
            header.end(),
            origin.bytes.begin(),
            origin.bytes.begin() + static_cast<std::ptrdiff_t>(origin.size_bytes())
        );
    }
    const size_t payload = std::max(size_bytes, kNumberedAt + sizeof(Numbered)) - kNumberedAt;
    const Bytes packet = PacketBuilder()
                             .ipv4(api::to_text(source.address), api::to_text(destination.address))
                             .udp(source.port, destination.port)
                             .without_checksum()
                             .payload(payload)
                             .bytes();
    return joined(header, packet);
}

void number_inner_packet(Bytes& payload, const Numbered& numbered) {
    const auto bytes = std::as_writable_bytes(std::span(payload));
    write_numbered(numbered, bytes.subspan(claim_size(bytes) + kNumberedAt));
}

std::optional<Numbered> read_inner_packet(std::span<const std::byte> payload) {
    // Only read, never written.
    const std::span<std::byte> bytes(const_cast<std::byte*>(payload.data()), payload.size());
    const std::span<std::byte> packet = udp_packet(bytes);
    return packet.empty() ? std::nullopt : read_numbered(packet.subspan(kNumberedAt));
}

std::span<std::byte> turn_around(std::span<std::byte> payload) {
    const std::span<std::byte> packet = udp_packet(payload.subspan(claim_size(payload)));
    if (packet.empty()) {
        return packet;
    }
    // Sums over what is swapped stay as they are, so do the checksums.
    constexpr size_t kSource = 12;
    constexpr size_t kAddress = 4;
    std::swap_ranges(
        packet.begin() + kSource,
        packet.begin() + kSource + kAddress,
        packet.begin() + kSource + kAddress
    );
    std::swap_ranges(
        packet.begin() + kIpv4Size,
        packet.begin() + kIpv4Size + 2,
        packet.begin() + kIpv4Size + 2
    );
    return packet;
}

}  // namespace egret::test
