#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Keys are replaced while numbered datagrams go both ways: a static key of either node and the preshared key, each with an
# overlap in which old and new work and an end from which the old one is refused. Nothing is lost.
#
#   client ---- branch ---- router (NAT) ---- internet ---- edge ---- service
#               [Egret]                       thief         [Egret]   steady_udp echo
#                                             wireguard-go with a key that was replaced
#
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs nft ethtool jq wireguard-go wg

# state_file NODE FILE
state_file() { printf '%s/%s/state/%s' "$work" "$1" "$2"; }

# is_newer_than NODE MICROSECONDS: its newest session was made after that moment.
is_newer_than() {
    holds "$1" tunnels ".[0].handshake_age_s < $(((${EPOCHREALTIME/./} - $2) / 1000)) / 1000"
}

# push_and_renew NODE: with this push both know the keys, and a session is made of the newest.
push_and_renew() {
    local before=${EPOCHREALTIME/./}
    "push_$1"
    wait_for 15 is_newer_than branch "$before"
    wait_for 15 is_newer_than edge "$before"
}

# replace_key NODE: the local half, as an operator does it. The old key is kept beside the new one; the new public one becomes
# public_key[NODE].
replace_key() {
    local rotated
    rotated=$("$egret" keys rotate --json "$(state_file "$1" "$1.toml")")
    expect_equal "${public_key[$1]}" "$(jq -r .old_public_key <<<"$rotated")" "the old key of $1"
    public_key[$1]=$(jq -r .public_key <<<"$rotated")
    previous_private_key="previous_private_key = $(jq .previous_private_key <<<"$rotated")"
}

# replace_branch_key / replace_edge_key: first the other side learns the new key, then the node uses it, then both forget.
replace_branch_key() {
    local old=${public_key[branch]}
    replace_key branch
    edge_peer_key=$old edge_peer_extra="next_public_key = \"${public_key[branch]}\""
    push_edge
    branch_identity_extra=$previous_private_key
    push_and_renew branch
    edge_peer_key='' edge_peer_extra=''
    push_edge
    branch_identity_extra=''
    push_branch
}

replace_edge_key() {
    local old=${public_key[edge]}
    replace_key edge
    branch_peer_key=$old branch_peer_extra="next_public_key = \"${public_key[edge]}\""
    push_branch
    edge_identity_extra=$previous_private_key
    push_and_renew edge
    branch_peer_key='' branch_peer_extra=''
    push_branch
    edge_identity_extra=''
    push_edge
}

# replace_preshared_key FIRST SECOND: the nodes in the order in which they learn it.
replace_preshared_key() {
    local node key
    key=$("$egret" keys generate)
    for node in "$@"; do
        mv "$(state_file "$node" psk.key)" "$(state_file "$node" psk.key.old)"
        (umask 077 && printf '%s\n' "$key" >"$(state_file "$node" psk.key)")
        printf -v "${node}_peer_extra" '%s\n%s' 'preshared_key = "file:psk.key"' 'previous_preshared_key = "file:psk.key.old"'
        push_and_renew "$node"
    done
    for node in "$@"; do
        printf -v "${node}_peer_extra" '%s' 'preshared_key = "file:psk.key"'
        "push_$node"
    done
}

# during NAME COMMAND...: with a stream that must lose nothing.
during() {
    say "$1"
    start_stream "$1"
    sleep 0.5
    "${@:2}"
    sleep 1
    end_stream "$1"
    expect_lossless "$1"
}

# expect_refused KEY-FILE WHAT: a WireGuard that has this key gets no answer from the edge.
expect_refused() {
    wg_settings "$1" "${public_key[edge]}" 192.0.2.0/24 198.51.100.10:51820 >"$work/thief.conf"
    start_wireguard thief wg-thief "$work/thief.conf" "$egress4/32"
    ip -n thief route replace 192.0.2.0/24 dev wg-thief
    expect_failure in_ns thief ping -c 1 -W 2 "$service4"
    grep -q 'Sending handshake initiation' "$work/log/thief-wireguard" || fail "$2: nothing was tried"
    expect_equal 0 "$(grep -c 'Received handshake response' "$work/log/thief-wireguard" || true)" "answers to $2"
    stop thief-wireguard
}

build_network
add_namespace thief
connect thief eth0 internet thief0
give_address internet thief0 198.18.2.1/24
give_address thief eth0 198.18.2.2/24
route_via thief 198.18.2.1
make_key branch
make_key edge
start_edge
start_branch
start_echo service
wait_for 10 carries

during static-key-of-branch replace_branch_key
expect_refused "$(state_file branch node.key.old)" "the branch's old key"
during static-key-of-edge replace_edge_key

say "a preshared key from now on"
make_preshared_key branch edge
branch_peer_extra='preshared_key = "file:psk.key"' edge_peer_extra=$branch_peer_extra
push_branch
push_edge
wait_for 30 carries
during preshared-key-branch-first replace_preshared_key branch edge
during preshared-key-edge-first replace_preshared_key edge branch
expect_no_secrets
