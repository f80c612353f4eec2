#!/bin/sh
# Runs tests and writes a JUnit report: tests/run.sh FOLDER REPORT [LIST]
# LIST has one test a line, as path::name. Without it, all tests of FOLDER run.
set -u
cd "$(dirname "$0")/.."
. tests/names.sh
folder=$1 report=$2 list=${3:-}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

now() { # hundredths of a second
  read -r up _ </proc/uptime
  echo "${up%.*}${up#*.}"
}

escaped() { sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g; s/"/\&quot;/g'; }

chosen() {
  if [ -n "$list" ]; then
    cat "$list"
  else
    tests_in "$folder"
  fi
}

# The test's own shell: what it sets, no other test sees.
in_own_shell() ( # path name
  set -eu
  . tests/assert.sh
  for part in lib/*.sh; do . "./$part"; done
  . "./$1"
  "$2"
)

run_one() { # path::name
  path=${1%%::*} name=${1#*::}
  export STOCKROOM_DATA="$scratch/data"
  rm -rf "$STOCKROOM_DATA"
  mkdir "$STOCKROOM_DATA"
  begin=$(now)
  in_own_shell "$path" "$name" </dev/null >"$scratch/output" 2>&1
  status=$?
  spent=$(($(now) - begin))
  printf '<testcase file="%s" name="%s" time="%d.%02d">' \
    "$path" "$name" $((spent / 100)) $((spent % 100)) >>"$scratch/cases"
  if [ $status = 0 ]; then
    echo "ok    $1"
  else
    failures=$((failures + 1))
    echo "FAIL  $1"
    sed 's/^/      /' "$scratch/output"
    printf '<failure message="%s">%s</failure>' "$(tail -n 1 "$scratch/output" | escaped)" \
      "$(escaped <"$scratch/output")" >>"$scratch/cases"
  fi
  echo '</testcase>' >>"$scratch/cases"
}

failures=0
: >"$scratch/cases"
chosen >"$scratch/chosen"
while read -r test; do run_one "$test"; done <"$scratch/chosen"
{
  echo '<?xml version="1.0" encoding="UTF-8"?>'
  echo "<testsuite name=\"$folder\">"
  cat "$scratch/cases"
  echo '</testsuite>'
} >"$report"
[ $failures = 0 ]
