#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `wg show`, as it comes with WireGuard, works on our daemon; keys that are secret never come out, and `wg set` is refused.
#
#   client ---- branch ---- router (NAT) ---- internet ---- edge ---- service
#               [Egret]                                     [Egret]   steady_udp echo
#
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs wg nft ethtool jq python3

build_network
make_key branch
make_key edge
make_preshared_key branch edge
branch_peer_extra='preshared_key = "file:psk.key"' edge_peer_extra=$branch_peer_extra
start_edge
start_branch
start_echo service
wait_for 10 carries

say "interfaces"
expect_equal "branch edge" "$(wg show interfaces | tr ' ' '\n' | sort | tr '\n' ' ' | sed 's/ $//')" "wg show interfaces"
wg show branch >"$work/shown"
for line in "peer: ${public_key[edge]}" 'endpoint: 198.51.100.10:51820' 'listening port: 51820' 'latest handshake: '; do
    grep -q "$line" "$work/shown" || fail "wg show branch does not say \"$line\": $(cat "$work/shown")"
done

say "dump"
# Interface line: private key, public key, port, mark. Peer line: public key, preshared key, endpoint, allowed IPs, latest
# handshake, received, sent, keepalive.
for node in branch edge; do
    wg show "$node" dump >"$work/dump"
    expect_equal '(none)' "$(sed -n 1p "$work/dump" | cut -f 1)" "private key of $node"
    expect_equal '(none)' "$(sed -n 2p "$work/dump" | cut -f 2)" "preshared key of $node"
    read -r -a peer < <(sed -n 2p "$work/dump")
    ((peer[4] > $(date +%s) - 60 && peer[5] > 0 && peer[6] > 0)) || fail "dump of $node: ${peer[*]}"
done
expect_equal "$egress4/32,2001:db8:42::/48" "$(sed -n 2p "$work/dump" | cut -f 4)" "allowed IPs at the edge"
# All that the sockets ever say, beside what wg makes of it.
python3 - >"$work/log/wireguard-api" <<'PYTHON'
import socket

for name in ("branch", "edge"):
    api = socket.socket(socket.AF_UNIX)
    api.connect(f"/run/wireguard/{name}.sock")
    api.sendall(b"get=1\n\n")
    text = b""
    while not text.endswith(b"\n\n"):
        text += api.recv(65536)
    print(text.decode())
PYTHON
expect_equal 2 "$(grep -c '^errno=0' "$work/log/wireguard-api")" "answers of the two sockets"
expect_no_secrets

say "set"
expect_failure wg set branch listen-port 1
expect_failure wg set edge peer "${public_key[branch]}" remove
wait_for 1 carries
