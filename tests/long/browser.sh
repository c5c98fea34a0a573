# The HTML report in a real Chromium, and axe-core's opinion of it where npm can get it.
set -euo pipefail
. tools/setup.sh
if ! (install chromium chromium-driver python3-selenium fonts-dejavu-core zstd); then
  echo "skipped: no Chromium here" >&2
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
fi
work=build/browser
mkdir -p $work
NIXWHY_HUGE_REPORTS=$work build/nixwhy_tests --no-intro --no-version -tc='*keeps the limits of each format' >/dev/null
axe=$work/package/axe.min.js
[ -f $axe ] || (cd $work && npm pack --silent axe-core@4.10.3 >axe.name && tar xzf "$(cat axe.name)") >&2 || echo "without axe-core" >&2
[ -f $axe ] || axe=
# shellcheck disable=SC2086
/usr/bin/python3 tests/reports/browser.py build/nixwhy $work/huge.html $axe
