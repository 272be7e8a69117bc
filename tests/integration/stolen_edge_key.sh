#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Somebody has the edge's private key, and its address. The branch takes him for the edge, so its clients talk to him; but he
# cannot open anything into the LAN: not to a client's own address, not to the egress address, not beside a living flow.
#
#   client ---- branch ---- router (NAT) ---- internet ---- edge
#   nginx       [Egret]                                     wireguard-go with the stolen key,
#   capture here                                            allowed IPs as he likes
#
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs wireguard-go wg nginx curl nft ethtool jq tcpdump tshark

carry=source
endpoint='[2001:db8:51::10]:51820'
build_network
kernel_at_edge
# He stands for the service.
give_address edge lo "$service4/32" "$service6/128"
start_nginx client
make_key branch
make_key edge
wg_settings "$work/edge/state/node.key" "${public_key[branch]}" "$egress4/32, 10.42.0.0/24, 2001:db8:42::/48" >"$work/thief.conf"
start_wireguard edge wg-thief "$work/thief.conf"
for prefix in "$egress4/32" 10.42.0.0/24 "$client6/128"; do
    ip -n edge route add "$prefix" dev wg-thief
done
start_branch
start_echo edge
capture lan client eth0 ''

say "a client talks to him"
# From one port of the client's, so that he knows a flow to stand beside.
start_stream stream --seconds 3
sleep 1
flow=$(state_of branch flows '[.[] | select(.protocol == "udp")][0]')
expect_equal tunnel "$(jq -r .verdict <<<"$flow")" "verdict of the client's flow"

say "he tries the LAN"
for target in "$client4" "$egress4" "[$client6]"; do
    expect_failure in_ns edge curl --silent --max-time 1 "http://$target/"
    in_ns edge ping -c 1 -W 1 "$(tr -d '[]' <<<"$target")" >/dev/null || true
    in_ns edge "$tools/steady_udp" send --to "$target:9" --rate 50 --seconds 0.2 --linger-ms 100 >>"$work/log/tries"
done
# Beside the flow: to the port the client's packets came from, but from another port than they went to.
port=$(jq .source_port <<<"$flow")
in_ns edge "$tools/steady_udp" send --to "$egress4:$port" --rate 50 --seconds 0.2 --linger-ms 100 >>"$work/log/tries"
join stream
end_report stream
sleep 0.3
stop lan INT

# What reached the client is its own flow's answers, and no more.
answers="udp.srcport == 7000 and ip.src == $service4"
strangers=$(frames_in "$work/lan.pcap" "ip.dst == $client4 and not ($answers)")
expect_equal 0 "$strangers" "IPv4 packets to the client that answer nothing"
expect_equal 0 "$(frames_in "$work/lan.pcap" "ipv6.dst == $client6 and not icmpv6.type in {134..136}")" "IPv6 packets to the client"
expect_equal 0 "$(frames_in "$work/lan.pcap" "ip.dst == $egress4")" "packets to the egress address on the LAN"
expect_report "$work/stream.json" '.lost == 0 and .duplicates == 0'
(($(dropped branch unsolicited) > 10)) || fail "the branch counts $(dropped branch unsolicited) unsolicited"
expect_equal 1 "$(wc -l <"$work/log/client-access")" "requests at the client, the one that saw it start included"
