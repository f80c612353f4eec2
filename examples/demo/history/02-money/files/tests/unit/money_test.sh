test_amounts_are_read_as_cents() {
  assert_equal 1250 "$(money_parse 12.50)"
  assert_equal 9 "$(money_parse 0.09)"
  assert_equal 700 "$(money_parse 7)"
}

test_half_an_amount_is_refused() {
  assert_fails money_parse 1.5
}

test_amounts_are_written_with_a_point() {
  assert_equal 12.50 "$(money_format 1250)"
  assert_equal 0.99 "$(money_format 99)"
}

test_cents_are_written_with_two_digits() {
  assert_equal 3.05 "$(money_format 305)"
}
