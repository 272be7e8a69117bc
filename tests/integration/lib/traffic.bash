# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Numbered datagrams, and what became of them.

# start_echo NS: returns datagrams to port 7000, of both families.
start_echo() {
    start "$1-echo" ip netns exec "$1" "$tools/steady_udp" echo --at 0.0.0.0:7000
    start "$1-echo6" ip netns exec "$1" "$tools/steady_udp" echo --at '[::]:7000'
    wait_for 5 listens "$1" 7000
}

# listens NS PORT: over both families.
listens() { [ "$(in_ns "$1" ss -Hlun "sport = :$2" | wc -l)" = 2 ]; }

# start_stream NAME ARGUMENTS...: from the client to the service's echo, 500 datagrams a second, until end_stream.
start_stream() {
    start "$1" ip netns exec client "$tools/steady_udp" send --to "$service4:7000" "${@:2}"
}

# end_stream NAME: leaves its report in NAME.json.
end_stream() {
    stop "$1"
    end_report "$1"
}

# end_report NAME: the same for one that ended by itself.
end_report() {
    tail -n 1 "$work/log/$1" >"$work/$1.json"
    say "$1: $(jq -c '{sent, lost, lost_out, duplicates, longest_gap_ms}' "$work/$1.json")"
}

# expect_lossless NAME [LEAST-SENT]: every datagram came back, once.
expect_lossless() {
    expect_report "$work/$1.json" ".lost == 0 and .duplicates == 0 and .sent >= ${2:-500}"
}

# carries: a datagram sent now comes back.
carries() {
    in_ns client "$tools/steady_udp" send --to "$service4:7000" --rate 1000 --seconds 0.001 --linger-ms 300 |
        jq -e '.sent > 0 and .lost == 0'
}
