# Compiles the tests of each package once, as /built/NUMBER.test, and lists them in /built/tests.
set -e
mkdir -p /built
go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}} {{.Dir}}{{end}}' ./... | grep . >/built/packages
number=0
while read -r package folder; do
  number=$((number + 1))
  go test -c -o "/built/$number.test" "$package"
  (cd "$folder" && "/built/$number.test" -test.list '^(Test|Example|Fuzz)') |
    sed -n -E "s#^((Test|Example|Fuzz)[^ ]*)\$#- '$package::\1'#p"
done </built/packages >/built/tests
