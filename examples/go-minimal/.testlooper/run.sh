# Runs the tests that TestLooper asks for, or all, in their order, each TEST_COUNT times, and leaves go's report. Tests of
# a package that follow each other, in the order in which go runs them, are run by one call of its program.
[ -n "$TEST_INPUT" ] || { sed "s/^- '//; s/'\$//" /built/tests >/tmp/all && TEST_INPUT=/tmp/all; }

awk '
  FILENAME == "/built/packages" { number[$1] = FNR; folder[$1] = substr($0, length($1) + 2); next }
  FILENAME == "/built/tests" { rank[substr($0, 4, length($0) - 4)] = FNR; next }
  {
    split($0, id, "::"); package = id[1]; name = substr($0, length(package) + 3)
    if (!(package in number)) { print "there is no package of " $0 >"/dev/stderr"; next }
    gsub(/[][\\.+*?(){}|^$]/, "\\\\&", name)
    # Subtests have a pattern for each level, so each is a call of its own.
    alone = gsub(/\//, "$/^", name)
    if (package != last_package || alone || last_alone || rank[$0] <= last_rank) { flush(); names = name }
    else names = names "|" name
    last_package = package; last_alone = alone; last_rank = rank[$0]
  }
  function flush() {
    if (names == "") return
    pattern = last_alone ? "^" names "$" : "^(" names ")$"
    print number[last_package] "\t" last_package "\t" pattern "\t" folder[last_package]
  }
  END { flush() }
' /built/packages /built/tests "$TEST_INPUT" >/tmp/calls

tab=$(printf '\t')
while IFS=$tab read -r number package pattern folder; do
  echo "$package: $pattern" >&2
  (cd "$folder" && go tool test2json -t -p "$package" "/built/$number.test" \
    -test.v -test.paniconexit0 -test.count "${TEST_COUNT:-1}" -test.run "$pattern" </dev/null)
done </tmp/calls >"$TEST_OUTPUT"
