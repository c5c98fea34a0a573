# Every example of every rule, and what a rule must have.
set -euo pipefail
build/nixwhy rules check rules
build/nixwhy rules test
