#!/usr/bin/env bash
# Makes the pictures in docs/reports from a real report: the HTML page in the light, in the dark and on a phone. Run it
# after a change of the page; needs Chromium.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh
install chromium fonts-dejavu-core zstd
pictures=docs/reports
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shot NAME WIDTHxHEIGHT [FLAG...]: the page of the incident first-join-full as a picture
shot() {
  local name=$1 size=$2
  shift 2
  chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --force-color-profile=srgb --user-data-dir="$work/chromium" \
    --window-size="${size/x/,}" "$@" --screenshot="$PWD/$pictures/$name.png" "file://$work/report.html" >/dev/null 2>&1
}
mkdir -p $pictures
cp -r fixtures/incidents/first-join-full "$work/"
(cd "$work" && "$OLDPWD/build/nixwhy" explain --format html -o report.html first-join-full)
shot light 1100x860
shot dark 1100x860 --blink-settings=preferredColorScheme=0
shot phone 500x900
ls -l $pictures
