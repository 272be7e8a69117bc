# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Keys and TOML of the two nodes. A test sets what differs from these defaults and calls branch_toml or edge_toml; the
# lines in *_extra end up in the section of their name. Each push has the next generation.
suite=wireguard
carry=header
endpoint=198.51.100.10:51820
service_prefixes='"192.0.2.0/24", "2001:db8:92::/64"'
branch_generation=0 edge_generation=0
branch_identity_extra='' branch_peer_extra='' branch_extra=''
edge_identity_extra='' edge_peer_extra='' edge_log_extra='' edge_extra=''
branch_addresses='"10.42.0.2/24", "2001:db8:42:1::2/64"'
branch_gateways='"10.42.0.1", "2001:db8:42:1::1"'
branch_peer_key='' edge_peer_key=''  # by default the other node's

folder_of() { printf '%s/%s' "$work" "$1"; }

# make_key NODE [FILE]: a private key in the node's state folder, and its public one in public_key[NODE].
declare -A public_key
make_key() {
    local file
    file=$(folder_of "$1")/state/${2:-node.key}
    mkdir -p "$(folder_of "$1")/state"
    (umask 077 && "$egret" keys generate >"$file")
    public_key[$1]=$("$egret" keys public <"$file")
}

# make_preshared_key NODE...: the same one for all of them, in psk.key.
make_preshared_key() {
    local node key
    key=$("$egret" keys generate)
    for node in "$@"; do
        (umask 077 && printf '%s\n' "$key" >"$(folder_of "$node")/state/psk.key")
    done
}

# branch_toml: what matches service_prefixes goes through the tunnel to the edge.
branch_toml() {
    cat <<TOML
schema = 1
[node]
name = "branch"
role = "branch"
generation = $branch_generation
[identity]
private_key = "file:node.key"
$branch_identity_extra
[[port]]
name = "lan0"
side = "inside"
[[port]]
name = "wan0"
side = "outside"
addresses = [$branch_addresses]
gateways = [$branch_gateways]
[egress]
addresses = ["$egress4", "2001:db8:42::/48"]
[tunnel]
carry = "$carry"
[[peer]]
name = "edge"
public_key = "${branch_peer_key:-${public_key[edge]}}"
endpoint = "$endpoint"
suite = "$suite"
$branch_peer_extra
$(segment_toml)
[[rule]]
name = "sign-ins"
segments = ["service"]
action = "tunnel"
via = "edge"
when_down = "drop"
$branch_extra
TOML
}

# segment_toml: what goes through the tunnel, and what the edge lets through.
segment_toml() {
    cat <<TOML
[[list]]
name = "service"
prefixes = [$service_prefixes]
[[segment]]
name = "service"
lists = ["service"]
udp_ports = ["1-65535"]
TOML
}

# edge_head: an edge without peers.
edge_head() {
    cat <<TOML
schema = 1
[node]
name = "edge"
role = "edge"
generation = $edge_generation
[identity]
private_key = "file:node.key"
$edge_identity_extra
[[port]]
name = "svc0"
side = "inside"
addresses = ["192.0.2.1/24", "2001:db8:92::1/64"]
[[port]]
name = "net0"
side = "outside"
addresses = ["198.51.100.10/24", "2001:db8:51::10/64"]
gateways = ["198.51.100.1", "2001:db8:51::1"]
[restore]
present = "origin"
[log]
sign_ins = "signins.jsonl"
$edge_log_extra
$(segment_toml)
$edge_extra
TOML
}

# edge_toml: the branch is its peer.
edge_toml() {
    edge_head
    cat <<TOML
[[peer]]
name = "branch"
public_key = "${edge_peer_key:-${public_key[branch]}}"
origins = ["$egress4/32", "2001:db8:42::/48"]
suite = "$suite"
$edge_peer_extra
TOML
}
