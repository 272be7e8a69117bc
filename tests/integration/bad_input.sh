#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What must not happen and does: wrong messages on the sockets, other users, another version, ports that do not exist,
# places that are taken, no huge pages. Each is answered by one clear line; what runs goes on running.
#
#   client ---- branch ---- router (NAT) ---- internet ---- edge ---- service
#               [Egret]                                     [Egret]   steady_udp echo
#               disturbed here
#
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs nft ethtool jq python3

bad_messages=$integration/tools/bad_messages.py
run=$work/branch/run

# expect_line FILE PATTERN WHAT: one line of it, and only one, says so.
expect_line() {
    expect_equal 1 "$(grep -cE "$2" "$1" || true)" "lines about $3 in $(tail -n 3 "$1")"
}

# refuses_to_start PATTERN COMMAND...: exit 1 and one line on stderr.
refuses_to_start() {
    local status=0
    timeout 20 "${@:2}" >"$work/out" 2>"$work/err" || status=$?
    expect_equal 1 "$status" "exit code of ${*:2}: $(cat "$work/err")"
    expect_line "$work/err" "$1" "$1"
}

generation_of() { state_of "$1" status '.[0].generation_live'; }

build_network
make_key branch
make_key edge
start_edge
start_branch
start_echo service
wait_for 10 carries
start_stream stream

say "wrong requests on the operators' socket"
for case in no-json no-object unknown-command no-command wrong-type deep zeros push-nothing; do
    answer=$(python3 "$bad_messages" control "$run/control.sock" "$case")
    [[ $answer == closed || $answer == '{"ok":false,'*'"message":"'* ]] || fail "$case: $answer"
    expect_equal 1 "$(wc -l <<<"$answer")" "lines of the answer to $case"
done

say "another user"
answer=$(python3 "$bad_messages" control "$run/control.sock" unknown-command --as-nobody)
[[ $answer == "not permitted" || $answer == closed || $answer == *'"ok":false'* ]] || fail "control.sock answers anybody: $answer"
answer=$(python3 "$bad_messages" dataplane "$run/dataplane.sock" short --as-nobody)
[[ $answer == "not permitted" || $answer == closed ]] || fail "dataplane.sock takes anybody: $answer"
# The same where the file system lets him: it is the credentials that count.
chmod 666 "$run/control.sock" "$run/dataplane.sock"
answer=$(python3 "$bad_messages" control "$run/control.sock" unknown-command --as-nobody)
[[ $answer == closed || $answer == '{"ok":false,'*"user 65534"* ]] || fail "control.sock answers anybody: $answer"
expect_line "$work/log/branch-control" 'turned away.*65534' "the other user"
expect_equal closed "$(python3 "$bad_messages" dataplane "$run/dataplane.sock" short --as-nobody)" "dataplane.sock and nobody"
expect_line "$work/log/branch-dataplane" 'refused a connection of user 65534' "the other user"

say "wrong configurations"
cp "$work/branch/state/branch.toml" "$work/bad.toml"
sed -i 's/"wan0"/"wan7"/; s/^generation = .*/generation = 90/' "$work/bad.toml"
expect_failure push branch "$work/bad.toml"
ask branch push "$work/bad.toml" 2>"$work/err" || true
grep -q wan7 "$work/err" || fail "the refusal does not name the port: $(cat "$work/err")"
sed 's/^generation = .*/generation = 1/' "$work/branch/state/branch.toml" >"$work/bad.toml"
expect_failure push branch "$work/bad.toml"
expect_equal "$branch_generation" "$(generation_of branch)" "generation that runs"

say "what runs did not notice"
end_stream stream
expect_lossless stream

say "wrong messages on a dataplane's socket"
stop branch-control
for case in empty-header wrong-magic wrong-version unknown-type short long size-lies from-dataplane; do
    : >"$work/log/branch-dataplane"
    expect_equal closed "$(python3 "$bad_messages" dataplane "$run/dataplane.sock" "$case")" "$case"
    wait_for 2 grep -q . "$work/log/branch-dataplane"
done
running branch-dataplane || fail "the dataplane is gone"
wait_for 1 carries
start_control branch
wait_for 10 holds branch tunnels '.[0].state == "up"'
wait_for 1 carries

say "places that are taken"
refuses_to_start 'dataplane.sock' ip netns exec branch "$egret_dataplane" "${branch_ports[@]}" --run-dir "$run"
refuses_to_start 'control.sock|another|in use' "$egretd" --state-dir "$work/branch/state" --run-dir "$run"
wait_for 1 carries

say "ports that do not exist"
mkdir "$work/other"
refuses_to_start nosuch ip netns exec branch "$egret_dataplane" --port lan0=net_af_packet0,iface=nosuch --run-dir "$work/other"
refuses_to_start net_nosuch ip netns exec branch "$egret_dataplane" --port lan0=net_nosuch0 --run-dir "$work/other"

say "no huge pages"
if [ "$(cat /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages)" = 0 ]; then
    grep -qi 'huge pages' "$work/log/edge-dataplane" || fail "nothing is said about huge pages"
    expect_equal false "$(state_of edge status '.[0].dataplane.huge_pages')" "huge pages in status"
fi

say "a dataplane of another version"
stop_node branch
start old-dataplane python3 "$bad_messages" old-dataplane "$run/dataplane.sock"
wait_for 5 grep -q listening "$work/log/old-dataplane"
: >"$work/log/branch-control"
start_control branch
wait_for 5 grep -qi version "$work/log/branch-control"
sleep 1
expect_line "$work/log/branch-control" '[vV]ersion' "the version"
stop old-dataplane
start_dataplane branch "${branch_ports[@]}"
wait_for 10 carries
