# A hundred secrets in all that is read are in nothing that is written.
set -euo pipefail
. tools/setup.sh
install python3 tar zstd
/usr/bin/python3 tests/redaction/planted.py build/nixwhy build/planted
