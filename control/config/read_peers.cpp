// SPDX-License-Identifier: Apache-2.0
#include "control/config/choices.hpp"
#include "control/config/read_config.hpp"

#include <egret/crypto/key_text.hpp>

#include <fmt/format.h>

namespace egret::control {
namespace {

constexpr uint32_t kDefaultProbeMs = 200;
constexpr uint32_t kMinProbeMs = 20;

void read_names(const TableReader& table, PeerSection& peer) {
    table.read("public_key", peer.public_key);
    table.read("next_public_key", peer.next_public_key);
    peer.name = {std::string(crypto::key_text(*peer.public_key).view()), peer.public_key.at};
    table.read("name", peer.name);
    peer.group.value = *peer.name;
    table.read("group", peer.group);
    peer.site.value = *peer.name;
    table.read("site", peer.site);
}

/// Probes are how a branch chooses between edges, so it makes them where the peer can answer: one
/// that takes headers is an Egret node.
void read_upkeep(const TableReader& table, api::Role role, PeerSection& peer, Findings& findings) {
    const bool is_probed = role == api::Role::branch && *peer.carry == api::Carry::header;
    peer.probe_ms.value = is_probed ? kDefaultProbeMs : 0;
    Located<uint64_t> keepalive_ms;
    table.read_ms("keepalive", keepalive_ms);
    if (*keepalive_ms % 1000 != 0) {
        findings.error(keepalive_ms.at, "peer.keepalive", "must be whole seconds");
    }
    peer.keepalive_s = {static_cast<uint16_t>(*keepalive_ms / 1000), keepalive_ms.at};
    Located<uint64_t> probe_ms{*peer.probe_ms, {}};
    table.read_ms("probe", probe_ms);
    if (*probe_ms != 0 && *probe_ms < kMinProbeMs) {
        findings.error(
            probe_ms.at,
            "peer.probe",
            fmt::format("{}ms is below the minimum {}ms", *probe_ms, kMinProbeMs)
        );
    }
    peer.probe_ms = {static_cast<uint32_t>(*probe_ms), probe_ms.at};
}

void read_verification(const TableReader& table, PeerSection& peer) {
    table.read("origins", peer.origins);
    table.read("verify", kVerifies, peer.verify);
    table.read("verify_other_family", kOtherFamily, peer.verify_other_family);
    if (table.has("segments")) {
        table.read("segments", peer.segments.emplace());
    }
}

}  // namespace

void read_peers(const TableReader& document, Config& config, Findings& findings) {
    document.each("peer", [&](const TableReader& table) {
        PeerSection& peer = config.peers.emplace_back();
        read_names(table, peer);
        peer.tenant.value = *config.node.tenant;
        table.read("tenant", peer.tenant);
        table.read("priority", peer.priority);
        table.read_path("preshared_key", peer.preshared_key);
        table.read_path("previous_preshared_key", peer.previous_preshared_key);
        table.read("endpoint", peer.endpoint);
        table.read("suite", kSuites, peer.suite);
        peer.carry.value = *config.tunnel.carry;
        table.read("carry", kCarries, peer.carry);
        read_upkeep(table, *config.node.role, peer, findings);
        read_verification(table, peer);
    });
}

}  // namespace egret::control
