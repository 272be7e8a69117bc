#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What both processes of a branch and of an edge take with lists of 50,000 prefixes, 100,000 living flows and, at the edge,
# 1,000 peers with sessions and 195 named locations of 2,000 ranges: how long the next push of each takes, as `egret push` sees
# it; resident memory and huge pages; then, with all that but without traffic, processor time.
#
#   client ---- branch ---- router (NAT) ---- internet ---- edge ---- service
#               [Egret]                       fleet         [Egret]
#
# Usage: memory.sh [FLOWS] [PREFIXES] [PEERS] [LOCATIONS]     (as root; one JSON object a line)
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/../../integration/lib/test.bash"
# shellcheck source=tests/bench/live/measure.bash
. "$(dirname "$0")/measure.bash"
needs ethtool nft jq python3

flows=${1:-100000} prefixes=${2:-50000} peers=${3:-1000} locations=${4:-195}

# segment_toml: the service and a long list, both through the tunnel.
segment_toml() {
    cat <<TOML
[[list]]
name = "service"
prefixes = [$service_prefixes]
[[list]]
name = "many"
format = "text"
source = "file:many.txt"
[[segment]]
name = "service"
lists = ["service", "many"]
udp_ports = ["1-65535"]
TOML
}

# edge_toml: the fleet's sites are its peers besides the branch.
edge_toml() {
    edge_head
    printf '[[peer]]\nname = "branch"\npublic_key = "%s"\norigins = ["%s/32"]\n' "${public_key[branch]}" "$egress4"
    "$tools/many_peers" config --peers "$peers"
    make_locations
}

# make_locations: as many ranges in each as a tenant may have, and a policy that relies on them.
make_locations() {
    python3 -c '
import ipaddress, sys
RANGES = 2000
first = int(ipaddress.IPv4Address("100.0.0.0"))
for location in range(int(sys.argv[1])):
    ranges = [f"\"{ipaddress.IPv4Address(first + 8 * (location * RANGES + i))}/29\"" for i in range(RANGES)]
    print(f"[[location]]\nname = \"Location {location}\"\ntrusted = true\nranges = [" + ", ".join(ranges) + "]")
print("[[policy]]\nname = \"MFA outside offices\"\ninclude_locations = [\"All\"]\nexclude_locations = [\"AllTrusted\"]\ngrant = \"mfa\"")
' "$locations"
}

# make_list: /24s at equal distances over a third of IPv4.
make_list() {
    python3 -c '
import sys
n = int(sys.argv[1])
for i in range(n):
    net = (16 << 24) + ((84 << 24) // n * i & 0xffffff00)
    print(".".join(str(net >> shift & 255) for shift in (24, 16, 8, 0)) + "/24")' "$prefixes"
}

# open_flows: one datagram for each, to ports of the service; paced, since af_packet rings are short.
open_flows() {
    in_ns client python3 -c '
import socket, sys, time
service, flows = sys.argv[1], int(sys.argv[2])
per_socket = 50000
for first in range(0, flows, per_socket):
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.bind(("", 0))
    for i in range(min(per_socket, flows - first)):
        try:
            sender.sendto(b"x", (service, 1024 + i))
        except ConnectionRefusedError:
            pass
        if i % 50 == 49:
            time.sleep(0.005)' "$service4" "$flows"
}

# report NODE PROCESS SESSIONS
report() {
    local kib
    kib=$(awk '/^(VmRSS|HugetlbPages):/ { sum += $2 } END { print sum }' "/proc/${process_of[$1-$2]}/status")
    jq -nc --arg node "$1" --arg process "$2" --argjson kib "$kib" --argjson prefixes "$prefixes" --argjson sessions "$3" \
        --argjson flows "$(state_of "$1" status '.[0].flows')" \
        '{case: "memory", $node, $process, $flows, $prefixes, peers_with_session: $sessions, mib: ($kib / 1024 * 10 | round / 10)}'
}

# timed_push NODE: its configuration as the next generation; from `egret push` until the dataplane runs it, in push_ns[NODE].
declare -A push_ns
timed_push() {
    local -n generation=$1_generation
    local pushed_ns
    generation=$((generation + 1))
    "$1_toml" >"$work/$1/state/$1.toml"
    pushed_ns=$(date +%s%N)
    go_live "$1" "$generation"
    push_ns[$1]=$(($(date +%s%N) - pushed_ns))
}

build_network
build_fleet
make_key branch
make_key edge
mkdir -p "$work"/{branch,edge}/state
make_list | tee "$work/branch/state/many.txt" >"$work/edge/state/many.txt"
{
    start_edge
    start_branch
    start fleet ip netns exec fleet "$tools/many_peers" run --peers "$peers" --edge 198.51.100.10:51820 \
        --edge-key "${public_key[edge]}" --service "$service4:7000" --seconds 12 --rate 1 --ramp 4
    start_echo service
    in_ns client ping -c 1 -W 2 "$service4" >/dev/null || true
    open_flows
    join fleet
    sleep 1
    timed_push branch
    timed_push edge
    # What a push took besides is given back soon after.
    sleep 1
} >&2
sessions=$(tail -n 1 "$work/log/fleet" | jq .peers_with_session)
for process in dataplane control; do
    report branch "$process" 1
    report edge "$process" "$((sessions + 1))"
done
jq -nc --argjson ns "${push_ns[branch]}" --argjson prefixes "$prefixes" \
    '{case: "push/live", $prefixes, seconds: ($ns / 1e6 | round / 1e3)}'
jq -nc --argjson ns "${push_ns[edge]}" --argjson prefixes "$prefixes" --argjson locations "$locations" --argjson peers "$peers" \
    '{case: "push/live/locations", $prefixes, $locations, $peers, seconds: ($ns / 1e6 | round / 1e3)}'
for node in branch edge; do
    jq -nc --arg node "$node" --argjson percent "$(idle_percent "$node-dataplane" "$node-control")" \
        '{case: "idle", $node, percent_of_core: $percent}'
done
