# Which tests there are: functions called test_… in the files of a folder.

tests_in() { # folder; prints path::name
  for file in "$1"/*_test.sh; do
    sed -n "s|^\(test_[a-z0-9_]*\)().*|$file::\1|p" "$file"
  done
}
