test_total_of_an_order() {
  printf 'lamp 2 12.50\nchair 3 40\nbulb 1 0.99\n' >"$STOCKROOM_DATA/order"
  assert_equal 145.99 "$(order_total "$STOCKROOM_DATA/order")"
}

test_order_with_a_broken_price_has_no_total() {
  echo 'lamp 2 1.2.3' >"$STOCKROOM_DATA/order"
  assert_fails order_total "$STOCKROOM_DATA/order"
}
