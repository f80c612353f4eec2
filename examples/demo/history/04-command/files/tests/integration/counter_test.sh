test_what_is_added_is_there() {
  bin/stockroom add kettle 4
  bin/stockroom add kettle 1
  assert_equal 5 "$(bin/stockroom level kettle)"
}

test_customer_cannot_take_more_than_there_is() {
  bin/stockroom add toaster 2
  assert_fails bin/stockroom take toaster 3
  bin/stockroom take toaster 2
  assert_equal 0 "$(bin/stockroom level toaster)"
}

test_unknown_command_prints_the_usage() {
  assert_fails bin/stockroom fly
  bin/stockroom fly | grep -q '^usage: stockroom add'
}

test_every_price_can_be_read() {
  while read -r _ price; do money_parse "$price"; done </srv/shop/prices
}
