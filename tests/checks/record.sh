# `nixwhy record` as the command, its caller and its terminal see it.
set -euo pipefail
. tools/setup.sh
install python3 jq zstd
nixwhy=$PWD/build/nixwhy
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work/state
passed=0
check() { # NAME WANTED GOT
  [ "$2" = "$3" ] || { printf '%s\nwanted: %s\ngot:    %s\n' "$1" "$2" "$3"; exit 1; }
  passed=$((passed + 1))
}
run() { timeout -k 2 30 "$nixwhy" record -q "$@"; }
status() { local code=0; "$@" >/dev/null 2>&1 || code=$?; echo $code; }
member() { zstd -dcq "$1" | tar xO --wildcards "*/$2"; }

check 'streams stay apart' 'out' "$(run -- sh -c 'echo out; echo err >&2' 2>/dev/null)"
check 'standard error' 'err' "$(run -- sh -c 'echo out; echo err >&2' 2>&1 >/dev/null)"
check 'one pipe keeps its order' 'a b c d' "$(run -- sh -c 'for i in a c; do echo $i; [ $i = a ] && echo b >&2 || echo d >&2; done' 2>&1 | xargs)"
check 'standard input' 'in' "$(echo in | run -- cat)"
check 'status' 7 "$(status run -- sh -c 'exit 7')"
check 'signal' 137 "$(status run -- sh -c 'kill -9 $$')"
check 'not found' 127 "$(status run -- no-such-program)"
check 'not executable' 126 "$(status run -- /etc/passwd)"
check 'no command' 125 "$(status run)"
check 'wrong option' 125 "$(status run --no-such -- true)"
check 'a reader that leaves' 141 "$(run -o "$work/pipe.tar.zst" -- yes | head -n 1 >/dev/null; echo "${PIPESTATUS[0]}")"
check 'arguments' '<a b><*><>' "$(run -- printf '<%s>' 'a b' '*' '')"
check 'a descriptor that is closed' 'closed' "$(run -- sh -c 'test -e /proc/$$/fd/2 || echo closed' 2>&-)"

# a signal from outside reaches the command, which ends as it likes
code=0
"$nixwhy" record -q -o "$work/term.tar.zst" -- sh -c 'trap "echo caught; exit 9" TERM; echo ready; while :; do sleep 0.05; done' >"$work/out" &
pid=$!
for _ in $(seq 100); do grep -q ready "$work/out" && break; sleep 0.05; done
kill -TERM $pid
wait $pid || code=$?
check 'signals are forwarded' '9 ready caught' "$code $(xargs <"$work/out")"
check 'and told' 15 "$(member "$work/term.tar.zst" manifest.json | jq .recording.signal_from_outside)"

# what it leaves running does not hold it, and can go on writing
started=$(date +%s)
run -- sh -c '(sleep 1; echo late) & echo early' >"$work/late"
check 'ends with its command' early "$(cat "$work/late")"
[ $(($(date +%s) - started)) -lt 20 ] || exit 1
for _ in $(seq 100); do grep -q late "$work/late" && break; sleep 0.05; done
check 'what it left goes on' 'early late' "$(xargs <"$work/late")"

# secrets never reach the disk, and a recording that is killed can be read
secret=ghp_0123456789abcdefghijABCDEFGHIJ012345
mkdir "$work/killed"
TOKEN=$secret "$nixwhy" record -o "$work/killed/b.tar.zst" -- sh -c "echo token=$secret; echo 'error: builder for '\''/nix/store/0123456789abcdfghijklmnpqrsvwxyz-foo.drv'\'' failed with exit code 1'; sleep 30 & echo \$! >'$work/child'; wait" >/dev/null 2>&1 &
pid=$!
for _ in $(seq 100); do grep -qs 'foo.drv' "$work/killed/b.tar.zst.partial/output/output.log" && break; sleep 0.05; done
kill -9 $pid
wait $pid 2>/dev/null || true
kill "$(cat "$work/child")" 2>/dev/null || true
[ ! -e "$work/killed/b.tar.zst" ] || { echo "a killed recording has its final name"; exit 1; }
check 'killed: what was written is read' 'build.builder-failed' "$("$nixwhy" explain --format json "$work/killed" 2>/dev/null | jq -r '[.findings[] | select(.role == "root") | .id][0]')"
grep -rqF $secret "$work/killed" && { echo "a secret stands in $work/killed"; exit 1; }
TOKEN=$secret run -o "$work/secret.tar.zst" -- sh -c "echo password=hunter2hunter2; echo $secret; exit 1" >/dev/null 2>&1 || true
zstd -dcq "$work/secret.tar.zst" | grep -qaF -e $secret -e hunter2hunter2 && { echo "a secret stands in the bundle"; exit 1; }
check 'mode' 600 "$(stat -c %a "$work/secret.tar.zst")"
check 'it is explained' 1 "$(timeout 30 "$nixwhy" record -o "$work/x.tar.zst" -- sh -c "echo \"error: builder for '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-foo.drv' failed with exit code 1\"; exit 1" 2>&1 >/dev/null | grep -c 'recorded in')"

# a full disk costs the recording, not the command
check 'full disk' '5 done' "$(code=0; unshare -rm sh -c "mount -t tmpfs -o size=64k none '$work/killed'; head -c 60000 /dev/zero >'$work/killed/fill'; timeout 30 '$nixwhy' record -q -o '$work/killed/' -- sh -c 'echo done; exit 5'" 2>"$work/err" >"$work/out" || code=$?; echo "$code $(cat "$work/out")")"
grep -q 'not complete: .*No space left' "$work/err" || { cat "$work/err"; exit 1; }

/usr/bin/python3 tests/terminal_test.py "$nixwhy"
echo "$((passed + 1)) passed, 0 failed"
