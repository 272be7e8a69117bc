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
    table.read("tenant", node.tenant);
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
    table.read("uplink", port.uplink);
    if (*port.uplink != "default") {
        findings.not_yet_supported(port.uplink.at, "port.uplink");
    }
    return port;
}

/// With `static` the addresses are the origins; other ways of finding them only narrow what may be
/// found, and so leave the node without an origin until they are built: nothing is claimed then.
void read_detect(
    const TableReader& table,
    const std::string& name,
    EgressSection& egress,
    Findings& findings
) {
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
        findings.not_yet_supported(first_later->at, name + ".detect");
    }
}

/// Tells origins from addresses that may be found: `ipv4` and `ipv6` out of `addresses`.
void choose_origins(EgressSection& egress, const std::string& name, Findings& findings) {
    egress.ipv4 = {};
    egress.ipv6.clear();
    if (!egress.is_static) {
        return;
    }
    const std::string key = name + ".addresses";
    for (const Located<api::Prefix>& prefix : egress.addresses) {
        if (prefix->address.family == api::Family::ipv6) {
            egress.ipv6.push_back(prefix);
        } else if (prefix->length != 32) {
            findings.error(prefix.at, key, "the IPv4 egress address must be a single address");
        } else if (egress.ipv4.stated()) {
            findings.error(prefix.at, key, "only one IPv4 address can be the egress address");
        } else {
            egress.ipv4 = {prefix->address, prefix.at};
        }
    }
}

void read_egress(
    const TableReader& table,
    const std::string& name,
    EgressSection& egress,
    Findings& findings
) {
    read_detect(table, name, egress, findings);
    if (table.has("addresses")) {
        egress.addresses.clear();
        table.read("addresses", egress.addresses);
    }
    choose_origins(egress, name, findings);
}

/// `[egress]` and then each `[egress.<uplink>]` over it.
void read_uplinks(const TableReader& table, Config& config, Findings& findings) {
    read_egress(table, "egress", config.egress, findings);
    table.each_part([&](const std::string& name, const TableReader& part) {
        EgressSection egress = config.egress;
        read_egress(part, "egress." + name, egress, findings);
        if (name == "default") {
            config.egress = std::move(egress);
        } else {
            config.uplinks.push_back({{name, part.at()}, std::move(egress)});
        }
    });
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
        read_uplinks(*table, config, findings);
    }
    if (const auto table = document.table("tunnel")) {
        read_tunnel(*table, config.tunnel);
    }
}

}  // namespace egret::control
