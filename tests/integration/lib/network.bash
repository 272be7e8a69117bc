# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Network namespaces and the wires between them. Duplicate address detection is off: it would cost a second each.

in_ns() { ip netns exec "$@"; }

# add_namespace NAME...
add_namespace() {
    local name
    for name in "$@"; do
        ip netns add "$name"
        in_ns "$name" sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 \
            net.ipv6.conf.default.router_solicitations=0
        ip -n "$name" link set lo up
    done
}

# add_router NAME...: namespaces that forward.
add_router() {
    local name
    add_namespace "$@"
    for name in "$@"; do
        in_ns "$name" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
    done
}

# connect NS IF NS IF: a wire between two interfaces, up. Without offloads: checksums are finished, no frame is above the MTU.
connect() {
    ip -n "$1" link add "$2" type veth peer name "$4" netns "$3"
    in_ns "$1" ethtool -K "$2" tx off rx off tso off gso off gro off >/dev/null
    in_ns "$3" ethtool -K "$4" tx off rx off tso off gso off gro off >/dev/null
    ip -n "$1" link set "$2" up
    ip -n "$3" link set "$4" up
}

# give_address NS IF ADDRESS/LENGTH...
give_address() {
    local address
    for address in "${@:3}"; do
        case $address in
            *:*) ip -n "$1" address add "$address" dev "$2" nodad ;;
            *) ip -n "$1" address add "$address" dev "$2" ;;
        esac
    done
}

# give_to_node NS IF...: to a node's ports. The kernel must not answer beside the node: not over IPv6, and not to ARP for
# addresses it has elsewhere.
give_to_node() {
    local interface
    for interface in "${@:2}"; do
        in_ns "$1" sysctl -qw "net.ipv6.conf.$interface.disable_ipv6=1" "net.ipv4.conf.$interface.arp_ignore=8"
    done
}

# route_via NS GATEWAY [PREFIX...]: no prefix means default.
route_via() {
    local prefix
    for prefix in "${@:3}"; do ip -n "$1" route add "$prefix" via "$2"; done
    [ $# -gt 2 ] || ip -n "$1" route add default via "$2"
}

mac_of() { ip -n "$1" -json link show "$2" | jq -r '.[0].address'; }

# capture NAME NS IF FILTER: into NAME.pcap, until `stop NAME`.
capture() {
    needs tcpdump
    start "$1" ip netns exec "$2" tcpdump -i "$3" -s 0 -U --immediate-mode -Z root -w "$work/$1.pcap" "$4"
    wait_for 10 grep -q 'listening on' "$work/log/$1"
}

# frames_in FILE [TSHARK-FILTER]: how many frames a capture holds.
frames_in() { tshark -r "$1" -Y "${2:-frame}" 2>/dev/null | wc -l; }
