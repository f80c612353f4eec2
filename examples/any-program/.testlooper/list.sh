# Tells TestLooper which tests there are, one a line: here, the scripts in tests/. A test is `path::name`, or a name
# alone; it may have labels: `"test_a": {path: tests/a.sh, labels: [slow]}` is a line, too.
for test in tests/*.sh; do
  [ -e "$test" ] && printf -- "- '%s'\n" "$test"
done >"$TEST_LIST"
