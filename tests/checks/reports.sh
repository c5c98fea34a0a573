# Every format by a parser or a schema, of real incidents, hostile text and 10,000 findings.
set -euo pipefail
. tools/setup.sh
install python3 python3-jsonschema python3-html5lib libxml2-utils zstd
huge=build/huge-reports
mkdir -p $huge
NIXWHY_HUGE_REPORTS=$huge build/nixwhy_tests --no-intro --no-version -tc='*keeps the limits of each format'
/usr/bin/python3 tests/reports/formats.py build/nixwhy $huge
