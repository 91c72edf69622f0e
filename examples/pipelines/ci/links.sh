#!/bin/sh
# What a pipeline does with the links in $LINKS, whichever forge it runs on:
#
#   sh ci/links.sh validate   without any credential: for the pull request of a fork or a bot
#   sh ci/links.sh plan       without a secret: says in report/ what would be done
#   sh ci/links.sh apply      with all of them: does that, and refuses to do more than was reviewed
#   sh ci/links.sh drift      asks Cronofy, says in report/ what has drifted, and answers as ou-link drift does
#
# A plan holds secrets: it lies in a private folder, and goes with it. What is in report/ holds none.
set -eu

ci=$(cd "$(dirname "$0")" && pwd)
report=$PWD/report
links=${LINKS:-links}
PATH=$PWD/node_modules/.bin:$PATH
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
# Terraform makes no such folder itself.
if [ -n "${TF_PLUGIN_CACHE_DIR:-}" ]; then mkdir -p "$TF_PLUGIN_CACHE_DIR"; fi
# Some forges keep the workspace: nobody is to take yesterday's report for this one. An apply is given the one to hold to.
if [ "$1" != apply ]; then rm -rf "$report"; fi
mkdir -p "$report"

# plan [option...]: plans in $links, and leaves the plan in $scratch.
plan() {
  terraform -chdir="$links" init -no-color
  terraform -chdir="$links" plan -no-color -out="$scratch/plan" "$@"
  terraform -chdir="$links" show -json "$scratch/plan" > "$scratch/plan.json"
}

case "$1" in
  validate)
    terraform -chdir="$links" init -no-color -backend=false
    terraform -chdir="$links" validate -no-color
    ;;
  plan)
    # Who may only read the state cannot lock it.
    plan -lock=false
    node "$ci/planned-changes.mjs" "$scratch/plan.json" > "$report/planned.txt"
    code=0
    # In the folder itself, so that the report finds the lines that declare the links.
    (cd "$links" && ou-link drift - --format markdown \
      --output comment="$report/comment.md" --output junit="$report/drift.xml") \
      < "$scratch/plan.json" > "$report/summary.md" || code=$?
    # 2 is drift, which the report tells; it keeps nobody from merging.
    if [ "$code" -ne 2 ]; then exit "$code"; fi
    ;;
  apply)
    plan -lock-timeout=5m
    node "$ci/planned-changes.mjs" "$scratch/plan.json" "$report/planned.txt"
    terraform -chdir="$links" apply -no-color -lock-timeout=5m "$scratch/plan"
    # It answers 1 where the last link was destroyed.
    ou-link status "$links" > "$report/status.txt" || true
    cat "$report/status.txt"
    ;;
  drift)
    terraform -chdir="$links" init -no-color
    ou-link drift "$links" --format markdown \
      --output comment="$report/comment.md" --output json="$report/drift.json" --output html="$report/drift.html" \
      --output junit="$report/drift.xml" --output sarif="$report/drift.sarif" > "$report/summary.md"
    ;;
  *)
    echo "There is no ci/links.sh $1: say validate, plan, apply or drift." >&2
    exit 1
    ;;
esac
