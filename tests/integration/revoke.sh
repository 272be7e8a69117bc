#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A site's key is stolen, so the edge's configuration no longer names it: its packets stop within a second, both ways, and
# its handshakes are not answered any more. The other site does not notice.
#
#   client ---- branch ---- router (NAT) ---- internet ---- edge ---- service
#               [Egret]                       fleet         [Egret]   steady_udp echo
#                                             (one more site)
#
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs nft ethtool jq

build_network
build_fleet
make_key branch
make_key edge
edge_extra=$("$tools/many_peers" config --peers 1)
start_edge
start_branch
start_echo service
wait_for 10 carries

start fleet ip netns exec fleet "$tools/many_peers" run --peers 1 --edge 198.51.100.10:51820 \
    --edge-key "${public_key[edge]}" --service "$service4:7000" --rate 500
start_stream stream
sleep 1
edge_peer_key=$("$egret" keys generate | "$egret" keys public)
push_edge
sleep 3
end_stream stream
# 500 a second, so at least two seconds' worth are lost, the last ones sent, and no other.
expect_report "$work/stream.json" '.received > 300 and .sent - .first_lost >= 1000 and .lost == .sent - .first_lost'

say "its handshakes are not answered either"
sleep 5
start_stream afterwards --seconds 1 --linger-ms 200
join afterwards
tail -n 1 "$work/log/afterwards" >"$work/afterwards.json"
expect_report "$work/afterwards.json" '.sent >= 400 and .received == 0'

stop fleet
tail -n 1 "$work/log/fleet" >"$work/fleet.json"
expect_report "$work/fleet.json" '.sent > 1000 and .lost == 0'
