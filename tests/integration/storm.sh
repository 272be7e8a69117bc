#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# An edge with very many sites is started anew: all of them want a new session at once. The storm settles; how fast is
# reported.
#
#   fleet ---- internet ---- edge ---- service
#   many_peers               [Egret]   steady_udp echo
#
# Usage: storm.sh [PEERS]
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs ethtool jq

peers=${1:-10000}
build_internet
build_far_end
build_fleet
make_key edge
start_fleet_edge "$peers"
start_echo service

# play NAME ARGUMENTS...: the sites, until each was answered.
play() {
    start "$1" ip netns exec fleet "$tools/many_peers" run --peers "$peers" --edge 198.51.100.10:51820 \
        --edge-key "${public_key[edge]}" --service "$service4:7000" --rate 0.2 --until-settled --seconds 120 "${@:2}"
}

# settled NAME: the run ended by itself with every site answered.
settled() {
    join "$1"
    end_fleet "$1"
    expect_report "$work/$1.json" ".settled == $peers and .no_echo == 0"
}

end_fleet() {
    tail -n 1 "$work/log/$1" >"$work/$1.json"
    say "$1: $(jq -c '{settled, settled_after_ms, handshakes_since_mark, handshakes_per_second, cookies, initiations}' "$work/$1.json")"
}

say "all at once"
play first --ramp 0.1
settled first

say "the edge restarts under $peers sites"
play second --ramp 10 --marks 1
sleep 20
stop_node edge
start_dataplane edge "${edge_ports[@]}"
start_control edge
kill -USR1 "${process_of[second]}"
settled second
