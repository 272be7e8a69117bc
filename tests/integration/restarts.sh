#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Processes end and come back while numbered datagrams go both ways. Without control a dataplane goes on by its sessions: a
# restart of control, gentle or not, loses nothing. A killed dataplane takes its sessions with it; what is lost is reported,
# and once it runs again a second is enough.
#
#   client ---- branch ---- router (NAT) ---- internet ---- edge ---- service
#               [Egret]                                     [Egret]   steady_udp echo
#
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs nft ethtool jq

# restart_control NODE SIGNAL: a new process, and it has found the sessions again.
restart_control() {
    stop "$1-control" "$2"
    sleep 0.3
    start_control "$1"
    wait_for 5 holds "$1" tunnels 'length == 1 and .[0].state == "up"'
}

# restart_dataplane NODE PORTS...: kill -9; the time the process is away is not ours to judge, the second after it is.
restart_dataplane() {
    stop "$1-dataplane" KILL
    sleep 0.5
    start_dataplane "$@"
}

build_network
make_key branch
make_key edge
start_edge
start_branch
start_echo service
wait_for 5 carries

for node in branch edge; do
    for signal in TERM KILL; do
        say "control of $node: $signal"
        start_stream "control-$node-$signal"
        sleep 0.5
        restart_control "$node" "$signal"
        sleep 0.5
        end_stream "control-$node-$signal"
        expect_lossless "control-$node-$signal"
    done
done

for node in branch edge; do
    say "dataplane of $node: kill -9"
    ports="${node}_ports[@]"
    start_stream "dataplane-$node"
    sleep 0.5
    restart_dataplane "$node" "${!ports}"
    started=${EPOCHREALTIME/./}
    wait_for 10 carries
    took_ms=$(((${EPOCHREALTIME/./} - started) / 1000))
    say "carries $took_ms ms after its start"
    # A second for control to make new sessions, another for DPDK to start on a busy machine.
    ((took_ms < 2000)) || fail "it takes too long"
    sleep 1
    end_stream "dataplane-$node"
    # Lost while it was away, and only then.
    expect_report "$work/dataplane-$node.json" '.lost > 0 and .received > 500 and .duplicates == 0'
done
