#!/bin/sh
# Checks and tests the pages: types, lint, model, and a real Chromium at made-up data. Ends with
# `N passed, M failed`.
set -eu
cd "$(dirname "$0")"
exec 9>.build.lock
flock 9
. scripts/use_node.sh
if [ ! -d node_modules/vitest ] || ! installed .; then
  npm ci --loglevel=error
  touch node_modules/.package-lock.json
fi
exec 9>&-

passed=0 failed=0
check() {
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# Adds what vitest's JSON report counts; a run that left none has failed.
count() {
  report=$(mktemp)
  "$@" --reporter=default --reporter=json --outputFile.json="$report" || true
  counts=$("$node" -e '
    const read = require("fs").readFileSync(process.argv[1], "utf8");
    const report = read ? JSON.parse(read) : { numPassedTests: 0, numTotalTests: 1, success: false };
    const bad = report.numTotalTests - report.numPassedTests;
    console.log(report.numPassedTests, bad === 0 && !report.success ? 1 : bad);
  ' "$report")
  rm -f "$report"
  passed=$((passed + ${counts% *}))
  failed=$((failed + ${counts#* }))
}

check npm run --silent check
count npx --no-install vitest run --project unit
count sh scripts/browser_tests.sh
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
