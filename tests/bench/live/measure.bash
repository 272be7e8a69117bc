# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# What is measured of each system, and how the rounds are put together.

tcp_seconds=8
trial_seconds=2
loss_allowed=0.001  # of what was sent: RFC 2544 wants none, which a shared machine seldom gives anybody

# record SYSTEM CASE VALUE
record() {
    printf '{"system":"%s","case":"%s","value":%s}\n' "$1" "$2" "$3" >>"$work/measured"
    say "  $2: $3" >&2
}

# tcp_mbits IPERF3-ARGUMENTS...: what arrived.
tcp_mbits() {
    in_ns client iperf3 --client "$service4" --time "$tcp_seconds" --json "$@" |
        jq '.end.sum_received.bits_per_second / 1e6 | round'
}

# try_rate RATE SIZE: offers inner packets of SIZE bytes for a while; prints the sender's report.
try_rate() {
    in_ns client "$tools/steady_udp" send --one-way --to "$service4:7000" --rate "$1" --size $(($2 - 28)) \
        --seconds "$trial_seconds" --linger-ms 300
}

# delivered_pps SIZE: what arrives when as much is offered as the sender can.
delivered_pps() { try_rate 1000000 "$1" | jq '.arrived / .seconds | round'; }

# is_lossless RATE SIZE: it was offered, and hardly anything was lost.
is_lossless() {
    try_rate "$1" "$2" | jq -e ".sent >= $1 * $trial_seconds * 0.98 and .lost_out <= .sent * $loss_allowed" >/dev/null
}

# lossless_pps SIZE LIMIT: the highest rate at which no more than loss_allowed is lost, to a sixteenth of LIMIT.
lossless_pps() {
    local low=0 high=$2 rate
    while ((high - low > $2 / 16)); do
        rate=$(((low + high) / 2))
        if is_lossless "$rate" "$1"; then low=$rate; else high=$rate; fi
    done
    printf '%s\n' "$low"
}

# cpu_of PROCESS...: processor time of these so far, in hundredths of a second (proc(5): utime and stime, in clock ticks).
cpu_of() {
    local name pids=()
    for name in "$@"; do pids+=("/proc/${process_of[$name]}/stat"); done
    cat "${pids[@]}" | awk '{ sum += $14 + $15 } END { print sum }'
}

# idle_percent PROCESS...: of one core, with nothing to do.
idle_percent() {
    local before
    sleep 2
    before=$(cpu_of "$@")
    sleep 5
    printf '%s\n' "$((($(cpu_of "$@") - before) / 5))"
}

# branch_processes SYSTEM
branch_processes() {
    case $1 in
        egret-*) printf '%s\n' branch-dataplane branch-control ;;
        *) printf '%s\n' branch-wireguard ;;
    esac
}

# measure SYSTEM
measure() {
    local size delivered processes
    mapfile -t processes < <(branch_processes "$1")
    record "$1" "idle branch, % of a core" "$(idle_percent "${processes[@]}")"
    record "$1" "tcp up, Mbit/s" "$(tcp_mbits)"
    record "$1" "tcp down, Mbit/s" "$(tcp_mbits --reverse)"
    for size in 64 1420; do
        delivered=$(delivered_pps "$size")
        record "$1" "$size bytes, packets/s delivered at overload" "$delivered"
        record "$1" "$size bytes, packets/s with 0.1 % lost at most" "$(lossless_pps "$size" $((delivered * 3 / 2)))"
    done
}

# summary: for each case and system the median of the rounds, one JSON object a line.
summary() {
    jq -c -s 'group_by([.case, .system])[]
        | (map(.value) | sort) as $values
        | {case: .[0].case, system: .[0].system, median: $values[($values | length) / 2 | floor],
           least: $values[0], most: $values[-1]}' "$work/measured"
}

# print_table: the same for people, each system beside wireguard-go.
print_table() {
    jq -r -s '(map(select(.system == "wireguard-go")) | map({(.case): .median}) | add) as $base
        | .[] | [.case, .system, .median, "\(.least)-\(.most)", (.median / $base[.case] * 100 | round / 100)] | @tsv' |
        column -t -s "$(printf '\t')" -N case,system,median,range,ratio
}
