#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A branch and an edge, IPv4 and IPv6 within the tunnel and around it: what the service behind the edge sees is the branch's
# egress address, also through HAProxy's PROXY v2; what is not for the tunnel goes direct.
#
#   client ---- branch ---- router (NAT) ---- internet ---- edge ---- service: nginx, HAProxy -> nginx
#               [Egret]                       web           [Egret]
#
# Usage: egret_to_egret.sh SUITE CARRY
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs nginx haproxy curl nft ethtool jq

suite=$1 carry=$2

# fetch_all: over both inner families, to nginx, to nginx behind HAProxy, and direct.
fetch_all() {
    wait_for 5 fetch client "http://$service4/"
    expect_equal "$egress4" "$(fetch client "http://$service4/")" "what nginx sees"
    expect_equal "$egress4" "$(fetch client "http://$service4:8080/")" "what nginx is told by HAProxy"
    expect_equal "$client6" "$(fetch client "http://[$service6]/")" "what nginx sees over IPv6"
    expect_equal "$client6" "$(fetch client "http://[$service6]:8080/")" "what nginx is told by HAProxy over IPv6"
    # More than fits one packet, both ways.
    fetch client "http://$service4/files/large" | cmp - "$work/nginx-service/files/large"
    fetch client "http://[$service6]/files/large" | cmp - "$work/nginx-service/files/large"
    expect_equal "$egress4" "$(fetch client "http://$web4/")" "what is seen direct"
    expect_equal "$client6" "$(fetch client "http://[$web6]/")" "what is seen direct over IPv6"
}

# logged FILE: the addresses in a log of requests, other than the service's own.
logged() { cut -d ' ' -f 1 "$work/log/$1" | grep -vx '127.0.0.1\|::1' | sort -u | tr '\n' ' '; }

build_network
start_nginx service
start_haproxy service
start_nginx internet
make_key branch
make_key edge
start_edge
start_branch

say "IPv4 around it"
fetch_all
say "IPv6 around it"
endpoint="[2001:db8:51::10]:51820"
push_branch
wait_for 10 holds branch tunnels 'map(.endpoint) == ["[2001:db8:51::10]:51820"]'
fetch_all

for log in service-access service-proxied service-haproxy; do
    expect_equal "$client6 $egress4 " "$(logged "$log")" "addresses in $log"
done
say "done"
