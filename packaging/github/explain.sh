#!/usr/bin/env bash
# What the GitHub action does, see action.yml for what the variables mean: gets the logs, explains them, and puts the
# answer where people look: annotations, the step summary, one comment on the pull request. Foreign text reaches the
# runner only through nixwhy's own writers, which let no line of a log start a workflow command.
set -euo pipefail
: "${NIXWHY_LOG:=}" "${NIXWHY_RUN_ID:=}" "${NIXWHY_COMMENT:=true}" "${NIXWHY_FAIL_ON:=never}" "${NIXWHY_PROGRAM:=}" "${NIXWHY_PULL_REQUEST:=}"
work=$(mktemp -d "${RUNNER_TEMP:-/tmp}/nixwhy.XXXXXX")
say() { printf 'nixwhy: %s\n' "$*" >&2; }

# The program: as told, else in PATH, else by nix from the flake beside this script.
if [ -n "$NIXWHY_PROGRAM" ]; then
  nixwhy=("$NIXWHY_PROGRAM")
elif command -v nixwhy >/dev/null; then
  nixwhy=(nixwhy)
elif command -v nix >/dev/null; then
  nixwhy=(nix --extra-experimental-features "nix-command flakes" run "path:${GITHUB_ACTION_PATH:?}" --)
else
  say "there is no nixwhy in PATH and no nix to run it with; install one, or give its path as 'program'"
  exit 1
fi

# What to explain.
inputs=()
while IFS= read -r input; do
  [ -n "$input" ] && inputs+=("$input")
done <<<"$NIXWHY_LOG"
if [ "${#inputs[@]}" -eq 0 ]; then
  if [ -z "$NIXWHY_RUN_ID" ]; then
    say "nothing to explain: give 'log', or 'run-id' of a run that has ended (logs of a run that still runs can't be fetched)"
    exit 1
  fi
  # One zip with the log of each job; nixwhy reads it as it is.
  if ! gh api "repos/$GITHUB_REPOSITORY/actions/runs/$NIXWHY_RUN_ID/logs" >"$work/run-$NIXWHY_RUN_ID.zip"; then
    say "the logs of run $NIXWHY_RUN_ID can't be fetched: the token needs actions: read, and the run must have ended"
    exit 1
  fi
  inputs=("$work/run-$NIXWHY_RUN_ID.zip")
fi

explain() { "${nixwhy[@]}" explain "$@" -- "${inputs[@]}"; }
# The report for programs decides; an input that can't be read is said and the rest is used.
status=0
explain --format json --output "$work/report.json" || status=$?
if [ ! -s "$work/report.json" ]; then
  say "no report was made (exit status $status)"
  exit "$status"
fi
field() { python3 -c 'import json,sys; r=json.load(open(sys.argv[1])); roots=[f["id"] for f in r["findings"] if f["role"]=="root"]; print({"outcome": r["outcome"], "root": (roots or [""])[0]}[sys.argv[2]])' "$work/report.json" "$1"; }
outcome=$(field outcome)
{
  echo "outcome=$outcome"
  echo "root=$(field root)"
  echo "report=$work/report.json"
} >>"${GITHUB_OUTPUT:-/dev/null}"

# Annotations go to standard output; the same format adds to the step summary, within its limit. A run that is fine is
# not worth a summary.
if [ "$outcome" = no-failure ]; then
  say "no failure in what was given"
else
  explain --format github 2>/dev/null || true
fi

# One comment a pull request, found again by its first line. A run that is fine again says so there, and makes none.
if [ "$NIXWHY_COMMENT" = true ] && [ -n "$NIXWHY_PULL_REQUEST" ]; then
  mark='<!-- nixwhy: one comment, updated -->'
  comments=repos/$GITHUB_REPOSITORY/issues/$NIXWHY_PULL_REQUEST/comments
  if old=$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\"$mark\")) | .id" | head -n 1); then
    if [ "$outcome" = no-failure ]; then
      body=$'No failure in the newest run.'
    else
      explain --format markdown --output "$work/report.md" 2>/dev/null || true
      body=$(cat "$work/report.md")
    fi
    printf '%s\n%s\n' "$mark" "$body" >"$work/comment.md"
    if [ -n "$old" ]; then
      gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$old" -F "body=@$work/comment.md" >/dev/null || say "the comment can't be updated: the token needs pull-requests: write"
    elif [ "$outcome" != no-failure ]; then
      gh api --method POST "$comments" -F "body=@$work/comment.md" >/dev/null || say "no comment can be written: the token needs pull-requests: write"
    fi
  else
    say "the comments of pull request $NIXWHY_PULL_REQUEST can't be read: the token needs pull-requests: write"
  fi
fi

case $NIXWHY_FAIL_ON in
  never) ;;
  any) [ "$outcome" = no-failure ] || exit 1 ;;
  unexplained) [ "$outcome" != unexplained ] || exit 1 ;;
  *) say "fail-on: '$NIXWHY_FAIL_ON' is none of never, unexplained, any"; exit 2 ;;
esac
