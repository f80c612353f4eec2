# Runs the tests that the file TEST_INPUT names, one a line, or all where there is none, and leaves a report of JUnit's
# form. If your test program writes one, or what `go test -json` or pytest-json-report write, call it here instead.
[ -n "$TEST_INPUT" ] || { ls tests/*.sh >/tmp/all && TEST_INPUT=/tmp/all; }

{
  echo '<testsuite>'
  while IFS= read -r test; do
    echo "== $test" >&2
    sh "$test" </dev/null >/tmp/output 2>&1
    code=$?
    cat /tmp/output >&2
    echo "<testcase name=\"$test\">"
    [ $code = 0 ] || echo "<failure message=\"it ended with $code\"/>"
    echo "<system-out>$(tr -cd '\11\12\40-\176' </tmp/output | sed 's/&/\&amp;/g; s/</\&lt;/g')</system-out>"
    echo '</testcase>'
  done <"$TEST_INPUT"
  echo '</testsuite>'
} >"$TEST_OUTPUT"
