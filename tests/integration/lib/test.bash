# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What every integration test begins with:
#
#     . "$(dirname "$0")/lib/test.bash"
#     needs nginx
#
# It starts the test anew in mount, network and process namespaces of its own: names of network namespaces and of WireGuard
# sockets are private to it, and whatever it started ends with it, also when it is killed. Gives it `$work`, a folder that
# is removed at the end (EGRET_TEST_KEEP=DIR keeps a copy), and on failure prints the end of every log in it.
set -Eeuo pipefail

integration=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
test_name=$(basename "$0" .sh)

say() { printf '[%3d s] %s\n' "$SECONDS" "$*"; }

fail() {
    printf 'FAIL %s: %s\n' "$test_name" "$*" >&2
    exit 1
}

# skip REASON: visibly; on continuous integration nothing may skip.
skip() {
    printf 'SKIP %s: %s\n' "$test_name" "$*"
    [ "${CI:-}" != true ] || exit 1
    exit 77
}

# needs TOOL...: skips where one is not installed.
needs() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || skip "$tool is not installed"
    done
}

# The programs under test and our own tools; CTest names them, by hand the release build's are taken.
build=$(realpath -m "${EGRET_BUILD:-$integration/../../build/release}")
egret=${EGRET:-$build/control/apps/egret/egret}
egretd=${EGRETD:-$build/control/apps/egretd/egretd}
egret_dataplane=${EGRET_DATAPLANE:-$build/dataplane/apps/egret-dataplane/egret-dataplane}
tools=${EGRET_TEST_TOOLS:-$build/tests/integration/tools}
export egret egretd egret_dataplane tools

if [ -z "${EGRET_TEST_ISOLATED:-}" ]; then
    [ "$(id -u)" = 0 ] || skip "needs root for network namespaces"
    needs unshare ip
    unshare --net --mount --pid --fork true 2>/dev/null || skip "may not make namespaces"
    export EGRET_TEST_ISOLATED=1
    exec unshare --net --mount --propagation private --pid --fork --kill-child --mount-proc "$(realpath "$0")" "$@"
fi

mkdir -p /run/netns /run/wireguard
mount -t tmpfs none /run/netns
mount -t tmpfs none /run/wireguard
work=$(mktemp -d)
mkdir "$work/log"
cd "$work"
# Programs that give up their rights (nginx's workers) still have to find their files.
chmod 755 "$work"

print_logs() {
    local log
    for log in "$work"/log/*; do
        [ -s "$log" ] || continue
        printf -- '----- %s\n' "${log##*/}"
        tail -n 40 "$log"
    done
}

finish() {
    local status=$?
    trap - ERR
    [ "$status" = 0 ] || [ "$status" = 77 ] || print_logs >&2
    if [ -n "${EGRET_TEST_KEEP:-}" ]; then
        mkdir -p "$EGRET_TEST_KEEP"
        cp -r "$work" "$EGRET_TEST_KEEP/$test_name"
    fi
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
trap 'printf "FAIL %s:%d: %s\n" "${BASH_SOURCE[0]##*/}" "$LINENO" "$BASH_COMMAND" >&2' ERR

# wait_for SECONDS COMMAND...: until the command succeeds; the test fails if it does not in time.
wait_for() {
    local deadline=$((${EPOCHREALTIME/./} + $1 * 1000000))
    until "${@:2}" >/dev/null 2>&1; do
        ((${EPOCHREALTIME/./} < deadline)) || fail "not within $1 s: ${*:2}"
        sleep 0.05
    done
}

# expect_equal WANTED GOT WHAT
expect_equal() {
    [ "$1" = "$2" ] || fail "$3: expected \"$1\", got \"$2\""
}

# expect_failure COMMAND...: for what is meant to be refused. It cannot set variables of the test.
expect_failure() {
    if ("$@") >/dev/null 2>&1; then
        fail "succeeds but must not: $*"
    fi
}

# expect_report JSON-FILE EXPRESSION: the jq expression must hold for the report of a tool.
expect_report() {
    jq -e "$2" "$1" >/dev/null || fail "$2 does not hold: $(jq -c . "$1")"
}

# --- processes -------------------------------------------------------------------------------------------------------

declare -A process_of

# start NAME COMMAND...: in the background, with its output in log/NAME.
start() {
    "${@:2}" >>"$work/log/$1" 2>&1 &
    process_of[$1]=$!
}

running() { kill -0 "${process_of[$1]:-none}" 2>/dev/null; }

# stop NAME [SIGNAL]: and waits until it is gone.
stop() {
    kill "-${2:-TERM}" "${process_of[$1]}"
    wait "${process_of[$1]}" 2>/dev/null || true
    unset "process_of[$1]"
}

# join NAME: waits until it ends by itself, which must be with exit code 0.
join() {
    wait "${process_of[$1]}" || fail "$1 ends with exit code $?"
    unset "process_of[$1]"
}

# shellcheck source=tests/integration/lib/network.bash
. "$integration/lib/network.bash"
# shellcheck source=tests/integration/lib/topology.bash
. "$integration/lib/topology.bash"
# shellcheck source=tests/integration/lib/config.bash
. "$integration/lib/config.bash"
# shellcheck source=tests/integration/lib/nodes.bash
. "$integration/lib/nodes.bash"
# shellcheck source=tests/integration/lib/wireguard.bash
. "$integration/lib/wireguard.bash"
# shellcheck source=tests/integration/lib/services.bash
. "$integration/lib/services.bash"
# shellcheck source=tests/integration/lib/traffic.bash
. "$integration/lib/traffic.bash"
