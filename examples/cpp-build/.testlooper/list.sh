# list.sh PROGRAM: the tests of a GoogleTest program, with their source files as paths.
listed=$(mktemp)
"$1" --gtest_list_tests --gtest_output="xml:$listed" >/dev/null || exit
awk -v root="$REPO_ROOT/" '
  # The value of an attribute; the blank in front keeps "name" from matching within another word.
  function value(attribute,   rest) {
    if (!match($0, " " attribute "=\"[^\"]*\"")) return ""
    rest = substr($0, RSTART, RLENGTH)
    sub(/^[^"]*"/, "", rest); sub(/"$/, "", rest)
    return rest
  }
  /<testsuite / { suite = value("name") }
  /<testcase / {
    file = value("file")
    if (index(file, root) == 1) file = substr(file, length(root) + 1)
    printf "\"%s.%s\": {path: \"%s\"}\n", suite, value("name"), file
  }
' "$listed" >"$TEST_LIST"
