test "$(echo hello | tr a-z A-Z)" = HELLO
