test_empty_shelf_has_none() {
  assert_equal 0 "$(stock_level lamp)"
}

test_level_is_the_sum_of_movements() {
  stock_add lamp 5
  stock_add chair 2
  stock_add lamp 3
  assert_equal 8 "$(stock_level lamp)"
}

test_take_lowers_the_level() {
  stock_add lamp 5
  stock_take lamp 2
  assert_equal 3 "$(stock_level lamp)"
}

test_take_refuses_more_than_there_is() {
  stock_add lamp 1
  assert_fails stock_take lamp 2
  assert_equal 1 "$(stock_level lamp)"
}
