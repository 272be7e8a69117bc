#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A branch whose far end renews the session ten times a second while numbered datagrams go both ways: none is lost, none
# comes twice. (At WireGuard's own pace, every two minutes: rekey_in_real_time.sh.)
#
#   client ---- branch ---- router (NAT) ---- internet ---- edge
#               [Egret]                                     echo_peer: initiates, decrypts, echoes
#
# Usage: rekey_often.sh SUITE
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs nft ethtool jq

suite=$1
build_network
kernel_at_edge
make_key branch
make_key edge
start far-end ip netns exec edge "$tools/echo_peer" --at 198.51.100.10:51820 --suite "$suite" --rekey-ms 100 \
    --key-file "$work/edge/state/node.key" --branch-key "${public_key[branch]}"
start_branch

# The first datagrams wait for the handshake, so they are in the count.
start_stream stream --seconds 10
join stream
end_report stream
expect_lossless stream 5000

stop far-end
tail -n 1 "$work/log/far-end" >"$work/far-end.json"
say "far end: $(jq -c . "$work/far-end.json")"
expect_report "$work/far-end.json" '.established >= 80 and .refused == 0 and .replayed == 0'
