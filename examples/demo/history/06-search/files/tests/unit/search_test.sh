catalogue() {
  cat >"$STOCKROOM_DATA/catalogue" <<'ITEMS'
lamp light desk brass
bulb light spare
chair seat oak
ITEMS
}

test_items_are_found_by_a_word() {
  catalogue
  assert_equal "bulb lamp" "$(echo $(search_find light))"
}

test_start_of_a_word_is_enough() {
  catalogue
  assert_equal chair "$(search_find oa)"
}

test_word_that_nobody_uses_finds_nothing() {
  catalogue
  assert_equal "" "$(search_find velvet)"
}
