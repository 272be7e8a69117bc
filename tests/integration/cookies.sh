#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Handshakes while the other side is busy: it answers with a cookie, and the next initiation that carries it is taken.
#
#   egret-busy       site --------- internet ---- edge       wireguard-go initiates, Egret is flooded with initiations that
#                    wireguard-go   fleet         [Egret]    have the right mac1
#
#   wireguard-busy   client ---- branch ---- router ---- internet ---- edge           Egret initiates, wireguard-go is flooded
#                                [Egret]                 fleet         wireguard-go
#
# Usage: cookies.sh VARIANT
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs wireguard-go wg nft ethtool jq tcpdump tshark

make_key branch
make_key edge
build_internet

# flood_edge RATE: until stopped, from so many addresses that no single one sends more than a handshake or two a second.
flood_edge() {
    start flood ip netns exec fleet "$tools/flood" --to 198.51.100.10:51820 --node-key "${public_key[edge]}" \
        --kinds forged --rate "$1" --seconds 60 --sources 20000
    sleep 1
}

# with_cookie: initiations on the wire whose mac2 is not zero.
with_cookie() {
    tshark -r "$work/wire.pcap" -Y "wg.type == 1 and ip.addr == $egress4" -T fields -e wg.mac2 2>/dev/null | grep -vc '^0*$' || true
}

egret-busy() {
    build_host_site site
    build_far_end
    build_fleet
    start_edge
    start_echo service
    wg_settings "$work/branch/state/node.key" "${public_key[edge]}" 192.0.2.0/24 198.51.100.10:51820 >"$work/wg.conf"
    capture wire internet site0 'udp port 51820'
    flood_edge 80000  # more than one core can answer
    start_wireguard site wg-site "$work/wg.conf"
    call_edge
    # Between two waves Egret is not busy, and takes an initiation without more ado. Then there has to be another one.
    for ((attempt = 0; attempt < 10; ++attempt)); do
        sleep 1
        ! grep -q 'Receiving cookie response' "$work/log/site-wireguard" || break
        restart_wireguard site wg-site "$work/wg.conf"
        call_edge
    done
    wait_for 5 grep -q 'Receiving cookie response' "$work/log/site-wireguard"
    say "wireguard-go has a cookie"
    wait_for 20 in_ns site "$tools/steady_udp" send --one-way --to "$service4:7000" --rate 100 --seconds 0.1 --linger-ms 100
    say "and its handshake was taken"
}

# call_edge: makes wireguard-go initiate.
call_edge() {
    ip -n site route replace 192.0.2.0/24 dev wg-site src "$egress4"
    in_ns site ping -c 1 -W 1 "$service4" >/dev/null || true
}

wireguard-busy() {
    carry=source
    build_site
    build_far_end
    build_fleet
    kernel_at_edge
    wg_settings "$work/edge/state/node.key" "${public_key[branch]}" "$egress4/32" >"$work/wg.conf"
    start_wireguard edge wg-edge "$work/wg.conf"
    ip -n edge route add "$egress4/32" dev wg-edge
    start_echo service
    capture wire internet site0 'udp port 51820'
    flood_edge 20000
    start_branch
    wait_for 40 carries
}

"$1"
stop flood
sleep 0.3
stop wire INT
(($(frames_in "$work/wire.pcap" 'wg.type == 3') > 0)) || fail "no cookie reply was sent"
(($(with_cookie) > 0)) || fail "no initiation carried a cookie"
say "cookie replies: $(frames_in "$work/wire.pcap" 'wg.type == 3'), initiations with a cookie: $(with_cookie)"
