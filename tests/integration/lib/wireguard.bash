# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# WireGuard implementations we did not write: wireguard-go, set up with wg.

wireguard_log=verbose

# start_wireguard NS IF FILE ADDRESS/LENGTH...: wireguard-go with the settings of FILE (as `wg setconf` reads them).
start_wireguard() {
    needs wireguard-go wg
    start "$1-wireguard" env "LOG_LEVEL=$wireguard_log" ip netns exec "$1" wireguard-go -f "$2"
    wait_for 10 test -S "/run/wireguard/$2.sock"
    in_ns "$1" wg setconf "$2" "$3"
    ip -n "$1" link set "$2" mtu 1420 up
    give_address "$1" "$2" "${@:4}"
}

# wg_key FILE: makes a private key there and prints its public one.
wg_key() {
    (umask 077 && wg genkey >"$1")
    wg pubkey <"$1"
}

# wg_settings KEY-FILE PEER-KEY ALLOWED-IPS [ENDPOINT]: listens on 51820.
wg_settings() {
    cat <<WG
[Interface]
PrivateKey = $(cat "$1")
ListenPort = 51820
[Peer]
PublicKey = $2
AllowedIPs = $3
${4:+Endpoint = $4}
WG
}

# restart_wireguard NS IF FILE ADDRESS/LENGTH...: a new process, which knows no session.
restart_wireguard() {
    stop "$1-wireguard"
    start_wireguard "$@"
}
