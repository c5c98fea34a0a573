# docs/reports shows two incidents in every format: what stands there is what the program writes, but for the digest of the
# rules. NIXWHY_ACCEPT=1 writes it anew; the pictures beside are made by tools/pictures.sh.
set -euo pipefail
. tools/setup.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
suffix() {
  case $1 in terminal) echo txt ;; markdown) echo md ;; github) echo github.txt ;; junit) echo xml ;; *) echo "$1" ;; esac
}
cp -r fixtures/incidents "$work/"
for incident in first-join-full scripted-rebuild-with-journal; do
  for format in terminal markdown json jsonl html github sarif junit; do
    file=docs/reports/$incident.$(suffix $format)
    (cd "$work/incidents" && env -u GITHUB_STEP_SUMMARY "$OLDPWD/build/nixwhy" explain --format $format --width 100 "$incident") |
      sed -E 's/(rules"? ?:? ?"?)[0-9a-f]{16}/\10000000000000000/' >"$work/report"
    [ -s "$work/report" ] || { echo "$format of $incident is empty"; exit 1; }
    [ "${NIXWHY_ACCEPT:-}" = 1 ] && cp "$work/report" "$file"
    diff -u "$file" "$work/report" >"$work/diff" || { head -n 40 "$work/diff"; echo "$file is old: NIXWHY_ACCEPT=1 ./test gallery"; exit 1; }
    passed=$((passed + 1))
  done
done
echo "$passed passed, 0 failed"
