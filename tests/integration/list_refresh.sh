#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A list changes while numbered datagrams go both ways: both nodes take it up without a push, and nothing is lost. A version
# that lost too much is refused, shown, and changes nothing; a list that vanished is the last good copy, after a restart too.
#
#   client ---- branch ---- router (NAT) ---- internet ---- edge ---- service
#               [Egret]                                     [Egret]   steady_udp echo
#
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs nft ethtool jq

# In place of prefixes written in the configuration.
segment_toml() {
    cat <<'TOML'
[[list]]
name = "service"
format = "text"
source = "file:service.txt"
refresh = "1s"
keep_removed = "1h"
[[segment]]
name = "service"
lists = ["service"]
udp_ports = ["1-65535"]
TOML
}

# write_lists LINE...: the list's next version, for both nodes.
write_lists() {
    local node
    for node in branch edge; do
        mkdir -p "$work/$node/state"
        printf '%s\n' "$@" >"$work/$node/state/service.new"
        mv "$work/$node/state/service.new" "$work/$node/state/service.txt"
    done
}

# list_of NODE EXPRESSION: a jq expression over what the node says of its list.
list_of() { ask "$1" lists show --json | jq -r "$2"; }

# has_prefixes NODE COUNT
has_prefixes() { [ "$(list_of "$1" .prefixes)" = "$2" ]; }

# takes_up COUNT: both nodes run with a list of so many prefixes.
takes_up() {
    wait_for 10 has_prefixes branch "$1"
    wait_for 10 has_prefixes edge "$1"
}

# has_problem NODE WORDS
has_problem() { state_of "$1" status '.[0].problems[]' | grep -q "list service is not up to date: $2"; }

build_network
make_key branch
make_key edge
write_lists 192.0.2.0/24 2001:db8:92::/64
start_edge
start_branch
start_echo service
wait_for 10 carries
takes_up 2

say "the list grows, and what it loses stays for an hour"
start_stream growing
sleep 0.5
write_lists 192.0.2.0/24 2001:db8:92::/64 203.0.113.64/26
takes_up 3
write_lists 192.0.2.0/24 2001:db8:92::/64 203.0.113.64/26 203.0.113.128/26 203.0.113.192/26
takes_up 5
write_lists 192.0.2.0/24 2001:db8:92::/64 203.0.113.128/26 203.0.113.192/26
sleep 2
takes_up 5
end_stream growing
expect_lossless growing
expect_equal 1 "$(list_of branch .kept)" "entries that are kept"

say "a version that lost too much is refused"
start_stream shrinking
write_lists 203.0.113.192/26
wait_for 10 has_problem branch 'loses 75 %'
wait_for 10 has_problem edge 'loses 75 %'
sleep 1.5
takes_up 5
end_stream shrinking
expect_lossless shrinking

say "a list that vanished is the last good copy"
rm "$work"/*/state/service.txt
wait_for 10 has_problem branch 'cannot be read'
stop branch-control
start_control branch
wait_for 10 answers branch
takes_up 5
wait_for 10 carries
