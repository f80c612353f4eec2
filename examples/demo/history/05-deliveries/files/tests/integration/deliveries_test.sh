test_delivery_is_put_on_the_shelves() {
  bin/stockroom import /srv/shop/deliveries.csv
  assert_equal 42 "$(bin/stockroom level rope)"
  assert_equal 200 "$(bin/stockroom level nails)"
}

test_heading_is_no_item() {
  printf 'date,item,amount\r\n' >"$SHOP_DATA/nothing.csv"
  bin/stockroom import "$SHOP_DATA/nothing.csv"
  assert_equal 0 "$(bin/stockroom level item)"
}
