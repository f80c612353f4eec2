# run.sh PROGRAM: runs the tests that TestLooper asks for, or all, and leaves a JUnit report.
filter='*'
[ -z "$TEST_INPUT" ] || filter=$(sed 's/.*:://' "$TEST_INPUT" | paste -s -d :)
exec "$1" --gtest_filter="$filter" --gtest_output="xml:$TEST_OUTPUT"
