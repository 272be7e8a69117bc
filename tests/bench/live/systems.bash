# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# What stands at branch and edge. Each is set up in the same namespaces, on the same wires, and taken away again.

set_up_wireguard-go() {
    local branch_key edge_key
    branch_key=$(wg_key "$work/wg-branch.key")
    edge_key=$(wg_key "$work/wg-edge.key")
    kernel_at_edge
    # The branch is a host of the LAN that clients send the service's packets to.
    ip -n branch link add bridge0 type bridge
    ip -n branch link set lan0 master bridge0
    ip -n branch link set wan0 master bridge0
    ip -n branch link set bridge0 up
    in_ns branch sysctl -qw net.ipv4.ip_forward=1
    give_address branch bridge0 10.42.0.2/24
    route_via branch 10.42.0.1
    route_via client 10.42.0.2 192.0.2.0/24
    start_wireguard branch wgb <(wg_settings "$work/wg-branch.key" "$edge_key" 192.0.2.0/24 198.51.100.10:51820) "$egress4/32"
    start_wireguard edge wge <(wg_settings "$work/wg-edge.key" "$branch_key" "$egress4/32")
    ip -n branch route add 192.0.2.0/24 dev wgb
    ip -n edge route add "$egress4/32" dev wge
    translate branch wgb
    wait_for 10 in_ns client ping -c 1 -W 1 "$service4"
}

tear_down_wireguard-go() {
    stop branch-wireguard
    stop edge-wireguard
    in_ns branch nft delete table ip nat
    ip -n branch link delete bridge0
    ip -n client route delete 192.0.2.0/24
    no_kernel_at_edge
}

set_up_egret() {
    suite=$1
    make_key branch
    make_key edge
    start_edge
    start_branch
    wait_for 10 in_ns client iperf3 --client "$service4" --time 1
}

set_up_egret-wireguard() { set_up_egret wireguard; }
set_up_egret-aes256gcm() { set_up_egret aes256gcm; }

tear_down_egret-wireguard() {
    stop_node branch
    stop_node edge
    rm -rf "$work/branch" "$work/edge"
}

tear_down_egret-aes256gcm() { tear_down_egret-wireguard; }
