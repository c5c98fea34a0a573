# The causes that share the words "invalid token", told apart by what real collections of prepared disks hold: a worker
# whose journal is the recorded one, and a master.
set -euo pipefail
. tools/setup.sh
install systemd-journal-remote zstd jq
nixwhy=$PWD/build/nixwhy
story=$PWD/fixtures/incidents/first-join-full
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
token=0123456789abcdef0123456789abcdef
other=fedcba9876543210fedcba9876543210
worker_id=ababce9c607843b790787510244784cb
master_id=00000000000000000000000000000002
zstd -dcq "$story/worker.export.zst" >"$work/worker.export"

# entry SECONDS IDENTIFIER UNIT HOST MACHINE MESSAGE: one record of a journal export
entry() {
  printf '__REALTIME_TIMESTAMP=%s000000\n__MONOTONIC_TIMESTAMP=%s000000\n_BOOT_ID=%s\nPRIORITY=6\nSYSLOG_IDENTIFIER=%s\n' "$1" "$(($1 - 1795378000))" "5549835ba5404062973c893bcb9ee6${5: -2}" "$2"
  [ "$2" = systemd ] && printf '_PID=1\nUNIT=%s\n' "$3" || printf '_PID=99\n_SYSTEMD_UNIT=%s\n' "$3"
  printf '_HOSTNAME=%s\n_MACHINE_ID=%s\nMESSAGE=%s\n\n' "$4" "$5" "$6"
}
{
  entry 1795378326 systemd cfssl.service master $master_id 'Started cfssl.service - CFSSL CA API server.'
  sed 's/^[0-9/]* [0-9:]* //' "$story/master-cfssl.log" | while read -r line; do entry 1795378330 cfssl cfssl.service master $master_id "2026/11/22 20:12:10 $line"; done
} >"$work/master.export"
{
  entry 1795378329 systemd kube-certmgr-bootstrap.service worker1 $worker_id 'Started kube-certmgr-bootstrap.service - Kubernetes certmgr bootstrapper.'
  for second in 30 40 50; do
    entry 17953783$second certmgr-pre-start certmgr.service worker1 $worker_id 'time="2026-11-22T20:12:10Z" level=error msg="Failed: encoding/hex: invalid byte: U+002E '"'.'"'"'
    entry 17953783$second systemd certmgr.service worker1 $worker_id "certmgr.service: Control process exited, code=exited, status=1/FAILURE"
    entry 17953783$second systemd certmgr.service worker1 $worker_id "certmgr.service: Failed with result 'exit-code'."
  done
} >"$work/nothex.export"
{ cat "$work/worker.export"; entry 1795378331 nixos-kubernetes-node-join session-1.scope worker1 $worker_id 'Waiting for certs to appear...'; } >"$work/joined.export"

# disk DIR HOST MACHINE EXPORT TOKENFILE TOKEN TIME
disk() {
  mkdir -p "$1/etc" "$1/var/log/journal/$3" "$1/$(dirname "$5")"
  echo "$2" >"$1/etc/hostname"
  echo "$3" >"$1/etc/machine-id"
  /lib/systemd/systemd-journal-remote --split-mode=none -o "$1/var/log/journal/$3/system.journal" "$4" >/dev/null 2>&1
  printf '%s' "$6" >"$1/$5"
  chmod 600 "$1/$5"
  touch -d "$7" "$1/$5"
}
long_ago='2026-11-01T00:00:00Z'
later='2026-11-22T20:12:40Z'

# cause RULE EXPORT WORKER-TOKEN TIME MASTER-TOKEN TIME: the first root of a collection of both
cause() {
  local dir=$work/case
  rm -rf "$dir"
  disk "$dir/worker" worker1 $worker_id "$2" var/lib/kubernetes/secrets/apitoken.secret "$3" "$4"
  disk "$dir/master" master $master_id "$work/master.export" var/lib/cfssl/apitoken.secret "$5" "$6"
  "$nixwhy" collect --root "$dir/worker" --root "$dir/master" -o "$dir/out" >/dev/null
  for bundle in "$dir"/out/*; do
    zstd -dcq "$bundle" | grep -aF -e $token -e $other && { echo "a token stands in $bundle"; exit 1; }
  done
  local roots
  roots=$("$nixwhy" explain --format json "$dir"/out/*.tar.zst | jq -r '[.findings[] | select(.role == "root") | .id] | join(" ")')
  [ "${roots%% *}" = "$1" ] || { echo "wanted $1, the roots are: $roots"; exit 1; }
  passed=$((passed + 1))
}
cause certmgr.token-empty "$work/worker.export" '' "$long_ago" $token "$long_ago"
cause certmgr.token-of-another-master "$work/worker.export" $other "$long_ago" $token "$long_ago"
cause certmgr.token-changed-not-restarted "$work/worker.export" $token "$later" $token "$long_ago"
cause certmgr.token-wiped-by-bootstrap "$work/joined.export" '' '2026-11-22T20:12:10Z' $token "$long_ago"
cause certmgr.token-not-hex "$work/nothex.export" abcdef.0123456789abcdef "$long_ago" $token "$long_ago"
cause cfssl.token-changed-not-restarted "$work/worker.export" "$token
" "$long_ago" $token "$later"
# nothing tells: the refusal alone is said
cause certmgr.token-rejected "$work/worker.export" $token "$long_ago" $token "$long_ago"
echo "$passed passed, 0 failed"
