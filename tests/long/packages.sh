# The release as a new user meets it: made twice with the same bytes; the package is without errors for lintian, installs
# in a fresh Debian, works there as a plain user, writes a report by itself when a unit of the booted machine fails, and
# goes without a trace; the tar works from any folder.
set -euo pipefail
. tools/setup.sh
install debootstrap lintian zstd systemd-container
[ "$(id -u)" -eq 0 ] || { echo "0 passed, 0 failed, 1 skipped: chroot needs root"; exit 0; }
work=$(mktemp -d)
fresh=$work/debian
trap 'umount "$fresh/proc" 2>/dev/null || true; rm -rf "$work"' EXIT
passed=0
ok() { # ok WHAT COMMAND...
  local what=$1
  shift
  "$@" || { echo "not so: $what"; exit 1; }
  passed=$((passed + 1))
  echo "ok: $what"
}
finds() { # finds PATTERN COMMAND...: what it prints has the pattern; the command may end as it likes
  local pattern=$1
  shift
  { "$@" || true; } | grep -e "$pattern" >/dev/null
}

tools/release.sh "$work/one" >/dev/null
tools/release.sh "$work/two" >/dev/null
ok "made twice, the same bytes" diff "$work/one/SHA256SUMS" "$work/two/SHA256SUMS"
ok "lintian finds no error" lintian --fail-on error "$work"/one/*.deb

mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' 'Component: main' | head -n 1)
debootstrap --variant=minbase --include=ca-certificates,systemd,systemd-sysv,dbus bookworm "$fresh" ${mirror:+"$mirror"} >"$work/debootstrap.log" 2>&1 || { tail -n 20 "$work/debootstrap.log"; exit 1; }
cp -r /etc/apt/. "$fresh/etc/apt/"
mount -t proc proc "$fresh/proc"
cp "$work"/one/*.deb fixtures/incidents/scripted-rebuild/deploy.log "$fresh/tmp/"
chroot "$fresh" sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends /tmp/*.deb' >"$work/install.log" 2>&1 || { tail -n 20 "$work/install.log"; exit 1; }
ok "installed, explains as nobody" finds '^CAUSE' chroot "$fresh" setpriv --reuid 65534 --regid 65534 --clear-groups nixwhy explain /tmp/deploy.log
ok "knows its rules" finds apitoken.secret chroot "$fresh" nixwhy rules show certmgr.token-rejected

# What the documents tell a new user to type, with the package alone: nothing was built there.
mkdir "$fresh/srv/project"
git ls-files -z | tar --null -cf - -T - | tar -xf - -C "$fresh/srv/project"
chroot "$fresh" apt-get install -y -qq --no-install-recommends python3 python3-yaml nix-bin zstd git >>"$work/install.log" 2>&1
container=(systemd-nspawn --quiet --directory "$fresh" --register=no --keep-unit --private-network)
export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=0
[ -d /run/systemd/nspawn ] || { mkdir -p /run/systemd/nspawn && mount -t tmpfs tmpfs /run/systemd/nspawn; }
try_documents() {
  "${container[@]}" --pipe sh -c 'cd /srv/project && python3 tests/docs/run.py docs/install.md docs/tutorial.md docs/write-a-rule.md docs/recipes.md docs/rules.md docs/reports.md'
}
ok "the documents' commands work with the installed program" try_documents

# The booted machine: a unit that fails, with the drop-in as docs/recipes.md has it.
umount "$fresh/proc"
mkdir -p "$fresh/var/log/journal" "$fresh/etc/systemd/system/site.service.d"
printf '[Service]\nType=oneshot\nExecStart=/bin/sh -c "cat /srv/site/no-such-file"\n' >"$fresh/etc/systemd/system/site.service"
cp "$fresh/usr/share/nixwhy/on-failure.conf" "$fresh/etc/systemd/system/site.service.d/"
cat >"$fresh/usr/local/sbin/try" <<'TRY'
#!/bin/sh
systemctl start site.service
for i in $(seq 60); do
  ls /var/lib/nixwhy/site.service.*.txt && break
  sleep 1
done
journalctl --sync
systemctl poweroff
TRY
chmod +x "$fresh/usr/local/sbin/try"
printf '[Service]\nExecStart=/usr/local/sbin/try\n[Install]\nWantedBy=multi-user.target\n' >"$fresh/etc/systemd/system/try.service"
chroot "$fresh" systemctl enable --quiet try.service
timeout 180 "${container[@]}" --boot --console=pipe >"$work/boot.log" 2>&1 || { tail -n 30 "$work/boot.log"; exit 1; }
report=$(ls "$fresh"/var/lib/nixwhy/site.service.*.txt "$fresh"/var/lib/private/nixwhy/site.service.*.txt 2>/dev/null | head -n 1 || true)
[ -s "$report" ] || { echo "no report was written"; journalctl -D "$fresh/var/log/journal" -u 'nixwhy-report@*' --no-pager | tail -n 20; exit 1; }
ok "a unit that failed wrote its report: $(head -n 1 "$report")" grep -q '/srv/site/no-such-file' "$report"
ok "the journal says where" finds 'site.service failed, report: ' journalctl -D "$fresh/var/log/journal" --no-pager
rm -rf "$fresh"/var/lib/nixwhy "$fresh"/var/lib/private/nixwhy
mount -t proc proc "$fresh/proc"

chroot "$fresh" sh -c 'dpkg -L nixwhy' >"$work/files"
chroot "$fresh" apt-get purge -y -qq nixwhy >/dev/null 2>&1
while read -r file; do
  [ -d "$fresh$file" ] || [ ! -e "$fresh$file" ] || { echo "$file stays after purge"; exit 1; }
done <"$work/files"
ok "purged, nothing of it stays" test -s "$work/files"

# No library of ours is left in the fresh system after this, so what runs comes from the tar.
chroot "$fresh" apt-get autoremove -y -qq --purge >/dev/null 2>&1
mkdir "$fresh/srv/anywhere" && tar -xzf "$work"/one/nixwhy-*-Linux-*.tar.gz -C "$fresh/srv/anywhere"
ok "the tar works where it lies" finds '^CAUSE' chroot "$fresh" sh -c '/srv/anywhere/nixwhy-*/bin/nixwhy explain /tmp/deploy.log'
echo "$passed passed, 0 failed"
