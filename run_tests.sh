#!/usr/bin/env bash
# Runs the tests and ends with one line, `N passed, M failed`, over all test runners. A skipped test
# counts as failed: on a machine that lacks something, this script installs it.
#
#   ./run_tests.sh            everything: unit, component, docker, pages, end to end
#   ./run_tests.sh --unit     pure code only; seconds
#   ./run_tests.sh --no-e2e   everything but the daemon with real docker and a real browser
#   --preset NAME             build with this preset (dev, asan, tsan); dev is the default
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$root/scripts/common.sh"

what=all preset=dev
while [ $# -gt 0 ]; do
  case $1 in
    --unit) what=unit; shift ;;
    --no-e2e) what=no-e2e; shift ;;
    --preset) preset=${2:?--preset needs a name}; shift 2 ;;
    -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) die "unknown option '$1'" ;;
  esac
done

unit='core lab retention codec starter executor docker_unit sandbox_unit engine sim layers'
component='store git lineage http cli'
docker='docker sandbox'
since=0
# One that hangs has failed, and the others still have their turn.
seconds_a_program=${TESTLOOPER_TEST_SECONDS:-1200}
logs=$(mktemp -d)
# Hundreds of stores are made and thrown away: where memory has room, none of them waits for a disk.
memory=${TMPDIR:-/tmp}
[ "$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)" -gt 8000000 ] 2>/dev/null && memory=/dev/shm

# count NAME PASSED FAILED: says so, and the seconds since the last one was said.
count() {
  echo "$2 $3" >>"$logs/counts"
  printf '%-12s %5d passed %5d failed %5d s\n' "$1" "$2" "$3" $((SECONDS - since))
  since=$SECONDS
}

# The number in front of a word, in the last line that has it: "[  PASSED  ] 38 tests."
number() { sed -n "s/$1/\1/p" "$2" | tail -n 1 | grep . || echo 0; }

# run_gtest NAME [FOLDER]: with its temporary files in the folder.
run_gtest() {
  local name=$1 log=$logs/$1.log status=0
  TMPDIR=${2:-${TMPDIR:-/tmp}} timeout --kill-after=10 "$seconds_a_program" \
    "$root/build/$preset/tests/${name}_tests" --gtest_color=no --gtest_brief=0 >"$log" 2>&1 || status=$?
  local good bad skipped
  good=$(number '^\[  PASSED  \] \([0-9]*\) tests\{0,1\}\.$' "$log")
  bad=$(number '^\[  FAILED  \] \([0-9]*\) tests\{0,1\}, listed below:$' "$log")
  skipped=$(number '^\[  SKIPPED \] \([0-9]*\) tests\{0,1\}, listed below:$' "$log")
  bad=$((bad + skipped))
  # A program that died has counted nothing.
  [ "$status" = 0 ] || [ "$bad" -gt 0 ] || bad=1
  [ "$bad" = 0 ] || { grep -B30 -E '^\[  (FAILED|SKIPPED) ' "$log" | head -n 200 || tail -n 60 "$log"; }
  [ "$status" = 0 ] || [ "$good" -gt 0 ] || tail -n 60 "$log"
  count "$name" "$good" "$bad"
}

# Programs that print `N passed, M failed` as their last line themselves.
run_counting() {
  local name=$1 log=$logs/$1.log status=0
  shift
  timeout --kill-after=10 "$seconds_a_program" "$@" >"$log" 2>&1 || status=$?
  local good bad
  good=$(number '^\([0-9]*\) passed, [0-9]* failed$' "$log")
  bad=$(number '^[0-9]* passed, \([0-9]*\) failed$' "$log")
  [ "$status" = 0 ] || [ "$bad" -gt 0 ] || bad=1
  [ "$bad" = 0 ] || tail -n 120 "$log"
  count "$name" "$good" "$bad"
}

need_packages test
if [ $what = unit ]; then
  build "$preset" $(printf '%s_tests ' $unit)
  for name in $unit; do run_gtest "$name"; done
else
  need_docker
  build "$preset"
  say "built after $SECONDS s"
  since=$SECONDS
  for program in "$root/build/$preset/tests/"*_tests; do
    name=$(basename "$program" _tests)
    case " $unit $component $docker " in
      *" $name "*) ;;
      *) echo "no list of $0 has the test program $name"; count "$name" 0 1 ;;
    esac
  done
  # Docker's tests wait for docker most of their time, and these for nothing.
  for name in $unit $component; do run_gtest "$name" "$memory"; done >"$logs/beside" 2>&1 &
  renice -n 10 $! >/dev/null
  for name in $docker; do run_gtest "$name"; done
  wait $! || count 'those beside' 0 1
  cat "$logs/beside"
  run_counting web "$root/web/test.sh"
  if [ $what = all ]; then
    TMPDIR=$memory run_counting e2e "$root/tests/e2e/run" "$root/build/$preset/testlooper"
  fi
fi

sum() { awk -v column="$1" '{sum += $column} END {print sum + 0}' "$logs/counts"; }
passed=$(sum 1) failed=$(sum 2)
rm -rf "$logs"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
