// SPDX-License-Identifier: Apache-2.0
#include "control/config/key_examples.hpp"

#include <algorithm>
#include <array>

namespace egret::control {
namespace {

// In the order of the schema; addresses and names are contract section 2's.
// clang-format off
constexpr std::array kExamples{
    KeyExample{"schema", R"(1)", "version"},
    KeyExample{"node.name", R"("branch-042")"},
    KeyExample{"node.role", R"("branch")"},
    KeyExample{"node.generation", R"(17)", "pushes"},
    KeyExample{"node.site", R"("contoso-lyon")"},
    KeyExample{"node.tenant", R"("contoso.example")"},
    KeyExample{"node.bridge", R"(true)"},
    KeyExample{"identity.private_key", R"("file:node.key")"},
    KeyExample{"identity.previous_private_key", R"("file:node.key.old")"},
    KeyExample{"identity.disposable", R"(false)"},
    KeyExample{"port.name", R"("wan0")"},
    KeyExample{"port.side", R"("outside")"},
    KeyExample{"port.addresses", R"(["10.42.0.2/24", "2001:db8:42::2/64"])"},
    KeyExample{"port.gateways", R"(["10.42.0.1", "2001:db8:42::1"])"},
    KeyExample{"port.mtu", R"(1500)", "bytes"},
    KeyExample{"port.uplink", R"("default")"},
    KeyExample{"egress.detect", R"(["static"])"},
    KeyExample{"egress.addresses", R"(["203.0.113.7", "2001:db8:42::/48"])"},
    KeyExample{"egress.stun_servers", R"(["192.0.2.10:3478"])"},
    KeyExample{"egress.agree", R"(1)", "witnesses"},
    KeyExample{"egress.hold", R"("10s")"},
    KeyExample{"tunnel.listen_port", R"(51820)", "UDP port"},
    KeyExample{"tunnel.carry", R"("header")"},
    KeyExample{"tunnel.mtu", R"(1428)", "bytes"},
    KeyExample{"tunnel.block_quic", R"(false)"},
    KeyExample{"peer.name", R"("edge-par1")"},
    KeyExample{"peer.group", R"("paris")"},
    KeyExample{"peer.site", R"("contoso-lyon")"},
    KeyExample{"peer.tenant", R"("contoso.example")"},
    KeyExample{"peer.priority", R"(10)", "rank"},
    KeyExample{"peer.public_key", R"("y8U17A33eOEnLDxX48Yn7vAWIt9gqV/3vpTOhBcRzG0=")"},
    KeyExample{"peer.next_public_key", R"("R0U3P/FxazGr2FLMBrb80hLnYO19v0UQRIIsbfPttSs=")"},
    KeyExample{"peer.preshared_key", R"("file:edge-par1.psk")"},
    KeyExample{"peer.previous_preshared_key", R"("file:edge-par1.psk.old")"},
    KeyExample{"peer.endpoint", R"("198.51.100.10:51820")"},
    KeyExample{"peer.suite", R"("wireguard")"},
    KeyExample{"peer.carry", R"("header")"},
    KeyExample{"peer.keepalive", R"("25s")"},
    KeyExample{"peer.probe", R"("200ms")"},
    KeyExample{"peer.origins", R"(["203.0.113.7/32", "2001:db8:42::/48"])"},
    KeyExample{"peer.verify", R"("registered")"},
    KeyExample{"peer.verify_other_family", R"("refuse")"},
    KeyExample{"peer.segments", R"(["entra"])"},
    KeyExample{"failover.hold", R"("3s")"},
    KeyExample{"failover.revert_after", R"("60s")"},
    KeyExample{"list.name", R"("entra-sign-in")"},
    KeyExample{"list.format", R"("m365")"},
    KeyExample{"list.source", R"("file:lists/m365.json")"},
    KeyExample{"list.select", R"({ ids = [56, 59] })"},
    KeyExample{"list.minus", R"(["google-cloud"])"},
    KeyExample{"list.outbound", R"(false)"},
    KeyExample{"list.refresh", R"("24h")"},
    KeyExample{"list.keep_removed", R"("168h")"},
    KeyExample{"list.new_entries", R"("hold")"},
    KeyExample{"list.max_shrink", R"(0.3)", "part of 1"},
    KeyExample{"list.max_bytes", R"(33554432)", "bytes"},
    KeyExample{"list.signed_by", R"("RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3")"},
    KeyExample{"list.proxy", R"("http://192.0.2.8:3128")"},
    KeyExample{"list.ca", R"("file:contoso-ca.pem")"},
    KeyExample{"list.prefixes", R"(["192.0.2.0/24"])"},
    KeyExample{"list.domains", R"(["login.contoso.example", "*.sso.contoso.example"])"},
    KeyExample{"list.select.ids", R"([56, 59])", "endpoint set"},
    KeyExample{"list.select.service_areas", R"(["Common"])"},
    KeyExample{"list.select.categories", R"(["Allow"])"},
    KeyExample{"list.select.required", R"(true)"},
    KeyExample{"list.select.tags", R"(["AzureActiveDirectory"])"},
    KeyExample{"list.select.cells", R"(["emea_cell_1"])"},
    KeyExample{"list.select.services", R"(["ROUTE53_RESOLVER"])"},
    KeyExample{"list.select.regions", R"(["eu-west-1"])"},
    KeyExample{"segment.name", R"("entra")"},
    KeyExample{"segment.lists", R"(["entra-sign-in", "own-idp"])"},
    KeyExample{"segment.tcp_ports", R"(["80", "443"])", "TCP port"},
    KeyExample{"segment.udp_ports", R"(["443"])", "UDP port"},
    KeyExample{"segment.ambiguous", R"("direct")"},
    KeyExample{"segment.on_late_name", R"("pass")"},
    KeyExample{"segment.scope", R"("auth+cae")"},
    KeyExample{"segment.signaling", R"(true)"},
    KeyExample{"segment.present", R"("anchor")"},
    KeyExample{"rule.name", R"("sign-ins")"},
    KeyExample{"rule.segments", R"(["entra"])"},
    KeyExample{"rule.from", R"(["10.42.0.0/16"])"},
    KeyExample{"rule.vlans", R"([7])", "VLAN id"},
    KeyExample{"rule.dscp", R"([46])", "code point"},
    KeyExample{"rule.hours", R"(["Mon-Fri 08:00-18:00", "Sat 22:00-02:00"])"},
    KeyExample{"rule.action", R"("tunnel")"},
    KeyExample{"rule.via", R"("paris")"},
    KeyExample{"rule.when_down", R"("drop")"},
    KeyExample{"rule.family", R"("ipv4")"},
    KeyExample{"names.learn", R"(true)"},
    KeyExample{"names.resolvers", R"(["10.42.0.1"])"},
    KeyExample{"signaling.enabled", R"(true)"},
    KeyExample{"restore.present", R"("origin")"},
    KeyExample{"restore.addresses", R"(["198.51.100.20"])"},
    KeyExample{"location.name", R"("Lyon office")"},
    KeyExample{"location.ranges", R"(["203.0.113.0/29", "2001:db8:42::/48"])"},
    KeyExample{"location.countries", R"(["FR"])"},
    KeyExample{"location.include_unknown", R"(false)"},
    KeyExample{"location.country_lookup", R"("ip")"},
    KeyExample{"location.trusted", R"(true)"},
    KeyExample{"mfa_trusted_ips.ranges", R"(["203.0.113.0/29"])"},
    KeyExample{"mfa_trusted_ips.skip_for_federated", R"(false)"},
    KeyExample{"policy.name", R"("MFA outside offices")"},
    KeyExample{"policy.include_locations", R"(["All"])"},
    KeyExample{"policy.exclude_locations", R"(["AllTrusted"])"},
    KeyExample{"policy.grant", R"("mfa")"},
    KeyExample{"policy.state", R"("enabled")"},
    KeyExample{"policy.cae", R"("strict")"},
    KeyExample{"geo.database", R"("file:country.mmdb")"},
    KeyExample{"log.level", R"("info")"},
    KeyExample{"log.client_addresses", R"(false)"},
    KeyExample{"log.sign_ins", R"("signins.jsonl")"},
    KeyExample{"log.journal", R"(false)"},
    KeyExample{"log.rotate_bytes", R"(16777216)", "bytes"},
    KeyExample{"log.keep", R"(4)", "files"},
    KeyExample{"control.operators", R"("egret-operators")"},
    KeyExample{"control.readers", R"("egret-readers")"},
};
// clang-format on

}  // namespace

std::span<const KeyExample> key_examples() noexcept {
    return kExamples;
}

KeyExample find_example(std::string_view section, std::string_view key) noexcept {
    const auto found = std::ranges::find_if(kExamples, [&](const KeyExample& example) {
        if (section.empty()) {
            return example.key == key;
        }
        return example.key.size() == section.size() + 1 + key.size() &&
               example.key.starts_with(section) && example.key.ends_with(key) &&
               example.key[section.size()] == '.';
    });
    return found == kExamples.end() ? KeyExample{} : *found;
}

}  // namespace egret::control
