#!/bin/sh
# Prints the tests of a folder as the map that TestLooper reads. The label is the file's subject.
set -eu
cd "$(dirname "$0")/.."
. tests/names.sh

tests_in "$1" | while read -r test; do
  path=${test%%::*}
  subject=${path##*/}
  printf '%s:\n  path: %s\n  labels: [%s]\n' "${test#*::}" "$path" "${subject%_test.sh}"
done
