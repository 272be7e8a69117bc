#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The branch's provider gives it another address while numbered datagrams go both ways: the tunnel's endpoint follows the
# first authenticated datagram from there. What is lost is what was on its way back to the address that is gone.
#
#   client ---- branch ---- router ---- internet ---- edge ---- service
#               [Egret]     NAT to 203.0.113.7,       [Egret]   steady_udp echo
#                           then to 203.0.113.77
#
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs nft ethtool jq

endpoint_at_edge() { state_of edge tunnels '.[0].endpoint'; }

build_network
make_key branch
make_key edge
start_edge
start_branch
start_echo service
wait_for 5 carries
expect_equal "$egress4" "$(endpoint_at_edge | cut -d : -f 1)" "endpoint before"

start_stream stream
sleep 1
# The translations end with the address (topology.bash).
ip -n router address delete "$egress4/24" dev wan0
ip -n router address add 203.0.113.77/24 dev wan0
ip -n router route replace default via 203.0.113.1
wait_for 2 carries
sleep 1
end_stream stream
expect_equal 203.0.113.77 "$(endpoint_at_edge | cut -d : -f 1)" "endpoint afterwards"
expect_report "$work/stream.json" '.received >= 900 and .longest_gap_ms < 1000 and .duplicates == 0'
