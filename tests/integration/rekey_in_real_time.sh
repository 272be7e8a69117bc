#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sessions renewed at WireGuard's own pace, two minutes after the handshake, while numbered datagrams go both ways: between
# two Egrets, from an Egret to wireguard-go, and from wireguard-go to an Egret. None loses anything.
#
#   egret     client ---- [Egret] ---- router ---- internet ---- [Egret] -------- service
#   far-end   client ---- [Egret] ---- router ---- internet ---- wireguard-go --- service
#   site      wireguard-go ----------------------- internet ---- [Egret] -------- service
#
# The three run side by side; the machine is idle most of the time. Usage: rekey_in_real_time.sh [egret|far-end|site]
if [ $# = 0 ]; then
    pids=()
    for variant in egret far-end site; do
        "$0" "$variant" &
        pids+=($!)
    done
    status=0
    for pid in "${pids[@]}"; do wait "$pid" || status=$?; done
    exit "$status"
fi
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs wireguard-go wg nft ethtool jq

# A handshake is due 120 s after the one before (REKEY_AFTER_TIME); 180 s would be the end of it (REJECT_AFTER_TIME).
seconds=130
renewed=branch  # the node to be asked

make_key branch
make_key edge

set_up_egret() {
    build_network
    start_edge
    start_branch
}

set_up_far-end() {
    carry=source
    build_network
    kernel_at_edge
    wg_settings "$work/edge/state/node.key" "${public_key[branch]}" "$egress4/32" >"$work/wg.conf"
    start_wireguard edge wg-edge "$work/wg.conf"
    ip -n edge route add "$egress4/32" dev wg-edge
    start_branch
}

set_up_site() {
    build_internet
    build_far_end
    build_host_site client
    start_edge
    wg_settings "$work/branch/state/node.key" "${public_key[edge]}" 192.0.2.0/24 198.51.100.10:51820 >"$work/wg.conf"
    start_wireguard client wg-site "$work/wg.conf"
    ip -n client route add 192.0.2.0/24 dev wg-site src "$egress4"
    renewed=edge
}

"set_up_$1"
start_echo service
wait_for 10 carries
start_stream "stream-$1" --rate 100 --seconds "$seconds"
join "stream-$1"
end_report "stream-$1"
expect_lossless "stream-$1" $((seconds * 95))
age=$(state_of "$renewed" tunnels '.[0].handshake_age_s')
jq -ne "$age < $seconds - 100" >/dev/null || fail "the newest handshake is $age s old: there was no rekey"
say "$1: the session is $age s old"
