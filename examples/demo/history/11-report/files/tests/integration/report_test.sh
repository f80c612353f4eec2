test_report_names_what_is_low() {
  bin/stockroom add broom 2
  bin/stockroom add bucket 10
  assert_equal "broom 2" "$(bin/stockroom report | grep '^b[ru]')"
}

test_what_is_gone_is_low() {
  bin/stockroom add candle 7
  bin/stockroom take candle 7
  assert_equal "candle 0" "$(bin/stockroom report | grep '^candle')"
}
