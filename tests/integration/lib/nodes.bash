# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Egret nodes: each is a namespace of its name, a dataplane and a control process, and a folder with state/ and run/.

# Ports of the two nodes; a test may choose other devices. The rings are large: tests share their processors with builds and
# each other, and a process that has to wait for its turn must not lose what others then count as lost.
ring=framecnt=4096
branch_ports=(--port "lan0=net_af_packet0,iface=lan0,$ring" --port "wan0=net_af_packet1,iface=wan0,$ring")
edge_ports=(--port "svc0=net_af_packet0,iface=svc0,$ring" --port "net0=net_af_packet1,iface=net0,$ring")

# start_dataplane NODE PORT-ARGUMENTS...    with as many workers as $workers says; 1
start_dataplane() {
    mkdir -p "$(folder_of "$1")/run"
    start "$1-dataplane" ip netns exec "$1" "$egret_dataplane" "${@:2}" --workers "${workers:-1}" \
        --run-dir "$(folder_of "$1")/run"
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

# go_live NODE GENERATION: pushes NODE.toml and waits until the dataplane runs it.
go_live() {
    push "$1" "$work/$1/state/$1.toml" >>"$work/log/$1-push" 2>&1
    wait_for 10 holds "$1" status ".[0].generation_live == $2"
}

# push_branch / push_edge: the configuration as it now is, as the next generation.
push_branch() {
    branch_generation=$((branch_generation + 1))
    branch_toml >"$work/branch/state/branch.toml"
    go_live branch "$branch_generation"
}

push_edge() {
    edge_generation=$((edge_generation + 1))
    edge_toml >"$work/edge/state/edge.toml"
    go_live edge "$edge_generation"
}

# start_branch / start_edge: both processes and a push, with the keys made before.
start_branch() {
    start_node branch "${branch_ports[@]}"
    push_branch
}

start_edge() {
    start_node edge "${edge_ports[@]}"
    push_edge
}

# start_fleet_edge PEERS: an edge with the simulated sites of many_peers as its peers.
start_fleet_edge() {
    start_node edge "${edge_ports[@]}"
    edge_generation=$((edge_generation + 1))
    { edge_head && "$tools/many_peers" config --peers "$1" --suite "$suite"; } >"$work/edge/state/edge.toml"
    go_live edge "$edge_generation"
}

# start_node NODE PORT-ARGUMENTS...
start_node() {
    start_dataplane "$@"
    start_control "$1"
    wait_for 10 answers "$1"
}

stop_node() {
    stop "$1-control"
    stop "$1-dataplane"
}

# expect_no_secrets: no key of any node, as base64 or hex, in anything that was logged or shown.
expect_no_secrets() {
    local file text hex
    for file in "$work"/*/state/*.key*; do
        text=$(head -n 1 "$file")
        hex=$(base64 -d <<<"$text" | od -An -v -tx1 | tr -d ' \n')
        if grep -rqiF -e "$text" -e "$hex" "$work/log" "$work/shown" 2>/dev/null; then
            fail "${file##*/} of $(basename "$(dirname "$(dirname "$file")")") is in a log"
        fi
    done
}
