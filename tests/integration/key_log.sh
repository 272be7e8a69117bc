#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A debug key log lets Wireshark read a live capture of the tunnel; a node that is not disposable refuses to write one.
#
#   client ---- branch ---- router (NAT) ---- internet ---- edge ---- service: nginx
#               [Egret]                       capture here  [Egret]
#               --keylog
#
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs nginx curl nft ethtool jq tshark tcpdump

build_network
start_nginx service
make_key branch
make_key edge
start_edge
start_dataplane branch "${branch_ports[@]}"
start_control branch --keylog "$work/keys.log"
wait_for 10 answers branch

say "refused on a node that is not disposable"
branch_generation=1
branch_toml >"$work/branch/state/branch.toml"
expect_failure push branch "$work/branch/state/branch.toml"
[ ! -s "$work/keys.log" ] || fail "keys were written all the same"
stop branch-control
branch_identity_extra='disposable = true'
start_control branch --keylog "$work/keys.log"
wait_for 10 answers branch

say "written on one that is"
# Source carry: Wireshark knows WireGuard's payload, not the Egret header.
carry=source
capture wire internet edge0 'udp port 51820'
push_branch
wait_for 10 fetch client "http://$service4/"
sleep 0.5
stop wire INT
expect_equal 600 "$(stat -c %a "$work/keys.log")" "mode of the key log"
tshark -r "$work/wire.pcap" -o "wg.keylog_file:$work/keys.log" -Y 'wg && http.request.uri == "/"' -T fields \
    -e ip.src 2>"$work/log/tshark" >"$work/requests"
grep -q "$egress4" "$work/requests" || fail "tshark reads no request: $(cat "$work/log/tshark")"
expect_equal true "$(state_of branch status '.[0].key_log != null and .[0].key_log != false')" "status shows the key log"
