#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Where the sign-ins of a living edge go: a stream to whoever follows, a file that is put aside before it grows too large, and
# the systemd journal, read back with journalctl.
#
#   client ---- branch ---- router (NAT) ---- internet ---- edge ---- service: nginx
#               [Egret]                                     [Egret]
#
# shellcheck source=tests/integration/lib/test.bash
. "$(dirname "$0")/lib/test.bash"
needs nginx curl nft ethtool jq journalctl
journald=/lib/systemd/systemd-journald
[ -x "$journald" ] || skip "systemd-journald is not installed"

records() { cat "$work"/edge/state/signins.jsonl* 2>/dev/null | wc -l; }
has_records() { (($(records) >= $1)); }
# entries FIELD=VALUE...: of the journal, as JSON.
entries() { journalctl --directory "$work/journal" --output json --quiet "$@"; }
has_entries() { (($(entries EGRET_SEGMENT=service | wc -l) >= $1)); }

# A journal of this test's own, in the place where programs look for it.
mkdir -p "$work/journal" /run/systemd/journal /run/log/journal
mount -t tmpfs none /run/systemd/journal
mount --bind "$work/journal" /run/log/journal
start journald "$journald"
wait_for 10 test -S /run/systemd/journal/socket

build_network
start_nginx service
make_key branch
make_key edge
edge_log_extra=$(printf 'journal = true\nrotate_bytes = 4096\nkeep = 2')
start_edge
start_branch
start follow "$egret" signins --follow --json --run-dir "$work/edge/run"
wait_for 10 fetch client "http://$service4/"
# A record takes about half a kilobyte: these fill three files.
for _ in $(seq 29); do fetch client "http://$service4/" >>"$work/log/fetched"; done
wait_for 15 has_entries 30

say "in the journal"
# What a record's sentence and fields say is what the record says.
entries EGRET_SITE=branch | jq -e -s --arg ip "$egress4" 'length >= 30 and all(.[];
    .EGRET_IP_ADDRESS == $ip and (.EGRET_RECORD | fromjson | .ipAddress == $ip and .site == "branch")
    and (.MESSAGE | startswith("sign-in of branch: ")) and .MESSAGE_ID == "c1440f5daa7a4a3080a35a9452bab9e4")' >/dev/null ||
    fail "the journal says $(entries EGRET_SITE=branch | tail -n 1)"

say "put aside"
expect_equal "signins.jsonl signins.jsonl.1 signins.jsonl.2" "$(cd "$work/edge/state" && echo signins.jsonl*)" "logs"
for log in "$work"/edge/state/signins.jsonl*; do
    (($(stat -c %s "$log") <= 4096)) || fail "$log is too large"
    jq -e . "$log" >/dev/null || fail "$log holds something else than records"
done

say "as they come"
wait_for 5 grep -q "$egress4" "$work/log/follow"
expect_equal "$(entries EGRET_SITE=branch | wc -l)" "$(wc -l <"$work/log/follow")" "records followed"
stop follow
