# The GitHub action and the GitLab include, run as their runners run them: the script of action.yml with the runner's
# files and variables and a stand-in for gh that keeps comments; the shell blocks of the include under bash.
set -euo pipefail
. tools/setup.sh
install python3 python3-yaml nix-bin zip
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
ok() { passed=$((passed + 1)); }
fail() { echo "$*"; exit 1; }

# A failing build by the real nix, as a step's log would have it.
export HOME=$work NIX_STORE_DIR=$work/nix/store NIX_STATE_DIR=$work/nix/var NIX_LOG_DIR=$work/nix/log NIX_REMOTE=local
nix --extra-experimental-features nix-command build --impure --expr 'derivation { name = "x"; system = builtins.currentSystem; builder = "/bin/sh"; args = ["-c" "missing-tool --version"]; }' \
  --option sandbox false --option build-users-group "" --option substitute false -L >"$work/build.log" 2>&1 && fail "the build should fail"
mkdir "$work/zip" && sed 's/^/2026-11-22T20:12:10.1234567Z /' "$work/build.log" >"$work/zip/0_build.txt"
(cd "$work/zip" && zip -q ../logs.zip 0_build.txt)

# gh: serves the zip, keeps comments in a folder, says 404 for what is not there.
mkdir "$work/bin" "$work/comments"
cat >"$work/bin/gh" <<'GH'
#!/usr/bin/env python3
import os, sys, pathlib
words = sys.argv[2:]
method, body, path, marked = "GET", None, None, None
while words:
    word = words.pop(0)
    if word == "--method": method = words.pop(0)
    elif word == "--jq": marked = words.pop(0).split('"')[1]
    elif word == "-F": body = open(words.pop(0).removeprefix("body=@")).read()
    elif word != "--paginate": path = word
folder = pathlib.Path(os.environ["FAKE"]) / "comments"
if path.endswith("/logs"): sys.stdout.buffer.write((folder.parent / "logs.zip").read_bytes())
elif method == "GET" and path.endswith("/comments"):
    for one in sorted(folder.iterdir()):
        if one.read_text().startswith(marked): print(one.name)
elif method == "POST": (folder / str(len(list(folder.iterdir())) + 1)).write_text(body)
elif method == "PATCH" and (folder / path.split("/")[-1]).exists(): (folder / path.split("/")[-1]).write_text(body)
else: sys.exit("HTTP 404")
GH
chmod +x "$work/bin/gh"
echo "a comment by somebody" >"$work/comments/1"

run_action() { # VARIABLE=VALUE...: as the runner does it
  env "$@" FAKE="$work" PATH="$PWD/build:$work/bin:$PATH" GITHUB_ACTIONS=true CI=true GITHUB_REPOSITORY=owner/project RUNNER_TEMP="$work" \
    GITHUB_OUTPUT="$work/output" GITHUB_STEP_SUMMARY="$work/summary" GITHUB_ACTION_PATH="$PWD" bash packaging/github/explain.sh
}
reset() { : >"$work/output"; : >"$work/summary"; }

reset
run_action NIXWHY_LOG="$work/build.log" NIXWHY_PULL_REQUEST=7 >"$work/annotations"
grep -q '^::error ' "$work/annotations" || fail "no annotation: $(cat "$work/annotations")"; ok
grep -q '^outcome=explained$' "$work/output" || fail "wrong outputs: $(cat "$work/output")"; ok
grep -q 'missing-tool' "$work/summary" || fail "the summary does not name the command"; ok
[ "$(ls "$work/comments" | wc -l)" -eq 2 ] && grep -q 'missing-tool' "$work/comments/2" || fail "no comment"; ok

# The same again, now from the run's zip: the comment is updated, not doubled, and somebody else's stays.
reset
run_action NIXWHY_RUN_ID=42 NIXWHY_PULL_REQUEST=7 >/dev/null
[ "$(ls "$work/comments" | wc -l)" -eq 2 ] || fail "a second comment"; ok
grep -q '^outcome=explained$' "$work/output" || fail "the zip was not explained: $(cat "$work/output")"; ok
[ "$(cat "$work/comments/1")" = "a comment by somebody" ] || fail "somebody's comment was touched"; ok

# A run that is fine: no annotation, no summary, the comment says so; --fail-on has nothing to say.
reset
echo "building the system configuration..." >"$work/fine.log"; echo "Done. The new configuration is /nix/store/3ljx0w4m1p6a9h2kqv8d7c5b3n0r1fzs-nixos-system-a-24.05" >>"$work/fine.log"
run_action NIXWHY_LOG="$work/fine.log" NIXWHY_PULL_REQUEST=7 NIXWHY_FAIL_ON=any >"$work/annotations"
grep -q '^::error' "$work/annotations" && fail "an annotation for a run that is fine"; ok
[ ! -s "$work/summary" ] && grep -q 'No failure' "$work/comments/2" || fail "a run that is fine is not told so"; ok
run_action NIXWHY_LOG="$work/build.log" NIXWHY_FAIL_ON=any >/dev/null && fail "fail-on any passed a failure"; ok
run_action NIXWHY_FAIL_ON=any >/dev/null 2>"$work/error" && fail "nothing to explain passed"
grep -q "nothing to explain: give 'log'" "$work/error" || fail "no word about the missing log"; ok

# A log that tries to speak to the runner.
reset
printf '::set-output name=x::y\nerror: boom\n::error::hello\n' >"$work/evil.log"
run_action NIXWHY_LOG="$work/evil.log" >"$work/annotations"
grep -qE '^::(set-output|error::hello)' "$work/annotations" && fail "a log line reached the runner"; ok

# action.yml: every input is read by the script, every output is written by it.
python3 - <<'PY' || exit 1
import re, yaml
action, script = yaml.safe_load(open("action.yml")), open("packaging/github/explain.sh").read()
step = action["runs"]["steps"][0]
for name in action["inputs"]:
    assert any(f"inputs.{name} " in str(v) for v in step["env"].values()), name
for name in step["env"]:
    assert name == "GH_TOKEN" or name in script, name
for name in action["outputs"]:
    assert f'echo "{name}=' in script, name
PY
ok

# GitLab: before_script, a job, after_script, as its runner puts them together.
python3 - "$work" <<'PY'
import sys, yaml
job = yaml.safe_load(open("packaging/gitlab/nixwhy.yml"))[".nixwhy"]
open(sys.argv[1] + "/job.sh", "w").write("set -eo pipefail\n" + "\n".join(job["before_script"]) + f"\nnixwhy-run sh -c 'cat \"{sys.argv[1]}/build.log\"; exit 3'\necho reached\n")
open(sys.argv[1] + "/after.sh", "w").write("set -eo pipefail\n" + "\n".join(job["after_script"]) + "\n")
PY
mkdir "$work/job"
program=$PWD/build
(cd "$work/job" && bash ../job.sh >job.out 2>&1) && fail "the job should fail"; status=$?
grep -q reached "$work/job/job.out" && fail "the job went on after a failure"; ok
(cd "$work/job" && CI_JOB_STATUS=failed PATH="$program:$PATH" bash ../after.sh >after.out 2>&1) || fail "after_script failed: $(cat "$work/job/after.out")"
grep -q 'missing-tool' "$work/job/after.out" && [ -s "$work/job/nixwhy-report/report.json" ] && [ ! -e "$work/job/nixwhy-report/job.log" ] || fail "no report of the job: $(cat "$work/job/after.out")"; ok
echo "$passed passed, 0 failed"
