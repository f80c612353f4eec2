test_total_of_an_order() {
  printf 'lamp 2 12.50\nchair 3 40\nbulb 1 0.99\n' >"$STOCKROOM_DATA/order"
  assert_equal 145.99 "$(order_total "$STOCKROOM_DATA/order")"
}

test_order_with_a_broken_price_has_no_total() {
  echo 'lamp 2 1.2.3' >"$STOCKROOM_DATA/order"
  assert_fails order_total "$STOCKROOM_DATA/order"
}

test_order_numbers_have_three_digits() {
  case $(order_number) in
    [1-9][0-9][0-9]) ;;
    *) return 1 ;;
  esac
}

test_orders_of_a_day_have_different_numbers() {
  for order in $(seq 20); do order_number; done | sort >"$STOCKROOM_DATA/numbers"
  twice=$(uniq -d "$STOCKROOM_DATA/numbers" | head -n 1)
  [ -z "$twice" ] || echo "two orders have the number $twice"
  [ -z "$twice" ]
}
