#!/usr/bin/env bash
# tools/release.sh [FOLDER]: makes everything a release has, in FOLDER (default build-release/out): Debian package,
# relocatable tar, source tar, checksums. The same commit gives the same bytes on the same distribution.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup.sh
out=$(realpath -m "${1:-build-release/out}")
install go-md2man gzip xz-utils dpkg-dev file git
version=$(sed -n 's/^project(nixwhy VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
grep -q "^## $version" CHANGELOG.md || { echo "CHANGELOG.md has no section for $version" >&2; exit 1; }
[ -z "$(git status --porcelain)" ] || echo "warning: there are changes that are not committed; the release will not have them" >&2
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
# From the source tar, in new folders: nothing of an earlier build or of an edit comes in.
rm -rf "$out" build-release
mkdir -p "$out" build-release
git archive --format=tar --prefix="nixwhy-$version/" HEAD | gzip -9n >"$out/nixwhy-$version.tar.gz"
tar -xzf "$out/nixwhy-$version.tar.gz" -C build-release
cd "build-release/nixwhy-$version"
for kind in deb bundled; do
  bundled=OFF
  [ $kind = bundled ] && bundled=ON
  build $kind Release -DNIXWHY_STRICT=OFF -DBUILD_TESTING=OFF -DNIXWHY_BUNDLED=$bundled
  (cd $kind && cpack -B "$out" >cpack.log 2>&1 || { cat cpack.log >&2; exit 1; })
done
rm -rf "$out/_CPack_Packages"
(cd "$out" && sha256sum -- *.deb *.tar.gz >SHA256SUMS)
ls -l "$out"
