# Assertions for tests. A test is a function; the first assertion that fails ends it.

assert_equal() { # expected actual
  [ "$1" = "$2" ] && return
  echo "expected '$1', got '$2'"
  return 1
}

assert_fails() { # command...
  if "$@"; then
    echo "should have failed: $*"
    return 1
  fi
}
