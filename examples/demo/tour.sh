#!/usr/bin/env bash
# Has a server that serves the demo find, measure, blame and explain its flaky tests, by the commands that anybody
# would type, and says where to watch. Ends with the server.
#
#   tour.sh PROGRAM URL
set -uo pipefail
program=${1:?the testlooper program} url=${2:?the server}
numbers=unit/tests/unit/orders_test.sh::test_orders_of_a_day_have_different_numbers
report=integration/tests/integration/report_test.sh::test_report_names_what_is_low

say() { printf '\033[1mtour:\033[0m %s\n' "$*"; }

# The command as one would type it, and the end of what it says.
show() {
  say "testlooper $*"
  local said
  said=$("$program" "$@" --server "$url" 2>&1)
  grep -v '^failed ' <<<"$said" | tail -n 3 | sed 's/^/      /'
  curl -fs "$url/healthz" >/dev/null || exit 0
}

is_quiet() { "$program" status --server "$url" 2>/dev/null | grep -q '^tasks: 0 running, 0 waiting'; }

until curl -fs "$url/readyz" >/dev/null 2>&1; do sleep 0.2; done
say "the demo's commits are tested once each: $url/r/demo"
until "$program" match demo main --server "$url" >/dev/null 2>&1 && is_quiet; do
  curl -fs "$url/healthz" >/dev/null || exit 0
  sleep 1
done
say "each test of the newest commit is run 20 times more; some of them pass and fail: $url/r/demo/flaky"
show run demo main --times 20 --wait
say "which commit made one of them flake? $url/experiments"
show bisect "$numbers" --repo demo
say 'why does the other one fail?'
show diagnose "$report" --repo demo
say "that is what TestLooper does. The demo's flaky tests: $url/r/demo/flaky"
