# The release as a new user meets it: made twice with the same bytes; the package is without errors for lintian, installs
# in a fresh Debian, works there as a plain user, and goes without a trace; the tar works from any folder.
set -euo pipefail
. tools/setup.sh
install debootstrap lintian zstd
[ "$(id -u)" -eq 0 ] || { echo "0 passed, 0 failed, 1 skipped: chroot needs root"; exit 0; }
work=$(mktemp -d)
fresh=$work/debian
trap 'umount "$fresh/proc" 2>/dev/null || true; rm -rf "$work"' EXIT
passed=0
ok() { passed=$((passed + 1)); echo "ok: $*"; }

tools/release.sh "$work/one" >/dev/null
rm -rf build-release
tools/release.sh "$work/two" >/dev/null
diff "$work/one/SHA256SUMS" "$work/two/SHA256SUMS" && ok "made twice, the same bytes"
lintian --fail-on error "$work"/one/*.deb && ok "lintian finds no error"

mirror=$(sed -n 's/^deb \(\[[^]]*\] \)\?\([^ ]*\) bookworm main.*/\2/p; s/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1)
debootstrap --variant=minbase --include=ca-certificates bookworm "$fresh" ${mirror:+"$mirror"} >"$work/debootstrap.log" 2>&1 || { tail -n 20 "$work/debootstrap.log"; exit 1; }
cp -r /etc/apt/. "$fresh/etc/apt/"
mount -t proc proc "$fresh/proc"
cp "$work"/one/*.deb fixtures/incidents/scripted-rebuild/deploy.log "$fresh/tmp/"
find "$fresh" -xdev -not -path '*/proc/*' -not -path '*/tmp/*' -printf '%P\n' | sort >"$work/before"
chroot "$fresh" sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends /tmp/*.deb' >"$work/install.log" 2>&1 || { tail -n 20 "$work/install.log"; exit 1; }
chroot "$fresh" setpriv --reuid 65534 --regid 65534 --clear-groups nixwhy explain /tmp/deploy.log | grep -q '^CAUSE' && ok "installed, explains as nobody"
chroot "$fresh" nixwhy rules show certmgr.token-rejected | grep -q apitoken.secret && ok "knows its rules"
chroot "$fresh" sh -c 'dpkg -L nixwhy' >"$work/files"
chroot "$fresh" apt-get purge -y -qq nixwhy >/dev/null 2>&1
while read -r file; do
  [ -d "$fresh$file" ] || [ ! -e "$fresh$file" ] || { echo "$file stays after purge"; exit 1; }
done <"$work/files"
ok "purged, nothing of it stays"

# No library of ours is left in the fresh system after this, so what runs comes from the tar.
chroot "$fresh" apt-get autoremove -y -qq --purge >/dev/null 2>&1
mkdir "$fresh/srv/anywhere" && tar -xzf "$work"/one/nixwhy-*-Linux-*.tar.gz -C "$fresh/srv/anywhere"
chroot "$fresh" sh -c '/srv/anywhere/nixwhy-*/bin/nixwhy explain /tmp/deploy.log' | grep -q '^CAUSE' && ok "the tar works where it lies"
echo "$passed passed, 0 failed"
