#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One branch against wireguard-go, in the same namespaces and run: how fast TCP goes through the tunnel, and how many packets
# a second. README.md beside the other benchmarks says what is measured and how.
#
#   client ---- branch ---- router (NAT) ---- internet ---- edge ---- service
#               Egret or wireguard-go                       Egret or wireguard-go
#
# Usage: live.sh [--json] [--rounds N] [--save FILE]     (as root)
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/../../integration/lib/test.bash"
# shellcheck source=tests/bench/live/measure.bash
. "$(dirname "$0")/measure.bash"
# shellcheck source=tests/bench/live/systems.bash
. "$(dirname "$0")/systems.bash"

rounds=3
as_json=false
save=/dev/null
while [ $# -gt 0 ]; do
    case $1 in
        --json) as_json=true ;;
        --rounds) rounds=$2 && shift ;;
        --save) save=$2 && shift ;;
        *) fail "unknown argument $1" ;;
    esac
    shift
done
needs iperf3 ethtool nft jq wireguard-go wg

wireguard_log=error  # as it comes
build_network
start sink ip netns exec service "$tools/steady_udp" count --at 0.0.0.0:7000
start iperf ip netns exec service iperf3 --server
systems=(wireguard-go egret-wireguard egret-aes256gcm)
for ((round = 1; round <= rounds; ++round)); do
    # Another order each round: what the machine does besides must not always meet the same system.
    for ((i = 0; i < ${#systems[@]}; ++i)); do
        system=${systems[(i + round) % ${#systems[@]}]}
        say "round $round: $system" >&2
        "set_up_$system"
        measure "$system"
        "tear_down_$system"
    done
done
if $as_json; then
    summary | tee "$save"
else
    summary | tee "$save" | print_table
fi
