#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Pushes signed with the stock minisign while numbered datagrams go both ways: no push, no confirmation and no rollback loses
# one. A provisional push that cuts the branch off is taken back by itself, long before its time is over.
#
#   client ---- branch ---- router (NAT) ---- internet ---- edge ---- service
#               [Egret]                                     [Egret]   steady_udp echo
#
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs nft ethtool jq minisign

# write_branch: the configuration of the branch's next generation, signed.
write_branch() {
    local file=$work/branch/state/branch.toml
    branch_generation=$((branch_generation + 1))
    branch_toml >"$file"
    rm -f "$file.minisig"
    minisign -S -s "$work/signing.key" -m "$file" \
        -t "node=branch generation=$branch_generation expires=$(date -u -d '+1 hour' +%FT%TZ)" >/dev/null
}

push_signed() { ask branch push "$work/branch/state/branch.toml" "$@" >>"$work/log/branch-push" 2>&1; }

runs() { holds branch status ".[0].generation_live == $1"; }

build_network
make_key branch
make_key edge
minisign -G -W -p "$work/signing.pub" -s "$work/signing.key" >/dev/null
start_edge
start_branch
start_echo service
wait_for 10 carries

say "from here on signed"
ask branch trust "$work/signing.pub" >>"$work/log/branch-push"
expect_failure push_branch
wait_for 5 runs 1

say "pushes, a confirmation and a rollback under load"
start_stream load
sleep 0.5
for prefix in 192.0.2.0/25 192.0.2.128/25 192.0.3.0/24 192.0.4.0/24 192.0.5.0/24; do
    service_prefixes="\"192.0.2.0/24\", \"2001:db8:92::/64\", \"$prefix\""
    write_branch
    push_signed
    wait_for 5 runs "$branch_generation"
    sleep 0.2
done
write_branch
push_signed --confirm-within 5m
ask branch confirm >>"$work/log/branch-push"
ask branch rollback >>"$work/log/branch-push"
wait_for 5 runs $((branch_generation - 1))
sleep 0.5
end_stream load
expect_lossless load

say "a provisional push that is well stays"
write_branch
push_signed --confirm-within 10m
sleep 25
runs "$branch_generation" || fail "it was taken back although the edge answers"
ask branch confirm >>"$work/log/branch-push"
good=$branch_generation

say "one that cuts the branch off is taken back"
branch_peer_key=$("$egret" keys generate | "$egret" keys public)
write_branch
push_signed --confirm-within 10m
wait_for 5 runs "$branch_generation"
expect_failure carries
wait_for 40 runs "$good"
wait_for 10 carries
holds branch history '.[-1].cause == "no peer reachable" and .[-1].user == null' || fail "$(ask branch history)"

say "no secrets"
expect_no_secrets
