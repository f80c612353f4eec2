# Lists or runs the tests of the folder `shell`, each a script of its own, in the order in which
# TEST_INPUT names them and as often, or all; leaves a JUnit report.
list() {
  for test in shell/*.sh; do printf '%s::%s\n' "$test" "$(basename "$test" .sh)"; done
}

one() {
  if out=$(bash "$1" 2>&1); then verdict=; else verdict='<failure message="it failed"/>'; fi
  printf '%s\n' "$out"
  echo "<testcase file=\"$1\" name=\"$(basename "$1" .sh)\">$verdict</testcase>" >>"$TEST_OUTPUT.cases"
}

if [ "$1" = list ]; then
  list | sed 's/.*/- "&"/' >"$TEST_LIST"
  exit
fi
: >"$TEST_OUTPUT.cases"
while IFS= read -r id; do one "${id%%::*}"; done < <(if [ -n "$TEST_INPUT" ]; then cat "$TEST_INPUT"; else list; fi)
{ echo '<testsuite>'; cat "$TEST_OUTPUT.cases"; echo '</testsuite>'; } >"$TEST_OUTPUT"
! grep -q '<failure' "$TEST_OUTPUT"
