// SPDX-License-Identifier: Apache-2.0
#include "virtual_wire.hpp"

#include "stages/parse.hpp"
#include "stages/translate.hpp"
#include "stages/wire.hpp"
#include "translator.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace egret::replay {
namespace {

/// Addresses a branch's router has to translate: private (RFC 1918, RFC 4193) and shared (RFC 6598).
bool needs_translation(const api::IpAddress& address) {
    constexpr std::array<std::string_view, 5> kPrefixes{
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "fc00::/7",
    };
    return std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](std::string_view prefix) {
        return contains(api::parse_prefix(prefix).value(), address);
    });
}

}  // namespace

VirtualWire::VirtualWire(const Ends& ends)
    : ends_(ends) {
    const auto make = [](const api::IpAddress& own, const api::IpAddress& egress) {
        const bool translate = own.present() && egress.present() && needs_translation(own);
        return Translation{own, translate ? egress : own};
    };
    ipv4_ = make(ends.branch_ipv4, ends.egress_ipv4);
    ipv6_ = make(ends.branch_ipv6, ends.egress_ipv6);
}

const VirtualWire::Translation& VirtualWire::translation(api::Family family) const noexcept {
    return family == api::Family::ipv4 ? ipv4_ : ipv6_;
}

bool VirtualWire::goes_to_edge(std::span<const uint8_t> frame) const {
    PacketMeta meta;
    parse_frame(frame, meta);
    const api::IpAddress& edge =
        meta.family == api::Family::ipv4 ? ends_.edge_ipv4 : ends_.edge_ipv6;
    return meta.kind == PacketKind::transport && meta.protocol == wire::kUdp &&
           meta.key.destination_address() == edge && meta.key.destination_port == ends_.edge_port;
}

void VirtualWire::carry_to_edge(std::span<uint8_t> frame) const {
    PacketMeta meta;
    parse_frame(frame, meta);
    const Translation& router = translation(meta.family);
    if (meta.key.source_address() == router.own) {
        translate_forward(
            frame,
            meta,
            translator({router.own, meta.key.source_port}, {router.egress, meta.key.source_port})
        );
    }
}

bool VirtualWire::carry_to_branch(std::span<uint8_t> frame) const {
    PacketMeta meta;
    parse_frame(frame, meta);
    const Translation& router = translation(meta.family);
    if (meta.kind != PacketKind::transport || meta.protocol != wire::kUdp ||
        !router.own.present() || meta.key.destination_address() != router.egress) {
        return false;
    }
    translate_reverse(
        frame,
        meta,
        translator(
            {router.own, meta.key.destination_port},
            {router.egress, meta.key.destination_port}
        )
    );
    return true;
}

}  // namespace egret::replay
