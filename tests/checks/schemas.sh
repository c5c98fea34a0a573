# Reports and rules against their published schemas.
set -euo pipefail
. tools/setup.sh
install python3 python3-jsonschema python3-yaml
/usr/bin/python3 tests/schema_test.py build/nixwhy
echo "1 passed, 0 failed"
