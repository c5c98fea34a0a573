# 200 collections and 50 recordings, each ended at a random moment (the moments repeat: the seed is fixed): no broken
# bundle under its final name, no child left, no secret on the disk, and after a signal that can be caught a bundle that
# says what it lacks.
set -euo pipefail
. tools/setup.sh
install zstd jq procps
nixwhy=$PWD/build/nixwhy
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
secret=ghp_0123456789abcdefghijABCDEFGHIJ012345
mkdir "$work/bin" "$work/out" "$work/tmp"
export TMPDIR=$work/tmp
# a journal that takes its time, holds a secret, and leaves a child behind
cat >"$work/bin/journalctl" <<S
#!/bin/sh
trap '' TERM
case "\$*" in *json*)
  for n in 1 2 3; do echo '{"MESSAGE":"token=$secret","__REALTIME_TIMESTAMP":"1795378330000000"}'; sleep 0.1; done
  (trap '' TERM; exec sleep 77.25) >/dev/null 2>&1 &
  sleep 0.3;;
esac
S
printf '#!/bin/sh\necho running\nsleep 0.1\n' >"$work/bin/systemctl"
chmod +x "$work/bin/journalctl" "$work/bin/systemctl"
export PATH=$work/bin:$PATH API_TOKEN=$secret
RANDOM=7
whole=0 sealed=0 gone=0
look() { # WHAT
  if grep -rqF $secret "$work/out" "$work/tmp"; then echo "$1: a secret stands on the disk"; exit 1; fi
  for bundle in "$work"/out/*.tar.zst; do
    [ -e "$bundle" ] || continue
    zstd -dcq "$bundle" >"$work/tar" || { echo "$1: a broken bundle under its final name"; exit 1; }
    tar tf "$work/tar" >/dev/null || { echo "$1: a broken archive under its final name"; exit 1; }
    if grep -qaF $secret "$work/tar"; then echo "$1: a secret stands in the bundle"; exit 1; fi
  done
  for _ in $(seq 40); do pgrep -f '^sleep 77[.]25$' >/dev/null || return 0; sleep 0.05; done
  echo "$1: a child is left"
  exit 1
}
signals=(KILL KILL TERM INT HUP)
for n in $(seq 200); do
  rm -rf "$work"/out/*
  signal=${signals[n % 5]}
  setsid "$nixwhy" collect -o "$work/out/b.tar.zst" >/dev/null 2>&1 </dev/null &
  pid=$!
  sleep "$(printf '%d.%03d' $((RANDOM % 2)) $((RANDOM % 1000)))"
  kill -$signal $pid 2>/dev/null || true
  wait $pid 2>/dev/null || true
  look "collection $n, $signal"
  if [ ! -e "$work/out/b.tar.zst" ]; then gone=$((gone + 1))
  elif tar xOf "$work/tar" --wildcards '*/manifest.json' | jq -e .complete >/dev/null; then whole=$((whole + 1))
  else sealed=$((sealed + 1))
  fi
  [ "$(find "$work/out" -mindepth 1 | grep -vc 'b.tar.zst$' || true)" = 0 ] || { echo "collection $n: something else is left"; exit 1; }
done
echo "200 collections: $whole whole, $sealed sealed as incomplete, $gone left nothing"
for n in $(seq 50); do
  rm -rf "$work"/out/*
  "$nixwhy" record -q -o "$work/out/b.tar.zst" -- sh -c "for n in 1 2 3 4 5 6; do echo token=$secret; sleep 0.1; done; exit 1" >/dev/null 2>&1 </dev/null &
  pid=$!
  sleep "$(printf '0.%03d' $((RANDOM % 1000)))"
  kill -KILL $pid 2>/dev/null || true
  wait $pid 2>/dev/null || true
  look "recording $n"
  for folder in "$work"/out/*.partial; do
    [ -s "$folder/manifest.json" ] || continue
    "$nixwhy" explain "$folder" >/dev/null 2>&1 || { echo "recording $n: what is left of it cannot be read"; exit 1; }
  done
done
echo "50 recordings: each readable as far as it came"
echo "250 passed, 0 failed"
