#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Many branches at one edge, each with numbered datagrams both ways, all renewing their sessions again and again: no packet
# is lost.
#
#   fleet ---- internet ---- edge ---- service
#   many_peers               [Egret]   steady_udp echo
#
# Usage: many_peers.sh [PEERS] [SECONDS] [SECONDS-BETWEEN-REKEYS] [PACKETS-PER-SECOND-AND-PEER]
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs ethtool jq

peers=${1:-1000} seconds=${2:-20} rekey=${3:-5} rate=${4:-5}
build_internet
build_far_end
build_fleet
make_key edge
start_fleet_edge "$peers"
start_echo service

start fleet ip netns exec fleet "$tools/many_peers" run --peers "$peers" --edge 198.51.100.10:51820 \
    --edge-key "${public_key[edge]}" --service "$service4:7000" --seconds "$seconds" --rekey "$rekey" --rate "$rate" --ramp 2
join fleet
tail -n 1 "$work/log/fleet" >"$work/fleet.json"
say "$(jq -c . "$work/fleet.json")"
expect_report "$work/fleet.json" ".peers_with_session == $peers and .sent >= $peers * $rate * ($seconds - 3)"
expect_report "$work/fleet.json" ".established >= $peers * ($seconds / $rekey - 1)"
expect_report "$work/fleet.json" '.lost == 0 and .replayed == 0 and .no_echo == 0 and .refused == 0 and .not_taken == 0'
