#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The commands of `egret` that need no packets, as a user types them: what they print, where, and
# what they return. Usage: cli_test.sh EGRET
set -uo pipefail

egret=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

# expect CODE OUT ERR COMMAND...: runs the command and compares its exit code, and its first lines of
# stdout and stderr with the patterns OUT and ERR ("" means that nothing is printed there).
expect() {
    local code=$1 out=$2 err=$3
    shift 3
    "$@" >out.txt 2>err.txt
    local got=$?
    check "$code" "$got" "exit code of $*"
    check_text "$out" out.txt "stdout of $*"
    check_text "$err" err.txt "stderr of $*"
}

check() {
    if [[ $1 != "$2" ]]; then
        printf 'FAIL %s: expected %s, got %s\n' "$3" "$1" "$2"
        failures=$((failures + 1))
    fi
}

check_text() {
    local first
    first=$(head -n 1 "$2")
    # shellcheck disable=SC2053  # a pattern is meant
    if [[ $first != $1 ]]; then
        printf 'FAIL %s: expected "%s", got "%s"\n' "$3" "$1" "$first"
        failures=$((failures + 1))
    fi
}

cat >branch.toml <<'TOML'
schema = 1
[node]
name = "b1"
role = "branch"
generation = 3
[identity]
private_key = "file:node.key"
[[port]]
name = "lan0"
side = "inside"
[[port]]
name = "wan0"
side = "outside"
addresses = ["10.0.0.2/24"]
[egress]
addresses = ["203.0.113.7"]
[[peer]]
name = "e1"
public_key = "y8U17A33eOEnLDxX48Yn7vAWIt9gqV/3vpTOhBcRzG0="
endpoint = "198.51.100.10:51820"
[[list]]
name = "idp"
prefixes = ["192.0.2.0/24"]
domains = ["login.example.com"]
[[segment]]
name = "entra"
lists = ["idp"]
[[rule]]
name = "sign-ins"
segments = ["entra"]
action = "tunnel"
via = "e1"
when_down = "drop"
[[location]]
name = "Office"
ranges = ["203.0.113.0/29"]
trusted = true
[[policy]]
name = "MFA outside"
include_locations = ["All"]
exclude_locations = ["AllTrusted"]
grant = "mfa"
TOML
sed 's/192.0.2.0/192.0.2.9/' branch.toml >note.toml
sed 's/"drop"/"dorp"/; s/role/roll/' branch.toml >wrong.toml

# check
ok='branch.toml: ok: branch "b1", generation 3: 1 peer, 1 rule, 1 segment, 1 prefix'
expect 0 "$ok" "" "$egret" check branch.toml
expect 0 "note.toml: ok: *" "note.toml:23:13: note: list.prefixes: *" "$egret" check note.toml
expect 1 "" "wrong.toml:2:1: node.role: is missing" "$egret" check wrong.toml
check 3 "$(wc -l <err.txt)" "lines about wrong.toml"
expect 1 "$ok" "none.toml: cannot be read: No such file or directory" "$egret" check branch.toml none.toml
expect 0 '{"ok":true,"findings":\[\]}' "" "$egret" check --json branch.toml
expect 1 '{"ok":false,"findings":\[{"file":"none.toml","line":null,"column":null,"key":null,*' "" \
    "$egret" check --json none.toml
expect 2 "" "FILE is required" "$egret" check

# A key file that is there is read: it must hold a key, and be open to nobody else.
echo "no key" >node.key
expect 1 "" "branch.toml:7:15: *node.key: holds no key: *" "$egret" check branch.toml
expect 0 "verdict     tunnel" "" "$egret" lookup --config branch.toml 192.0.2.9
"$egret" keys generate >node.key
chmod 644 node.key
expect 0 "branch.toml: ok: *" "branch.toml:7:15: warning: *is open to others; chmod 600 it" "$egret" check branch.toml
chmod 600 node.key
expect 0 "branch.toml: ok: *" "" "$egret" check branch.toml

# lookup
expect 0 "verdict     tunnel" "" "$egret" lookup --config branch.toml 192.0.2.9
expect 0 '{"verdict":"tunnel","rule":"sign-ins","segment":"entra","list":"idp","entry":"192.0.2.0/24",*' "" \
    "$egret" lookup --config branch.toml --json 192.0.2.9:80
expect 0 '{"verdict":"direct",*' "" "$egret" lookup --config branch.toml --json --udp 192.0.2.9
expect 0 '{"verdict":"direct",*' "" "$egret" lookup --config branch.toml --json '[2001:db8::1]:443'
expect 0 '{"verdict":"tunnel",*"confidence":"dns",*' "" "$egret" lookup --config branch.toml --json login.example.com
sed '/^when_down/a family = "ipv6"' branch.toml >pinned.toml
expect 0 '{"verdict":"drop",*refuses IPv4, so that clients use IPv6*' "" "$egret" lookup --config pinned.toml --json 192.0.2.9
expect 2 "" "egret lookup: \"a b\" is no address, *" "$egret" lookup --config branch.toml "a b"
expect 2 "" "egret lookup: --from: \"x\" is no IP address" "$egret" lookup --config branch.toml --from x 192.0.2.9
expect 1 "" "wrong.toml:2:1: node.role: is missing" "$egret" lookup --config wrong.toml 192.0.2.9

# Hours of a rule: the next rule decides outside of them.
sed 's/^action = "tunnel"/hours = ["Mon-Fri 08:00-18:00", "Sat 22:00-02:00"]\n&/' branch.toml >hours.toml
expect 0 "hours.toml: ok: *" "hours.toml:31:10: note: rule.hours: outside of them, *" "$egret" check hours.toml
expect 0 '{"verdict":"tunnel",*' "" "$egret" lookup --config hours.toml --json --at "Mon 08:00" 192.0.2.9
expect 0 '{"verdict":"tunnel",*' "" "$egret" lookup --config hours.toml --json --at "Sun 01:59" 192.0.2.9
expect 0 '{"verdict":"direct",*Outside their hours: \\"sign-ins\\".*' "" \
    "$egret" lookup --config hours.toml --json --at "Sun 02:00" 192.0.2.9
expect 0 "verdict *" "" "$egret" lookup --config hours.toml 192.0.2.9
expect 2 "" 'egret lookup: --at: "8" is no time like "Sat 23:30"' "$egret" lookup --config hours.toml --at 8 192.0.2.9

# what-if
expect 0 "address   203.0.113.7" "" "$egret" what-if --config branch.toml --ip 203.0.113.7
expect 0 '{"ip":"203.0.113.7",*"outcome":\[\],"country":null,*' "" "$egret" what-if --config branch.toml --json --ip 203.0.113.7
expect 0 '{"ip":"8.8.8.8",*"outcome":\["mfa"\],"country":*' "" "$egret" what-if --config branch.toml --json --ip 8.8.8.8
expect 0 '{*"outcome":\[\],"country":*' "" \
    "$egret" what-if --config branch.toml --json --ip 203.0.113.99 --initial-ip 203.0.113.7
expect 2 "" "egret what-if: --ip: \"x\" is no IP address" "$egret" what-if --config branch.toml --ip x
expect 1 "" "none.toml: cannot be read: *" "$egret" what-if --config none.toml --ip 203.0.113.7

expect 0 '*"token":{"fate":"challenge",*' "" \
    "$egret" what-if --config branch.toml --json --ip 203.0.113.7 --resource-ip 8.8.8.8
sed 's/^\[\[peer\]\]/[egress.lte]\naddresses = ["198.51.100.99"]\n[[peer]]/; s/generation = 3/generation = 4/' branch.toml >lte.toml
expect 0 '*"uplink":"lte","address":"198.51.100.99","policies":\["MFA outside"\],"outcome":\["mfa"\],"policy_at_risk":\["MFA outside"\]}\]}' "" \
    "$egret" what-if --config lte.toml --json --ip 203.0.113.7

expect 0 '*"sites":\[{"site":"b1","address":"203.0.113.7","policies":\[\],"outcome":\[\]}\]}' "" \
    "$egret" what-if --config lte.toml --json --ip 203.0.113.7 --sites

# the interlock, offline
expect 0 "branch.toml: ok: *" "" "$egret" check branch.toml --against branch.toml
expect 1 "" "lte.toml:17:9: warning: egress.lte: *" "$egret" check lte.toml --against branch.toml
check 1 "$(grep -c 'interlock: uplink "lte" leaves from 198.51.100.99, ' err.txt)" "refusals of lte.toml"
sed 's/203.0.113.7/203.0.113.9/' branch.toml >moved.toml
expect 1 "" 'moved.toml: interlock: the egress address changes from 203.0.113.7 to 203.0.113.9: *' \
    "$egret" check moved.toml --against branch.toml
expect 2 "" "egret check: --against compares one FILE *" "$egret" check moved.toml lte.toml --against branch.toml

# locations
cat >locations.json <<'JSON'
{"value":[{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"a","displayName":"Office","isTrusted":true,
 "ipRanges":[{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":"203.0.113.1/29"}]},
 {"@odata.type":"#microsoft.graph.ipNamedLocation","id":"b","displayName":"Depot","isTrusted":false,"ipRanges":[]}]}
JSON
cat >policies.json <<'JSON'
{"value":[{"id":"p","displayName":"Block outside","state":"enabled","conditions":{"locations":
 {"includeLocations":["All"],"excludeLocations":["a"]}},"grantControls":{"operator":"OR","builtInControls":["block"]}}]}
JSON
expect 0 "\[\[location\]\]" 'locations.json: note: value\[0\].ipRanges\[0\]: "203.0.113.1/29" is taken as 203.0.113.0/29' \
    "$egret" locations import locations.json policies.json
expect 1 "" "policies.json: value\[0\].excludeLocations: location a is in none of the files: *" \
    "$egret" locations import policies.json
cp branch.toml into.toml
expect 0 "into.toml: 2 locations and 2 policies; *" "locations.json: note: *" \
    "$egret" locations import locations.json policies.json --into into.toml
expect 0 "into.toml: ok: *" "" "$egret" check into.toml
check 1 "$(grep -c 'name = "Office"' into.toml)" "sections called Office"
printf '203.0.113.0/29\r\n\r\n198.51.100.0/28\r\n' >office.csv
expect 0 "into.toml: 2 locations and 2 policies; *" "" "$egret" locations import office.csv --name Office --into into.toml
expect 0 $'198.51.100.0/28\r' "" "$egret" locations export into.toml --format csv --name Office
expect 0 "{" "" "$egret" locations export into.toml
"$egret" locations export into.toml >back.json
expect 0 "\[\[location\]\]" "" "$egret" locations import back.json
expect 2 "" "--format: *" "$egret" locations export into.toml --format xml
"$egret" locations export into.toml --format settings >settings.json
expect 0 "\[signaling\]" "note: the tenant's signaling is enabled: \[signaling\] enabled = true" \
    "$egret" locations import settings.json
sed -i 's/enabled"/disabled"/' settings.json
cp into.toml off.toml
expect 0 "off.toml: 2 locations and *" "note: the tenant's signaling is disabled: *interlock" \
    "$egret" locations import settings.json --into off.toml --replace
check "$(cat settings.json)" "$("$egret" locations export off.toml --format settings)" "signalingStatus, there and back"
expect 0 "into.toml: 2 locations with 2 ranges, *; limits: today" "" "$egret" locations check into.toml
expect 0 "into.toml: *; limits: 2018" "" "$egret" locations check into.toml --profile 2018
expect 0 '{"ok":true,*"readiness":\[{"sites":\[{"site":"b1","topology":"everywhere",*' "" \
    "$egret" locations check into.toml --readiness --json
expect 0 "office.csv: 1 locations with 2 ranges, *" "" "$egret" locations check office.csv
sed 's/203.0.113.1/10.0.0.1/' locations.json >private.json
expect 1 "private.json: 2 locations *" "private.json: note: *" "$egret" locations check private.json
echo 203.0.113.0/24 >avoid.txt
expect 1 "into.toml: *" '*203.0.113.0/29 overlaps 203.0.113.0/24 of avoid.txt, *' \
    "$egret" locations check into.toml --avoid avoid.txt
sed 's/trusted = true//' into.toml >unmarked.toml
grep -v '^trusted' branch.toml | sed 's/"Office"/"Elsewhere"/; s/203.0.113.0/203.0.113.8/' >deleted.toml
expect 1 "deleted.toml: *" 'deleted.toml: location: "Office" is trusted and cannot be deleted: *' \
    "$egret" locations check deleted.toml --against branch.toml
expect 0 "deleted.toml: *" "" "$egret" locations check deleted.toml --against unmarked.toml
expect 1 "" 'deleted.toml: location: "Office" is trusted and cannot be deleted: *' \
    "$egret" check deleted.toml --against branch.toml
expect 0 "deleted.toml: ok: *" "" "$egret" check deleted.toml --against unmarked.toml
sed 's/"Office"/"Lyon"/' branch.toml >renamed.toml
expect 0 "renamed.toml: ok: *" 'renamed.toml: note: location: "Office" is gone, and "Lyon" is trusted *' \
    "$egret" check renamed.toml --against branch.toml
expect 0 "{" "3 egress prefixes made 2 ranges in 1 locations" \
    "$egret" locations compile lte.toml 203.0.113.6 --trusted
expect 0 $'198.51.100.99/32\r' "2 egress prefixes *" "$egret" locations compile lte.toml --format csv

# segments
cat >segments.json <<'JSON'
{"totalPages":"1","list":[
 {"id":"1","name":"Login","enabled":true,"ipAnchored":true,"bypassType":"NEVER","healthReporting":"ON_ACCESS",
  "domainNames":["login.contoso.example","198.51.100.0/24"],"tcpPortRanges":["80","80","443","443"],
  "serverGroups":[{"id":"9","name":"SIPA"}]},
 {"id":"2","name":"Local","enabled":true,"ipAnchored":false,"bypassType":"ALWAYS",
  "domainNames":["198.51.100.7"],"tcpPortRanges":["443","443"]}]}
JSON
expect 0 "\[\[list\]\]" 'segments.json: note: healthReporting: of "Login" is not taken over: *' \
    "$egret" segments import segments.json --via e1
grep -q '^via = "e1"$' out.txt
check 0 $? "--via of segments import"
{ sed '/^\[\[list\]\]/,/^\[\[location\]\]/{/^\[\[location\]\]/!d}' branch.toml; cat out.txt; } >imported.toml
expect 0 'imported.toml: ok: *2 rules, 2 segments, 2 prefixes' "" "$egret" check imported.toml
expect 0 '{"verdict":"tunnel","rule":"Login",*' "" "$egret" lookup --config imported.toml --json 198.51.100.8
expect 0 '{"verdict":"direct","rule":"Local",*' "" "$egret" lookup --config imported.toml --json 198.51.100.7
expect 0 '{"verdict":"direct",*' "" "$egret" lookup --config imported.toml --json 198.51.100.8:8080
expect 0 '{"ok":true,"segments":\[{"name":"Local","verdict":"direct",*"via":"SIPA",*"left_out":\[\],"findings":*' "" \
    "$egret" segments import segments.json --json
expect 0 "*" "*" "$egret" segments import --role edge --via SIPA=e2 segments.json
check 0 "$(grep -c 'rule' out.txt)" "rules of an edge"
sed 's/"443","443"/"443"/' segments.json >odd.json
expect 1 "" "odd.json: list\[0\].tcpPortRanges: holds no pairs of first and last port" "$egret" segments import odd.json
expect 1 '{"ok":false,"segments":\[\],*' "" "$egret" segments import odd.json --json
expect 1 "" "none.json: cannot be read: *" "$egret" segments import none.json
expect 2 "" 'egret segments import: --via "e2": say GROUP once, *' "$egret" segments import segments.json --via e1 --via e2
expect 2 "" "FILE is required" "$egret" segments import

# signins reconcile
cat >signins.jsonl <<'JSON'
{"time":"2026-01-15T08:00:00.139Z","site":"lyon","ipAddress":"203.0.113.7","originAddress":"203.0.113.7","signaling":true,"present":"origin","networkLocationDetails":[],"conditionalAccess":{"outcome":[]}}
JSON
cat >entra.json <<'JSON'
[{"id":"a","createdDateTime":"2026-01-15T08:00:01Z","ipAddress":"203.0.113.7"},
 {"id":"b","createdDateTime":"2026-01-15T08:00:01Z","ipAddress":"198.51.100.9"}]
JSON
expect 0 "time (UTC)*" "" "$egret" signins reconcile --entra entra.json --records signins.jsonl
expect 0 '{"time":*"ip":"198.51.100.9"*"cause":"elsewhere"*' "" \
    "$egret" signins reconcile --entra entra.json --records signins.jsonl --json
echo "time,ip" >export.csv
expect 1 "" "*export.csv: line 1 is no JSON object*" "$egret" signins reconcile --entra export.csv --records signins.jsonl
expect 1 "" "*holds no sign-in*" "$egret" signins reconcile --entra signins.jsonl --records signins.jsonl
expect 1 "" "*or name the log with --records" "$egret" signins reconcile --entra entra.json --run-dir .
expect 2 "" "*--entra is required*" "$egret" signins reconcile

# keys
"$egret" keys public <node.key >public.txt
check 0 $? "exit code of keys public"
check 45 "$(wc -c <public.txt)" "size of a public key with its line's end"
# The pair of RFC 7748 section 6.1.
printf 'dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=' >alice.key
"$egret" keys public <alice.key >public.txt
check_text "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=" public.txt "the public key of a known private one"
for text in "" "no key" "$(cat alice.key) x" "$(cat alice.key; echo; cat alice.key)"; do
    printf '%s' "$text" | "$egret" keys public >out.txt 2>err.txt
    check 1 $? "exit code of keys public with \"$text\""
    check 0 "$(wc -c <out.txt)" "size of stdout"
    check 1 "$(wc -l <err.txt)" "lines on stderr"
done

# Usage
expect 2 "" "A subcommand is required" "$egret"
expect 2 "" "*" "$egret" nonsense
expect 2 "" "*" "$egret" check --nonsense branch.toml
expect 0 "Egret*" "" "$egret" --help

if ((failures > 0)); then
    printf '%d failures\n' "$failures"
    exit 1
fi
echo "ok"
