test_discount_is_taken_off() {
  assert_equal 900 "$(discount_apply 1000 10)"
}

test_discount_is_rounded_up() {
  assert_equal 98 "$(discount_apply 99 1)"
}

test_no_discount_changes_nothing() {
  assert_equal 1000 "$(discount_apply 1000 0)"
}
