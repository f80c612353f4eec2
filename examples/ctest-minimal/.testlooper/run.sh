# Runs the tests that TestLooper asks for, or all, and leaves a JUnit report. CTest is given numbers, for names can be
# many and may have any character, and runs them by number: a list in another order is run in several calls.
work=$(mktemp -d)
if [ -z "$TEST_INPUT" ]; then
  echo 0,0,0 >"$work/1.tests"
else
  sh "$REPO_ROOT"/.testlooper/tests.sh -N >"$work/known"
  awk -v work="$work" '
    FNR == NR {
      if (!match($0, /^ *Test +#[0-9]+: /)) next
      number = $0; sub(/^ *Test +#/, "", number); sub(/:.*/, "", number)
      name = substr($0, RLENGTH + 1); sub(/ \(Disabled\)$/, "", name)
      numbers[name] = numbers[name] " " number
      next
    }
    !($0 in numbers) { print "there is no test " $0; next }
    {
      count = split(numbers[$0], each, " ")
      for (i = 1; i <= count; i++) {
        if (each[i] + 0 <= last || !calls) calls++
        last = each[i] + 0; line[calls] = line[calls] "," last
      }
    }
    END { for (call = 1; call <= calls; call++) print "0,0,0" line[call] >(work "/" call ".tests") }
  ' "$work/known" "$TEST_INPUT"
fi
call=1
while [ -e "$work/$call.tests" ]; do
  sh "$REPO_ROOT"/.testlooper/tests.sh -I "$work/$call.tests" --output-on-failure --test-output-size-passed 65536 \
    --output-junit "$work/$call.xml"
  call=$((call + 1))
done
{
  echo '<testsuites>'
  cat "$work"/*.xml | sed '/^<?xml/d'
  echo '</testsuites>'
} >"$TEST_OUTPUT"
