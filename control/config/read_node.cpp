// SPDX-License-Identifier: Apache-2.0
#include "control/config/choices.hpp"
#include "control/config/read_config.hpp"

namespace egret::control {
namespace {

void read_node(const TableReader& table, NodeSection& node) {
    table.read("name", node.name);
    table.read("role", kRoles, node.role);
    table.read("generation", node.generation);
    node.site.value = *node.name;
    table.read("site", node.site);
    node.bridge.value = *node.role == api::Role::branch;
    table.read("bridge", node.bridge);
}

PortSection read_port(const TableReader& table, Findings& findings) {
    PortSection port;
    table.read("name", port.name);
    table.read("side", kSides, port.side);
    table.read_interfaces("addresses", port.addresses);
    table.read("gateways", port.gateways);
    table.read("mtu", port.mtu_bytes);
    Text uplink{"default", {}};
    table.read("uplink", uplink);
    if (*uplink != "default") {
        findings.not_yet_supported(uplink.at, "port.uplink");
    }
    return port;
}

/// With `static` the addresses are the origins; other ways of finding them only narrow what may be
/// found, and so leave the node without an origin until they are built: nothing is claimed then.
void read_detect(const TableReader& table, EgressSection& egress, Findings& findings) {
    LocatedList<std::string> ways;
    table.read("detect", ways);
    if (ways.empty()) {
        return;
    }
    egress.is_static = false;
    const Located<std::string>* first_later = nullptr;
    for (const Located<std::string>& way : ways) {
        if (*way == "static") {
            egress.is_static = true;
        } else if (first_later == nullptr) {
            first_later = &way;
        }
    }
    if (first_later != nullptr) {
        findings.not_yet_supported(first_later->at, "egress.detect");
    }
}

void read_egress(const TableReader& table, EgressSection& egress, Findings& findings) {
    read_detect(table, egress, findings);
    LocatedList<api::Prefix> addresses;
    table.read("addresses", addresses);
    for (const Located<api::Prefix>& prefix : addresses) {
        if (prefix->address.family == api::Family::ipv6) {
            egress.ipv6.push_back(prefix);
        } else if (!egress.is_static) {
            continue;
        } else if (prefix->length != 32) {
            findings.error(
                prefix.at,
                "egress.addresses",
                "the IPv4 egress address must be a single address"
            );
        } else if (egress.ipv4.stated()) {
            findings.error(
                prefix.at,
                "egress.addresses",
                "only one IPv4 address can be the egress address"
            );
        } else {
            egress.ipv4 = {prefix->address, prefix.at};
        }
    }
    if (!egress.is_static) {
        egress.ipv6.clear();
    }
}

void read_tunnel(const TableReader& table, TunnelSection& tunnel) {
    table.read("listen_port", tunnel.listen_port);
    table.read("carry", kCarries, tunnel.carry);
    table.read("mtu", tunnel.mtu_bytes);
    table.read("block_quic", tunnel.block_quic);
}

}  // namespace

void read_node_sections(const TableReader& document, Config& config, Findings& findings) {
    if (const auto table = document.table("node")) {
        read_node(*table, config.node);
    }
    if (const auto table = document.table("identity")) {
        table->read_path("private_key", config.identity.private_key);
        table->read_path("previous_private_key", config.identity.previous_private_key);
        table->read("disposable", config.identity.disposable);
    }
    document.each("port", [&](const TableReader& table) {
        config.ports.push_back(read_port(table, findings));
    });
    if (const auto table = document.table("egress")) {
        read_egress(*table, config.egress, findings);
    }
    if (const auto table = document.table("tunnel")) {
        read_tunnel(*table, config.tunnel);
    }
}

}  // namespace egret::control
