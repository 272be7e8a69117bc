#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A rule pinned to one family, and a client that has both: it is refused at once, not when its SYN has gone unanswered for
# long enough, and falls back by itself, so that the service sees one family.
#
#   client ---- branch ---- router (NAT) ---- internet ---- edge ---- service: nginx
#               [Egret]                                     [Egret]
#
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs nginx curl nft ethtool jq python3

# sign_in [OPTION...]: what the service sees of a client that knows the service's name, and both its addresses.
name=login.contoso.example
sign_in() {
    in_ns client curl --silent --show-error --fail --max-time 5 --resolve "$name:80:[$service6],$service4" "$@" "http://$name/"
}

# pin FAMILY: the rule takes it alone.
pin() {
    say "pinned to $1"
    branch_extra="family = \"$1\""
    push_branch
}

# expect_refused OPTION: by a reset, in much less time than the second after which a SYN is sent again.
expect_refused() {
    local begin=${EPOCHREALTIME/./} status=0
    sign_in "$1" 2>>"$work/log/refused" || status=$?
    expect_equal 7 "$status" "curl $1 exits"
    ((${EPOCHREALTIME/./} - begin < 900000)) || fail "curl $1 was refused only after $((${EPOCHREALTIME/./} - begin)) us"
}

# expect_datagram_refused ADDRESS ERROR: what the kernel says of a connected UDP socket to the service.
expect_datagram_refused() {
    expect_equal "$2" "$(in_ns client python3 - "$1" <<'PYTHON'
import errno
import socket
import sys

with socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM) as client:
    client.connect((sys.argv[1], 443))
    client.settimeout(2)
    client.send(b"a QUIC Initial, or not")
    try:
        client.recv(1)
    except OSError as error:
        print(errno.errorcode.get(error.errno, "timeout"))
PYTHON
    )" "a datagram to $1"
}

build_network
start_nginx service
make_key branch
make_key edge
start_edge
start_branch
wait_for 10 fetch client "http://[$service6]/"

say "not pinned"
expect_equal "$client6" "$(sign_in)" "seen of a client that prefers IPv6"

pin ipv4
expect_equal "$egress4" "$(sign_in)" "seen of a client that prefers IPv6"
expect_refused --ipv6
expect_datagram_refused "$service6" EACCES
expect_equal "$egress4" "$(sign_in --ipv4)" "seen over IPv4"
# Each connection tried and the datagram.
(($(dropped branch family_refused) >= 3)) || fail "the branch counts $(dropped branch family_refused) packets as refused"

pin ipv6
expect_equal "$client6" "$(sign_in)" "seen of a client that prefers IPv6"
expect_refused --ipv4
expect_datagram_refused "$service4" EHOSTUNREACH
