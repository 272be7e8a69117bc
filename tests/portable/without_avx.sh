#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs a test program on an emulated processor that has SSE4.2 and AES but no AVX: our own code, libsodium, DPDK and its crypto
# devices all take their portable paths, however they find out what the processor has.
#
# Usage: without_avx.sh PROGRAM [ARGUMENTS...]
set -euo pipefail

skip() {
    printf 'SKIP %s: %s\n' "$(basename "$0")" "$*"
    [ "${CI:-}" != true ] || exit 1
    exit 77
}

command -v qemu-x86_64 >/dev/null || skip "qemu-x86_64 is not installed"
exec qemu-x86_64 -cpu Westmere "$@"
