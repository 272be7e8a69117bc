# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# What the clients of make_capture do. One function per kind of traffic. Uses: run, work, here.

# client NS COMMAND...: with the branch's resolver as the system's.
client() {
    # shellcheck disable=SC2016  # the inner shell expands them
    in_ns "$1" sh -c '
        mount --bind "$0/resolv.conf" /etc/resolv.conf
        mount --bind "$0/nsswitch.conf" /etc/nsswitch.conf
        exec "$@"' "$work" "${@:2}"
}

# fetch NS CURL-ARGUMENTS...
fetch() {
    client "$1" curl --silent --show-error --no-progress-meter --max-time 20 --cacert "$work/ca.pem" --output /dev/null "${@:2}" ||
        fail "curl ${*:2} fails at $1"
}

# sign_in NS HOST CURL-ARGUMENTS...: the requests of a sign-in over one connection kept alive.
sign_in() {
    local host=$2 options=("${@:3}")
    fetch "$1" "${options[@]}" "https://$host/authorize?client_id=example&response_type=code" \
        --next --silent --cacert "$work/ca.pem" --output /dev/null "${options[@]}" "https://$host/login?state=1" \
        --next --silent --cacert "$work/ca.pem" --output /dev/null "${options[@]}" \
        --data 'grant_type=authorization_code&code=example' "https://$host/token"
}

# expect_failure COMMAND...: for what is meant to be refused.
expect_failure() {
    if "$@" >/dev/null 2>&1; then
        fail "succeeds but should be refused: $*"
    fi
}

sign_ins() {
    sign_in desk-1 login.microsoftonline.com --ipv4 --http1.1
    sign_in desk-1 login.microsoftonline.com --ipv6 --http1.1
    sign_in desk-2 login.microsoft.com --ipv4
    sign_in desk-3 login.microsoft.com --ipv4  # over the path with the small segment size
    sign_in desk-2 login.microsoft.com --ipv6
    fetch desk-1 --location --ipv4 http://login.microsoftonline.com/login  # port 80, then 443
    sign_in desk-2 login.contoso.example
}

# Several requests at a time over one HTTP/2 connection, and a body worth several segments.
graph_requests() {
    local url=https://graph.microsoft.com/v1.0
    fetch desk-2 --ipv6 --parallel "$url/me" --output /dev/null "$url/me/memberOf" --output /dev/null "$url/organization"
    head -c 20000 /dev/zero | tr '\0' x >"$work/body"
    fetch desk-1 --ipv4 --data-binary "@$work/body" "$url/users"
}

# The same client port towards the same address, from three clients at once, in both families.
same_ports() {
    local family desk pids=()
    for family in 4 6; do
        for desk in desk-1 desk-2 desk-3; do
            sign_in "$desk" device.login.microsoftonline.com "--ipv$family" --local-port "5000$family" &
            pids+=($!)
        done
    done
    local pid
    for pid in "${pids[@]}"; do wait "$pid" || fail "a sign-in from the shared port fails"; done
}

other_web() {
    fetch desk-1 --ipv4 https://www.example.org/page
    fetch desk-2 --ipv6 https://www.example.org/page
    fetch desk-1 http://intranet.contoso.example/page
    fetch desk-3 --ipv4 https://downloads.example.net/update.bin
    fetch desk-1 --ipv6 --range 0-40000 https://downloads.example.net/update.bin
    fetch desk-3 --tls-max 1.2 https://www.example.org/page
    fetch desk-1 http://10.42.0.21/status  # between clients
}

dns_questions() {
    local resolver
    for resolver in 10.42.0.1 2001:db8:42:1::1 198.51.100.53; do
        client desk-1 dig "@$resolver" +noall login.microsoftonline.com A login.microsoftonline.com AAAA
    done
    client desk-2 dig @10.42.0.1 +noall missing.example.org A example.org TXT -x 198.51.100.80
    client desk-2 dig @10.42.0.1 +noall +tcp www.example.org A
}

udp_services() {
    client desk-1 python3 "$here/capture/udp.py" time 198.51.100.123
    client desk-2 python3 "$here/capture/udp.py" time 2001:db8:ffff::123
    client desk-3 python3 "$here/capture/udp.py" echo 198.51.100.123 1200
    client desk-3 python3 "$here/capture/udp.py" echo 198.51.100.123 4000  # in fragments
    client desk-3 python3 "$here/capture/udp.py" echo 2001:db8:ffff::123 4000
}

pings() {
    client desk-1 ping -q -c 3 -i 0.2 198.51.100.80 >/dev/null
    client desk-1 ping -q -c 3 -i 0.2 2001:db8:ffff::80 >/dev/null
    client desk-2 ping -q -c 1 20.190.128.10 >/dev/null
    client desk-2 ping -q -c 1 2603:1006:2000::10 >/dev/null
    client desk-3 ping -q -c 1 10.42.0.21 >/dev/null  # between clients
    client desk-3 ping -q -c 1 -s 3000 198.51.100.80 >/dev/null  # in fragments
}

refusals() {
    expect_failure client desk-1 python3 "$here/capture/udp.py" echo 198.51.100.80 100  # port unreachable
    expect_failure client desk-1 python3 "$here/capture/udp.py" echo 2001:db8:ffff::80 100
    expect_failure client desk-2 ping -c 1 -W 1 -t 1 198.51.100.80  # time exceeded
    expect_failure client desk-2 ping -c 1 -W 1 -t 1 2001:db8:ffff::80
    expect_failure client desk-3 curl --silent --max-time 5 https://198.51.100.80:8443/  # reset
    expect_failure client desk-3 curl --silent --max-time 5 http://20.190.128.10:8080/
    expect_failure client desk-2 curl --silent --max-time 5 http://198.51.100.199/  # no route
}

# The phone, whose frames are tagged afterwards.
phone() {
    sign_in phone login.microsoftonline.com --ipv4
    sign_in phone graph.microsoft.com --ipv6
    sign_in phone device.login.microsoftonline.com --ipv4 --local-port 50004
    fetch phone --ipv4 https://www.example.org/page
    fetch phone --ipv6 --range 0-20000 https://downloads.example.net/update.bin
    client phone ping -q -c 1 198.51.100.80 >/dev/null
}

# One connection used every 20 seconds through everything else, so that it lives across a rekey of the tunnel (120 s).
long_connection() {
    local url=https://graph.microsoft.com/v1.0/me
    client desk-3 curl --silent --show-error --rate 3/m --cacert "$work/ca.pem" --ipv4 \
        "$url?page=[1-8]" --output /dev/null || fail "the long connection fails"
}

all_traffic() {
    local act background=()
    printf 'nameserver 10.42.0.1\n' >"$work/resolv.conf"
    printf 'hosts: files dns\n' >"$work/nsswitch.conf"
    long_connection &
    background+=($!)
    for act in dns_questions sign_ins graph_requests other_web same_ports udp_services pings refusals; do
        say "  $act"
        if [ "$act" = graph_requests ]; then
            phone &
            background+=($!)
        fi
        "$act"
        sleep "$pause"
    done
    for act in "${background[@]}"; do wait "$act" || fail "traffic in the background fails"; done
}
