#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A node has addresses of its own: it answers ARP and neighbour discovery for them and nobody else's, and not those who lie
# about who asks. It finds its own next hops by the same means, and finds them again when they change.
#
#   client ---- branch ---- router (NAT) ---- internet ---- edge ---- service
#               [Egret]     asks here                       [Egret]   asks here
#
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs nft ethtool jq python3 tcpdump tshark

# asked NS IF ARGUMENTS...
asked() { in_ns "$1" python3 "$integration/tools/ask_neighbour.py" "${@:2}"; }

build_network
make_key branch
make_key edge
start_edge
start_branch
start_echo service
wait_for 10 carries
branch_mac=$(mac_of branch wan0)
edge_mac=$(mac_of edge svc0)

say "own addresses"
expect_equal "$branch_mac" "$(asked router lan0 10.42.0.2 --sender 10.42.0.1)" "ARP for the branch"
expect_equal "$branch_mac" "$(asked router lan0 2001:db8:42:1::2 --sender 2001:db8:42:1::1)" "neighbour discovery for the branch"
expect_equal "$edge_mac" "$(asked service eth0 192.0.2.1 --sender 192.0.2.10)" "ARP for the edge"
expect_equal "$edge_mac" "$(asked service eth0 2001:db8:92::1 --sender 2001:db8:92::10)" "neighbour discovery for the edge"

say "foreign addresses"
expect_equal silence "$(asked router lan0 10.42.0.3 --sender 10.42.0.1)" "ARP for nobody"
expect_equal silence "$(asked router lan0 2001:db8:42:1::3 --sender 2001:db8:42:1::1)" "neighbour discovery for nobody"
expect_equal silence "$(asked service eth0 "$egress4" --sender 192.0.2.10)" "ARP for the egress address"
# The client's answer comes through the bump in the wire, from the client.
expect_equal "$(mac_of client eth0)" "$(asked router lan0 "$client4" --sender 10.42.0.1)" "ARP for the client"

say "liars"
expect_equal silence "$(asked router lan0 10.42.0.2 --sender 10.42.0.2)" "ARP in the branch's own name"
expect_equal silence "$(asked router lan0 10.42.0.2 --sender 192.168.9.9)" "ARP from another network"
expect_equal silence "$(asked router lan0 10.42.0.2 --sender 10.42.0.1 --sender-mac 02:00:00:00:00:99)" "ARP with two MACs"
expect_equal silence "$(asked router lan0 10.42.0.2 --sender 10.42.0.1 --sender-mac ff:ff:ff:ff:ff:ff \
    --ether-source ff:ff:ff:ff:ff:ff)" "ARP from everybody"
expect_equal silence "$(asked router lan0 2001:db8:42:1::2 --sender 2001:db8:42:1::2)" "neighbour discovery in the branch's name"
expect_equal silence "$(asked router lan0 2001:db8:42:1::2 --sender 2001:db8:42:1::1 --hop-limit 254)" "a routed solicitation"
wait_for 2 carries

say "the gateway gets another MAC"
start_stream stream
sleep 0.5
ip -n router link set lan0 address 02:00:00:00:42:01
# A host whose MAC changes says so; the client's kernel learns it like the branch.
in_ns router python3 "$integration/tools/ask_neighbour.py" lan0 10.42.0.1 --sender 10.42.0.1 >/dev/null
in_ns router ping -c 1 -W 1 "$client4" >/dev/null || true
wait_for 10 carries
end_stream stream

say "a service that is not there"
# Packets for it wait for an answer to the edge's question, not for ever and not without end.
in_ns client "$tools/steady_udp" send --to 192.0.2.99:7000 --rate 1000 --seconds 1 --linger-ms 100 >"$work/nobody.json"
expect_report "$work/nobody.json" '.received == 0'
carries >/dev/null
