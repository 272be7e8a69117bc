#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Ports other than af_packet: the same traffic through each.
#
#   net_af_xdp   client ---- branch ---- router (NAT) ---- internet ---- edge ---- service
#                            [Egret] both ports AF_XDP                   [Egret]
#
#   net_tap      client ---- branch -------------------------- internet ---- edge ---- service
#                            [Egret] lan0 on the wire, wan0 a tap into the branch's own kernel, which translates:
#                            where a branch stands "beside the kernel" (design section 5)
#
#   net_memif    client ---- branch ================ edge ---- service
#                            [Egret]  shared memory  [Egret]
#
# Usage: ports.sh DRIVER
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs nginx curl nft ethtool jq

set_up_net_af_xdp() {
    build_network
    branch_ports=(--port "lan0=net_af_xdp0,iface=lan0" --port "wan0=net_af_xdp1,iface=wan0")
}

# The branch's kernel is the router: the tap is its LAN side.
set_up_net_tap() {
    build_internet
    add_namespace client
    add_router branch
    connect client eth0 branch lan0
    connect branch uplink internet site0
    give_to_node branch lan0
    give_address client eth0 "$client4/24" "$client6/64"
    give_address branch uplink "$egress4/24" 2001:db8:203::7/64
    give_address internet site0 203.0.113.1/24 2001:db8:203::1/64
    route_via client 10.42.0.1
    route_via client 2001:db8:42:1::1
    route_via branch 203.0.113.1
    route_via branch 2001:db8:203::1
    route_via internet 2001:db8:203::7 2001:db8:42::/48
    translate branch uplink
    build_far_end
    branch_ports=(--port "lan0=net_af_packet0,iface=lan0" --port "wan0=net_tap0,iface=tap0")
}

# after_start: what can only be done once the ports are there.
after_start() {
    if [ "$1" = net_tap ]; then
        wait_for 10 ip -n branch link show tap0
        in_ns branch ethtool -K tap0 tx off rx off tso off gso off gro off >/dev/null
        ip -n branch link set tap0 up
        give_address branch tap0 10.42.0.1/24 2001:db8:42:1::1/64
    fi
}

set_up_net_memif() {
    build_internet
    add_namespace client branch
    connect client eth0 branch lan0
    give_to_node branch lan0
    give_address client eth0 "$client4/24" "$client6/64"
    route_via client 10.42.0.1
    route_via client 2001:db8:42:1::1
    # Nobody routes in the LAN: the client only needs somebody to send its packets to.
    ip -n client neighbour replace 10.42.0.1 lladdr 02:00:00:00:42:01 dev eth0
    ip -n client neighbour replace 2001:db8:42:1::1 lladdr 02:00:00:00:42:01 dev eth0
    add_namespace edge service
    connect edge svc0 service eth0
    give_to_node edge svc0
    give_address service eth0 "$service4/24" "$service6/64"
    route_via service 192.0.2.1
    route_via service 2001:db8:92::1
    local memif="id=0,socket=$work/memif.sock,socket-abstract=no"
    edge_ports=(--port "svc0=net_af_packet0,iface=svc0" --port "net0=net_memif0,role=server,$memif")
    branch_ports=(--port "lan0=net_af_packet0,iface=lan0" --port "wan0=net_memif0,role=client,$memif")
    # The outside of the branch is on the wire of the edge.
    branch_addresses='"198.51.100.20/24", "2001:db8:51::20/64"' branch_gateways='"198.51.100.10", "2001:db8:51::10"'
}

driver=$1
"set_up_$driver"
make_key branch
make_key edge
start_edge
start_branch
after_start "$driver"
start_nginx service
start_echo service

wait_for 10 fetch client "http://$service4/"
expect_equal "$egress4" "$(fetch client "http://$service4/")" "what nginx sees"
expect_equal "$client6" "$(fetch client "http://[$service6]/")" "what nginx sees over IPv6"
fetch client "http://$service4/files/large" | cmp - "$work/nginx-service/files/large"
start_stream stream --seconds 2
join stream
end_report stream
expect_lossless stream 900
expect_equal true "$(state_of branch ports "any(.[]; .driver == \"$driver\")")" "$driver is shown"

if [ "$driver" = net_memif ]; then
    # The side that connects: DPDK does not replace the socket a killed server leaves behind.
    say "one end of the shared memory restarts"
    stop branch-dataplane KILL
    start_dataplane branch "${branch_ports[@]}"
    wait_for 10 carries
fi
