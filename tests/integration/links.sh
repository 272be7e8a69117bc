#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Links go down and come up again, at either end of each wire of either node: traffic goes on by itself.
#
#   client ---- branch ---- router (NAT) ---- internet ---- edge ---- service
#               [Egret]                                     [Egret]   steady_udp echo
#
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs nft ethtool jq

# link_of NODE PORT: as the operator sees it.
link_of() { holds "$1" ports "map(select(.port == \"$2\"))[0].link == \"$3\""; }

# interrupt NS IF NODE PORT: the interface goes down; the node notices on its port, and afterwards goes on.
interrupt() {
    say "$1 $2"
    start_stream "$1-$2"
    sleep 0.3
    ip -n "$1" link set "$2" down
    wait_for 5 link_of "$3" "$4" down
    expect_failure carries
    ip -n "$1" link set "$2" up
    restore "$1"
    wait_for 5 link_of "$3" "$4" up
    wait_for 10 carries
    end_stream "$1-$2"
    # What was lost is for nobody to say: some is only held up.
    expect_report "$work/$1-$2.json" '.received > 0 and .duplicates == 0'
}

# restore NS: a kernel forgets its routes and IPv6 addresses with the link.
restore() {
    case $1 in
        client)
            ip -n client route replace default via 10.42.0.1
            ;;
        service)
            ip -n service route replace default via 192.0.2.1
            ;;
    esac
}

build_network
make_key branch
make_key edge
start_edge
start_branch
start_echo service
wait_for 10 carries

interrupt client eth0 branch lan0
interrupt branch lan0 branch lan0
interrupt router lan0 branch wan0
interrupt branch wan0 branch wan0
interrupt edge net0 edge net0
interrupt edge svc0 edge svc0
interrupt service eth0 edge svc0
