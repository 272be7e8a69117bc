# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# The namespaces and wires of make_capture, and the capture itself. Uses: run, work, *_mac.

namespaces=()
processes=()

in_ns() { ip netns exec "$run-$1" "${@:2}"; }

# start_in NS COMMAND...: in the background; it ends with the script. Sets started to its process id.
start_in() {
    ip netns exec "$run-$1" "${@:2}" &
    started=$!
    processes+=("$started")
}

add_namespace() {
    ip netns add "$run-$1"
    namespaces+=("$1")
    in_ns "$1" sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.router_solicitations=0
    in_ns "$1" ip link set lo up
}

end_processes() {
    [ ${#processes[@]} = 0 ] || kill "${processes[@]}" 2>/dev/null || true
    wait
}

remove_network() {
    local name
    for name in "${namespaces[@]}"; do ip netns delete "$run-$name"; done
}

# connect NS IF NS IF: a wire between two interfaces. No offloads: checksums are finished and no frame is above the MTU.
connect() {
    in_ns "$1" ip link add "$2" type veth peer name "$4" netns "$run-$3"
    in_ns "$1" ethtool -K "$2" tx off rx off tso off gso off gro off >/dev/null
    in_ns "$3" ethtool -K "$4" tx off rx off tso off gso off gro off >/dev/null
}

# plug NS IF MAC: a wire into the switch.
plug() {
    connect "$1" "$2" switch "to-$1"
    in_ns switch ip link set "to-$1" master bridge0 up
    in_ns "$1" ip link set "$2" address "$3" up
}

# add_host NS MAC IPV4-NETWORK IPV6-NETWORK NUMBER: a client whose router is number 1 of both networks.
add_host() {
    add_namespace "$1"
    plug "$1" eth0 "$2"
    in_ns "$1" ip address add "$3.$5/24" dev eth0
    in_ns "$1" ip address add "$4::$5/64" dev eth0 nodad
    in_ns "$1" ip route add default via "$3.1"
    in_ns "$1" ip route add default via "$4::1"
}

# add_site NS ROUTER-IF NUMBER ADDRESS...: servers behind the router, with the addresses they answer on.
add_site() {
    local name=$1 port=$2 ipv4=100.64.$3 ipv6=2001:db8:fffe:$3 address
    add_namespace "$name"
    connect router "$port" "$name" eth0
    in_ns router ip link set "$port" up
    in_ns "$name" ip link set eth0 up
    in_ns router ip address add "$ipv4.1/30" dev "$port"
    in_ns router ip address add "$ipv6::1/64" dev "$port" nodad
    in_ns "$name" ip address add "$ipv4.2/30" dev eth0
    in_ns "$name" ip address add "$ipv6::2/64" dev eth0 nodad
    in_ns "$name" ip route add default via "$ipv4.1"
    in_ns "$name" ip route add default via "$ipv6::1"
    for address in "${@:4}"; do
        in_ns "$name" ip address add "$address" dev lo
        case $address in
            *:*) in_ns router ip route add "$address" via "$ipv6::2" ;;
            *) in_ns router ip route add "$address" via "$ipv4.2" ;;
        esac
    done
}

build_network() {
    local address
    add_namespace switch
    in_ns switch ip link add bridge0 type bridge mcast_snooping 0
    in_ns switch ip link set bridge0 up

    add_namespace router
    in_ns router sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
    plug router lan0 "$router_mac"
    for address in 10.42.0.1/24 10.42.7.1/24 2001:db8:42:1::1/64 2001:db8:42:7::1/64; do
        in_ns router ip address add "$address" dev lan0
    done

    add_host desk-1 02:00:00:00:42:11 10.42.0 2001:db8:42:1 11
    add_host desk-2 02:00:00:00:42:12 10.42.0 2001:db8:42:1 12
    add_host desk-3 02:00:00:00:42:13 10.42.0 2001:db8:42:1 13
    add_host printer "$printer_mac" 10.42.0 2001:db8:42:1 21
    add_host phone "$phone_mac" 10.42.7 2001:db8:42:7 31
    # The router's own multicast questions about the phone would stay untagged: it knows the phone.
    in_ns router ip neighbour replace 10.42.7.31 lladdr "$phone_mac" dev lan0
    in_ns router ip neighbour replace 2001:db8:42:7::31 lladdr "$phone_mac" dev lan0

    # Within the prefixes of set 56 of the Microsoft 365 endpoint list.
    add_site idp wan0 1 20.190.128.10 20.190.160.20 40.126.0.30 40.126.31.40 \
        2603:1006:2000::10 2603:1016:1400::20 2603:1026:3000::30 2603:1036:3000::40
    add_site web wan1 2 198.51.100.80 198.51.100.81 198.51.100.82 198.51.100.53 198.51.100.123 192.0.2.10 \
        2001:db8:ffff::80 2001:db8:ffff::82 2001:db8:ffff::53 2001:db8:ffff::123
    # One path with a small segment size: a ClientHello takes several segments on it.
    in_ns idp ip route add 10.42.0.13/32 via 100.64.1.1 advmss 200
}

# capture_on NS IF FILE FILTER: starts tcpdump and waits until it listens.
capture_on() {
    start_in "$1" tcpdump -i "$2" -s 0 -U -Z root -w "$work/$3.pcap" "$4" 2>"$work/$3.log"
    captures+=("$started")
    local tries=0
    until grep -q 'listening on' "$work/$3.log"; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || fail "tcpdump does not start: $(cat "$work/$3.log")"
        sleep 0.1
    done
}

start_capture() {
    captures=()
    capture_on router lan0 lan0 ''
    # What a mirror port would see besides: frames between clients.
    capture_on switch to-printer local "not multicast and ether host $printer_mac and not ether host $router_mac"
}

# The captures lag behind the last frame a little.
stop_capture() {
    sleep 1
    kill "${captures[@]}"
    wait "${captures[@]}" || true
    if grep 'dropped by kernel' "$work"/*.log | grep -qv ':0 packets'; then fail "the capture lost frames"; fi
}
