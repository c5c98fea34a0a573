# describe.sh TOOL OUTPUT: makes one described file; its name says which. TOOL is build/describe, for the Debian changelog
# the version. Run from the top folder. Same input, same bytes.
set -eu
tool=$1 output=$2
mkdir -p "$(dirname "$output")"
version=$(sed -n 's/^project(nixwhy VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
# The date of what is packed: SOURCE_DATE_EPOCH where it is set, else that of the newest entry in the changelog's file.
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)}
# page NAME SECTION WORDS: Markdown on standard input becomes a compressed manual page.
page() {
  { printf '%% %s %s "%s" "nixwhy %s" "nixwhy manual"\n\n' "$1" "$2" "$(date -u -d "@$epoch" +%Y-%m-%d)" "$version"
    [ -z "$3" ] || printf '# NAME\n\n%s - %s\n\n' "$1" "$3"
    cat
  } | go-md2man | gzip -9n >"$output"
}
# A document of docs/ as a manual page: its title goes, its sections come up to the top.
document() { sed -e '1d' -e 's/^## /# /' -e 's/^### /## /' -e 's/\[\([^]]*\)\]([^)]*)/\1/g' "$1"; }
case $(basename "$output") in
  nixwhy.bash) "$tool" bash >"$output" ;;
  _nixwhy) "$tool" zsh >"$output" ;;
  nixwhy.fish) "$tool" fish >"$output" ;;
  nixwhy.1.gz) "$tool" man | page nixwhy 1 '' ;;
  nixwhy-rules.7.gz) document docs/rules.md | page nixwhy-rules 7 'the language of rules' ;;
  nixwhy-report.5.gz) document docs/reports.md | page nixwhy-report 5 'how reports are read' ;;
  changelog.gz)
    printf 'nixwhy (%s) stable; urgency=medium\n\n  * See CHANGELOG.md for what changed.\n\n -- nixwhy maintainers <nixwhy@example.org>  %s\n' \
      "$tool" "$(LC_ALL=C date -u -R -d "@$epoch")" | gzip -9n >"$output" ;;
  *) echo "describe.sh: no way to make $output" >&2; exit 2 ;;
esac
