# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# The network most tests run in. In brackets what a node's dataplane owns: the kernel has no address there.
#
#   client           branch                router               internet              edge             service
#    eth0 ------- lan0 [  ] wan0 -------- lan0   wan0 --------- site0  edge0 ------- net0 [  ] svc0 ------- eth0
#   10.42.0.11        10.42.0.2      10.42.0.1   203.0.113.7    203.0.113.1   198.51.100.10    192.0.2.1   192.0.2.10
#   2001:db8:42:1::/64: ::11, ::2, ::1           2001:db8:203::/64   2001:db8:51::10     2001:db8:92::/64: ::1, ::10
#
# The router translates IPv4 to the egress address 203.0.113.7 and routes 2001:db8:42::/48. Nobody but the edge has a route
# to the service, and the service knows no other way than the edge: what arrives there came through the tunnel.
# 198.18.0.80 and 2001:db8:ffff::80, in the internet, is what is reached direct.

egress4=203.0.113.7
client4=10.42.0.11
client6=2001:db8:42:1::11
service4=192.0.2.10
service6=2001:db8:92::10
web4=198.18.0.80
web6=2001:db8:ffff::80
export egress4 client4 client6 service4 service6 web4 web6

build_internet() {
    needs ethtool jq
    add_router internet
    give_address internet lo "$web4/32" "$web6/128"
}

# build_site: client, branch, router. `branch` is left to its node.
build_site() {
    needs nft
    add_namespace client branch
    add_router router
    connect client eth0 branch lan0
    connect branch wan0 router lan0
    connect router wan0 internet site0
    give_to_node branch lan0 wan0
    give_address client eth0 "$client4/24" "$client6/64"
    give_address router lan0 10.42.0.1/24 2001:db8:42:1::1/64
    give_address router wan0 "$egress4/24" 2001:db8:203::7/64
    give_address internet site0 203.0.113.1/24 2001:db8:203::1/64
    route_via client 10.42.0.1
    route_via client 2001:db8:42:1::1
    route_via router 203.0.113.1
    route_via router 2001:db8:203::1
    route_via internet 2001:db8:203::7 2001:db8:42::/48
    translate router wan0
}

# translate NS IF: what leaves there gets the interface's own address. Translations end when the address goes away.
translate() {
    in_ns "$1" nft -f - <<NFT
table ip nat {
    chain postrouting { type nat hook postrouting priority srcnat; oifname "$2" masquerade; }
}
NFT
}

# build_far_end: edge and service. `edge` is left to its node, or to a kernel by route_at_edge.
build_far_end() {
    add_namespace edge service
    connect internet edge0 edge net0
    connect edge svc0 service eth0
    give_to_node edge net0 svc0
    give_address internet edge0 198.51.100.1/24 2001:db8:51::1/64
    give_address service eth0 "$service4/24" 2001:db8:92::10/64
    route_via service 192.0.2.1
    route_via service 2001:db8:92::1
}

# kernel_at_edge: the edge is an ordinary router, for a WireGuard that is not ours.
kernel_at_edge() {
    in_ns edge sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
    in_ns edge sysctl -qw net.ipv{4.conf.{net0,svc0}.arp_ignore,6.conf.{net0,svc0}.disable_ipv6}=0
    give_address edge net0 198.51.100.10/24 2001:db8:51::10/64
    give_address edge svc0 192.0.2.1/24 2001:db8:92::1/64
    route_via edge 198.51.100.1
    route_via edge 2001:db8:51::1
}

# no_kernel_at_edge: takes that back.
no_kernel_at_edge() {
    ip -n edge address flush dev net0
    ip -n edge address flush dev svc0
    give_to_node edge net0 svc0
}

build_network() {
    build_internet
    build_site
    build_far_end
}

# build_fleet: where many_peers runs, with all of 198.19.0.0/16 as its own addresses.
build_fleet() {
    add_namespace fleet
    connect fleet eth0 internet fleet0
    give_address internet fleet0 198.18.1.1/24
    give_address fleet eth0 198.18.1.2/24
    ip -n fleet route add local 198.19.0.0/16 dev lo
    route_via fleet 198.18.1.1
    route_via internet 198.18.1.2 198.19.0.0/16
}

# build_host_site NS: a site that is one host with the egress address of its own, for a WireGuard that is not ours.
build_host_site() {
    add_namespace "$1"
    connect "$1" eth0 internet site0
    give_address internet site0 203.0.113.1/24 2001:db8:42:1::1/64
    give_address "$1" eth0 "$egress4/24" "$client6/64"
    route_via "$1" 203.0.113.1
    route_via "$1" 2001:db8:42:1::1
}
