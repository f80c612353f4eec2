# Flaky on purpose: fails in one second of ten.
second=$(date +%S)
echo "second $second"
test "${second#?}" != 7
