test_limit_is_remembered() {
  bin/stockroom limit 24
  assert_equal 24 "$(bin/stockroom limit)"
}
