#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A branch whose far end is a WireGuard we did not write, with the kernel's routing behind it: source carry, so that the inner
# source address is the branch's egress address. Handshakes of either side, preshared key, roaming of the far end, wrong keys.
#
#   client ---- branch ---- router (NAT) ---- internet ---- edge ------------ service: nginx
#               [Egret]                                     wireguard-go
#
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs wireguard-go wg nginx curl nft ethtool jq ping

carry=source
branch_peer_extra='preshared_key = "file:psk.key"'
far_end_at='[2001:db8:51::10]:51820'

# start_far_end: with allowed IPs that are the branch's origins, and routes to them.
start_far_end() {
    kernel_at_edge
    wg_settings "$work/edge/state/node.key" "${public_key[branch]}" "$egress4/32, 2001:db8:42::/48" >"$work/edge.conf"
    printf 'PresharedKey = %s\n' "$(cat "$work/edge/state/psk.key")" >>"$work/edge.conf"
    start_wireguard edge wg-edge "$work/edge.conf"
    route_inner
    # The LAN is reached through the tunnel, the branch itself around it.
    ip -n edge route add 2001:db8:42:1::2/128 via 2001:db8:51::1
}

route_inner() {
    ip -n edge route replace "$egress4/32" dev wg-edge
    ip -n edge route replace 2001:db8:42::/48 dev wg-edge
}

handshakes_begun() { grep -c 'Sending handshake initiation' "$work/log/edge-wireguard" || true; }

fetch_both() {
    expect_equal "$egress4" "$(fetch client "http://$service4/")" "what nginx sees"
    expect_equal "$client6" "$(fetch client "http://[$service6]/")" "what nginx sees over IPv6"
}

# refused WHAT: nothing comes through with the configuration as it now is.
refused() {
    push_branch
    expect_failure fetch client "http://$service4/"
    wait_for 10 holds branch tunnels '.[0].state != "up"'
    say "$1: nothing comes through"
}

build_network
start_nginx service
make_key branch
make_key edge
make_preshared_key branch edge
start_far_end
start_branch

say "the branch begins"
wait_for 5 fetch client "http://$service4/"
fetch_both
expect_equal 0 "$(handshakes_begun)" "initiations of wireguard-go"

say "the far end begins"
endpoint=$far_end_at
push_branch
wait_for 5 fetch client "http://$service4/"
# Started anew it has no session; what it pings is no flow of the branch's, but the handshake comes first.
restart_wireguard edge wg-edge "$work/edge.conf"
route_inner
in_ns edge wg set wg-edge peer "${public_key[branch]}" endpoint '[2001:db8:42:1::2]:51820'
in_ns edge ping -c 1 -W 1 "$egress4" >/dev/null || true
wait_for 5 grep -q 'Received handshake response' "$work/log/edge-wireguard"
fetch_both

say "the far end moves"
in_ns edge wg set wg-edge listen-port 51999
in_ns edge ping -c 1 -W 1 "$egress4" >/dev/null || true
wait_for 5 holds branch tunnels '.[0].endpoint == "[2001:db8:51::10]:51999"'
fetch_both
in_ns edge wg set wg-edge listen-port 51820
in_ns edge ping -c 1 -W 1 "$egress4" >/dev/null || true
wait_for 5 holds branch tunnels '.[0].endpoint == "[2001:db8:51::10]:51820"'

branch_peer_extra=''
refused "no preshared key"
branch_peer_extra='preshared_key = "file:psk.key"' branch_peer_key=$("$egret" keys generate | "$egret" keys public)
refused "another public key"
branch_peer_key=''
push_branch
wait_for 10 fetch client "http://$service4/"
fetch_both
