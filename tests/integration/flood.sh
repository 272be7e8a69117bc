#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A flood on the tunnel port of the edge, from many addresses, while numbered datagrams and requests go through the tunnel:
# garbage, truncated messages, replayed ones, stray and forged handshakes, answers to nothing, data for nobody.
# The traffic does not notice, and sessions are renewed all the while.
#
#   client ---- branch ---- router (NAT) ---- internet ---- edge ---- service: nginx, echo
#               [Egret]                       fleet         [Egret]
#                                             flood
#
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs nft ethtool jq tcpdump

seconds=10
build_network
build_fleet
make_key branch
make_key edge
edge_extra=$("$tools/many_peers" config --peers 20)
start_edge
start_branch
start_echo service

# What passed by is what there is to be replayed: handshakes and data.
capture wire internet edge0 'udp dst port 51820'
wait_for 10 carries
start_stream before --seconds 1
join before
stop wire INT

# flood KINDS RATE: from 5,000 addresses, while one branch sends and 20 sites renew their sessions.
flood() {
    say "$1, $2 a second"
    start "sites-$1" ip netns exec fleet "$tools/many_peers" run --peers 20 --edge 198.51.100.10:51820 --port 51821 \
        --edge-key "${public_key[edge]}" --service "$service4:7000" --rate 20 --rekey 4 --seconds "$seconds"
    start_stream "stream-$1" --seconds "$seconds"
    start "flood-$1" ip netns exec fleet "$tools/flood" --to 198.51.100.10:51820 --node-key "${public_key[edge]}" \
        --kinds "$1" --rate "$2" --seconds $((seconds - 1)) --sources 5000 --capture "$work/wire.pcap"
    join "flood-$1"
    join "sites-$1"
    join "stream-$1"
    for name in sites stream flood; do
        tail -n 1 "$work/log/$name-$1" >"$work/$name-$1.json"
    done
    say "flood $(jq -c . "$work/flood-$1.json"), stream $(jq -c '{sent, lost}' "$work/stream-$1.json"), sites $(
        jq -c '{sent, lost, established, cookies}' "$work/sites-$1.json")"
    expect_report "$work/flood-$1.json" ".sent >= $2 * ($seconds - 1) * 0.8"
    expect_lossless "stream-$1"
    # A handshake may have to wait for its cookie; data may not.
    expect_report "$work/sites-$1.json" '.lost == 0 and .peers_with_session == 20 and .established >= 20'
}

flood garbage,truncated,replayed,stray,answers,data 6000
flood forged 5000
for reason in bad_header bad_mac1 replayed unknown_session; do
    (($(dropped edge "$reason") > 0)) || fail "the edge counts no $reason"
done
