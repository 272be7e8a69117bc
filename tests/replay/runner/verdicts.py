# SPDX-License-Identifier: Apache-2.0
"""What a branch's configuration asks for, worked out frame by frame without Egret (design section 8)."""
import ipaddress
import json

from packets import ACK, SYN, TCP, UDP
from runner.decode import decode, quoted

EVERY_PORT = [(0, 65535)]


def port_ranges(texts):
    bounds = [text.strip().partition("-") for text in texts]
    return [(int(first), int(last or first)) for first, _, last in bounds]


class Entry:
    """A prefix of a list, with the ports its source gives it or None."""

    def __init__(self, prefix, tcp=None, udp=None):
        self.network = ipaddress.ip_network(prefix, strict=False)
        self.tcp, self.udp = tcp, udp


def entries_of(section, folder):
    found = [Entry(prefix) for prefix in section.get("prefixes", [])]
    if "source" not in section:
        return found
    source = (folder / section["source"].removeprefix("file:")).read_text()
    if section["format"] == "text":
        lines = (line.partition("#")[0].strip() for line in source.splitlines())
        return found + [Entry(line) for line in lines if line and (line[0].isdigit() or ":" in line)]
    wanted = section.get("select", {}).get("ids")
    for endpoint_set in json.loads(source):
        if wanted is None or endpoint_set["id"] in wanted:
            tcp, udp = (endpoint_set.get(key) for key in ("tcpPorts", "udpPorts"))
            ports = [port_ranges(text.split(",")) if text else [] for text in (tcp, udp)] if tcp or udp else [None, None]
            found += [Entry(prefix, *ports) for prefix in endpoint_set.get("ips", [])]
    return found


def is_in_force(section):
    """Cases whose rules have hours name the day on which every case's capture begins, whole, or leave it out."""
    return "hours" not in section or any("Thu" in hours for hours in section["hours"])


class Rule:
    def __init__(self, section, segments, lists):
        self.action = section["action"]
        self.version = {"ipv4": 4, "ipv6": 6}.get(section.get("family"))
        self.clients = [ipaddress.ip_network(prefix) for prefix in section.get("from", [])]
        self.vlans, self.dscp = section.get("vlans"), section.get("dscp")
        self.matches = []  # network, protocol, first and last port
        for segment in (segments[name] for name in section["segments"]):
            for entry in (entry for name in segment["lists"] for entry in lists[name]):
                tcp = port_ranges(segment["tcp_ports"]) if "tcp_ports" in segment else entry.tcp
                udp = port_ranges(segment["udp_ports"]) if "udp_ports" in segment else entry.udp
                tcp = EVERY_PORT if tcp is None else tcp
                self.matches += [(entry.network, TCP, *ports) for ports in tcp]
                self.matches += [(entry.network, UDP, *ports) for ports in udp or []]

    def names(self, destination):
        return any(destination in network for network, *_ in self.matches)

    def holds_for(self, packet, destination):
        return (
            any(protocol == packet.protocol and first <= packet.ports[1] <= last and destination in network
                for network, protocol, first, last in self.matches)
            and (not self.clients or any(ipaddress.ip_address(packet.source) in network for network in self.clients))
            and (self.vlans is None or packet.vlan in self.vlans)
            and (self.dscp is None or packet.tos >> 2 in self.dscp)
        )


class Verdicts:
    """The verdicts on a capture's client frames, taken in order: `tunnel`, `direct` or `drop`.

    `in_clear` are client ports whose flows a case lets go direct, because its tunnel is down.
    """

    def __init__(self, config, folder, in_clear=()):
        lists = {section["name"]: entries_of(section, folder) for section in config.get("list", [])}
        segments = {section["name"]: section for section in config.get("segment", [])}
        self.rules = [Rule(section, segments, lists) for section in config.get("rule", []) if is_in_force(section)]
        own = [prefix.partition("/")[0] for port in config["port"] for prefix in port.get("addresses", [])]
        endpoints = [peer["endpoint"].rpartition(":")[0].strip("[]") for peer in config.get("peer", [])]
        self.guarded = {ipaddress.ip_address(address) for address in own + endpoints}
        self.blocks_quic = config.get("tunnel", {}).get("block_quic", False)
        self.in_clear = set(in_clear)
        self.flows = {}
        self.classified = {}

    def of_client(self, frame):
        packet = decode(frame)
        if not packet.is_ip:
            return "direct"
        if packet.kind == "transport":
            opens = packet.protocol == TCP and frame[packet.transport + 13] & (SYN | ACK) == SYN
            if opens or packet.flow not in self.flows:
                self.flows[packet.flow] = self.of_flow(packet)
            return self.flows[packet.flow]
        if packet.kind == "other":
            quote = quoted(frame, packet)
            return self.flows.get(quote.reverse_flow, "direct") if quote else "direct"
        return "drop" if self.any_tunnel(ipaddress.ip_address(packet.destination)) else "direct"

    def of_flow(self, packet):
        if packet.ports[0] in self.in_clear:
            return "direct"
        key = packet.source, packet.destination, packet.vlan, packet.protocol, packet.ports[1], packet.tos
        if key not in self.classified:
            self.classified[key] = self.classify(packet)
        return self.classified[key]

    def classify(self, packet):
        destination = ipaddress.ip_address(packet.destination)
        if self.is_guarded(destination):
            return "direct"
        rule = self.first_rule(packet, destination)
        if rule is None and self.blocks_quic and (packet.protocol, packet.ports[1]) == (UDP, 443):
            over_tcp = self.first_rule(packet._replace(protocol=TCP), destination)
            return "drop" if over_tcp is not None and over_tcp.action == "tunnel" else "direct"
        if rule is None:
            return "direct"
        other_family = rule.action == "tunnel" and rule.version not in (None, destination.version)
        return "drop" if other_family else rule.action

    def first_rule(self, packet, destination):
        return next((rule for rule in self.rules if rule.holds_for(packet, destination)), None)

    def any_tunnel(self, destination):
        return not self.is_guarded(destination) and any(
            rule.action == "tunnel" and rule.names(destination) for rule in self.rules)

    def is_guarded(self, destination):
        return (destination in self.guarded or destination.is_loopback or destination.is_link_local
                or destination.is_multicast or destination.is_unspecified)
