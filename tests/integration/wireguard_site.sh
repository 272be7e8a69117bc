#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A WireGuard we did not write as a site of an Egret edge: the service sees the site's egress address, which is the inner
# source. Handshakes of either side, preshared key, roaming of the site, wrong keys, and a source that is another site's.
#
#   site ---------- internet ---- edge ---- service: nginx
#   wireguard-go                  [Egret]
#   203.0.113.7                   knows 203.0.113.7 and, of another site, 203.0.113.99
#
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs wireguard-go wg nginx curl ethtool jq

edge_peer_extra='preshared_key = "file:psk.key"'

start_site() {
    wg_settings "$work/branch/state/node.key" "${public_key[edge]}" '192.0.2.0/24, 2001:db8:92::/64' \
        198.51.100.10:51820 >"$work/site.conf"
    printf 'PresharedKey = %s\n' "$(cat "$work/branch/state/psk.key")" >>"$work/site.conf"
    start_wireguard site wg-site "$work/site.conf"
    site_routes
}

site_routes() {
    ip -n site route replace 192.0.2.0/24 dev wg-site src "$egress4"
    ip -n site route replace 2001:db8:92::/64 dev wg-site src "$client6"
}

endpoint_of_site() { state_of edge tunnels 'map(select(.peer == "branch"))[0].endpoint'; }

fetch_both() {
    expect_equal "$egress4" "$(fetch site "http://$service4/")" "what nginx sees"
    expect_equal "$client6" "$(fetch site "http://[$service6]/")" "what nginx sees over IPv6"
}

# refused WHAT
refused() {
    push_edge
    restart_wireguard site wg-site "$work/site.conf"
    site_routes
    expect_failure fetch site "http://$service4/"
    say "$1: nothing comes through"
}

other_site() {
    local key
    key=$("$egret" keys generate | "$egret" keys public)
    printf '[[peer]]\nname = "other"\npublic_key = "%s"\norigins = ["203.0.113.99/32"]\n' "$key"
}

build_internet
build_host_site site
build_far_end
start_nginx service
make_key branch
make_key edge
make_preshared_key branch edge
edge_extra=$(other_site)
start_edge
start_site

say "the site begins"
wait_for 10 fetch site "http://$service4/"
fetch_both
expect_equal 0 "$(grep -c 'Received handshake initiation' "$work/log/site-wireguard" || true)" "initiations of the edge"

say "another site's origin"
give_address site wg-site 203.0.113.99/32
expect_failure in_ns site curl --silent --max-time 2 --interface 203.0.113.99 "http://$service4/"
(($(dropped edge origin_not_registered) > 0)) || fail "the edge counts no origin_not_registered"
expect_equal 0 "$(grep -c '^203.0.113.99' "$work/log/service-access" || true)" "requests from 203.0.113.99"
fetch_both

say "the site moves"
in_ns site wg set wg-site listen-port 40000
fetch_both
expect_equal "$egress4:40000" "$(endpoint_of_site)" "endpoint"
ip -n site address add 203.0.113.77/24 dev eth0
ip -n site route replace default via 203.0.113.1 src 203.0.113.77
in_ns site wg set wg-site listen-port 51820
fetch_both
expect_equal "203.0.113.77:51820" "$(endpoint_of_site)" "endpoint"

edge_peer_extra=''
refused "no preshared key"
edge_peer_extra='preshared_key = "file:psk.key"' edge_peer_key=$("$egret" keys generate | "$egret" keys public)
refused "another public key"

say "the edge begins"
edge_peer_key=''
edge_peer_extra=$(printf 'preshared_key = "file:psk.key"\nendpoint = "203.0.113.77:51820"')
restart_wireguard site wg-site "$work/site.conf"
site_routes
in_ns site wg set wg-site peer "${public_key[edge]}" endpoint 198.51.100.99:51820
push_edge
wait_for 10 grep -q 'Received handshake initiation' "$work/log/site-wireguard"
wait_for 10 fetch site "http://$service4/"
fetch_both
