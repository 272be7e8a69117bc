# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Egret nodes: each is a namespace of its name, a dataplane and a control process, and a folder with state/ and run/.

# Ports of the two nodes; a test may choose other devices.
branch_ports=(--port "lan0=net_af_packet0,iface=lan0" --port "wan0=net_af_packet1,iface=wan0")
edge_ports=(--port "svc0=net_af_packet0,iface=svc0" --port "net0=net_af_packet1,iface=net0")

# start_dataplane NODE PORT-ARGUMENTS...
start_dataplane() {
    mkdir -p "$(folder_of "$1")/run"
    start "$1-dataplane" ip netns exec "$1" "$egret_dataplane" "${@:2}" --run-dir "$(folder_of "$1")/run"
}

# start_control NODE [ARGUMENTS...]
start_control() {
    local folder
    folder=$(folder_of "$1")
    mkdir -p "$folder/run" "$folder/state"
    start "$1-control" "$egretd" --state-dir "$folder/state" --run-dir "$folder/run" "${@:2}"
}

# ask NODE COMMAND...: an operator's command.
ask() { "$egret" "${@:2}" --run-dir "$(folder_of "$1")/run"; }

# push NODE FILE
push() { ask "$1" push "$2"; }

# answers NODE: its control process takes commands.
answers() { ask "$1" status --json; }

# state_of NODE COMMAND EXPRESSION: a jq expression over the array of records an operator's command shows.
state_of() { ask "$1" "$2" --json | jq -c -r -s "(if (.[0] | type) == \"array\" then .[0] else . end) | $3"; }

# dropped NODE REASON: how many packets.
dropped() { state_of "$1" counters "[.[0].drops[] | select(.reason == \"$2\").packets] | add // 0"; }

# holds NODE COMMAND EXPRESSION: true if the jq expression is.
holds() { [ "$(state_of "$@" 2>/dev/null)" = true ]; }

# push_branch / push_edge: the configuration as it now is, as the next generation.
push_branch() {
    branch_generation=$((branch_generation + 1))
    branch_toml >"$work/branch/branch.toml"
    push branch "$work/branch/branch.toml"
}

push_edge() {
    edge_generation=$((edge_generation + 1))
    edge_toml >"$work/edge/edge.toml"
    push edge "$work/edge/edge.toml"
}

# start_branch / start_edge: both processes and a push, with the keys made before.
start_branch() {
    start_dataplane branch "${branch_ports[@]}"
    start_control branch
    wait_for 10 answers branch
    push_branch
}

start_edge() {
    start_dataplane edge "${edge_ports[@]}"
    start_control edge
    wait_for 10 answers edge
    push_edge
}

stop_node() {
    stop "$1-control"
    stop "$1-dataplane"
}

# start_fleet_edge PEERS: an edge with the simulated sites of many_peers as its peers.
start_fleet_edge() {
    start_dataplane edge "${edge_ports[@]}"
    start_control edge
    wait_for 10 answers edge
    edge_generation=$((edge_generation + 1))
    { edge_head && "$tools/many_peers" config --peers "$1" --suite "$suite"; } >"$work/edge/edge.toml"
    push edge "$work/edge/edge.toml"
}
