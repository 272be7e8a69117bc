#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What an operator sees of two living nodes: every command as text and as JSON, a capture Wireshark reads, sign-ins with the
# origin, and no secret in anything that was logged.
#
#   client ---- branch ---- router (NAT) ---- internet ---- edge ---- service: nginx
#               [Egret]                                     [Egret]
#
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs nginx curl nft ethtool jq tshark

# expect_state NODE COMMAND EXPRESSION: it holds for the array of records the command shows.
expect_state() { holds "$@" || fail "$3 does not hold for $2 of $1: $(ask "$1" "$2" --json)"; }

build_network
start_nginx service
make_key branch
make_key edge
make_preshared_key branch edge
branch_peer_extra=$(printf 'preshared_key = "file:psk.key"\nprobe = "200ms"\nkeepalive = "1s"')
edge_peer_extra='preshared_key = "file:psk.key"'
start_edge
start_branch
wait_for 10 fetch client "http://$service4/"
fetch client "http://[$service6]/" >>"$work/log/fetched"
# To the edge's network, but to no segment: dropped there.
expect_failure in_ns client curl --silent --max-time 1 http://192.0.3.1/

say "as text"
for node in branch edge; do
    for command in status tunnels ports flows counters clients signins; do
        ask "$node" "$command" >"$work/shown" || fail "$command at $node"
        [ -s "$work/shown" ] || [ "$command" = signins ] || fail "$command at $node shows nothing"
    done
done

say "as JSON"
expect_state branch status '.[0] | .node == "branch" and .role == "branch" and .tunnels_up == 1 and .problems == []'
expect_state branch tunnels '.[0] | .peer == "edge" and .state == "up" and .handshake_age_s < 60 and .packets_sent > 5
    and .packets_received > 5 and .bytes_sent > 500 and .bytes_received > 500 and .endpoint == "198.51.100.10:51820"'
wait_for 5 holds branch tunnels '.[0].round_trip_ms > 0 and .[0].round_trip_ms < 1000'
expect_state edge tunnels ".[0] | .peer == \"branch\" and .observed_ipv4 == \"$egress4\""
expect_state branch ports 'map(select(.side == "outside"))[0] | .port == "wan0" and .link == "up" and .packets_sent > 5'
expect_state branch flows "any(.[]; .destination == \"$service4\" and .verdict == \"tunnel\" and .origin == \"$egress4\")"
# A record waits a moment for a server name.
wait_for 15 holds edge signins "any(.[]; .ipAddress == \"$egress4\" and .originAddress == \"$egress4\" and .originVerified == \"registered\")"
wait_for 15 holds edge signins "any(.[]; .ipAddress == \"$client6\")"
expect_equal "$(ask edge signins --json | wc -l)" "$(wc -l <"$work/edge/state/signins.jsonl")" "records in the sign-in log"
# The client reached the service by both families.
client_mac=$(in_ns client ip -json link show up | jq -r 'map(select(.link_type == "ether"))[0].address')
expect_state branch clients ".[0] | .client_mac == \"$client_mac\" and .mixes_families and (.ways | length) == 2"
expect_equal 1 "$(ask branch clients --mixed --json | wc -l)" "clients who mix"
expect_state branch counters '.[0] | .sealed > 5 and .opened > 5 and (.drops | all(.[]; .packets > 0 and (.sentence | length) > 10))'

say "kept alive"
# Every second, whether there is traffic or not.
sleep 3
expect_state edge tunnels '.[0].last_received_age_s < 2'

say "again and again"
timeout -s INT 3 "$egret" status --json --watch --run-dir "$work/branch/run" >"$work/shown" || true
(($(wc -l <"$work/shown") >= 2)) || fail "--watch shows $(wc -l <"$work/shown") lines"

say "a capture"
start capture "$egret" capture --port lan0 --out "$work/lan.pcapng" --count 8 --run-dir "$work/branch/run"
sleep 0.5
fetch client "http://$service4/" >>"$work/log/fetched"
join capture
expect_equal 8 "$(frames_in "$work/lan.pcapng")" "frames in the capture"
(($(frames_in "$work/lan.pcapng" "ip.dst == $service4 and tcp.flags.syn == 1") == 1)) || fail "the client's SYN is missing"
(($(frames_in "$work/lan.pcapng" "ip.src == $service4") > 0)) || fail "there is nothing from the service"
expect_failure ask branch capture --port nosuch --out "$work/none.pcapng" --count 1

say "no secrets"
expect_no_secrets
