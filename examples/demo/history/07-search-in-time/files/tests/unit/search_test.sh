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

test_large_catalogue_is_searched_within_a_second() {
  awk 'BEGIN { for (i = 0; i < 2000; i++) {
    printf "item%d", i
    for (j = 0; j < 20; j++) printf " word%d", (i * 31 + j * 17) % 997
    print ""
  } }' >"$STOCKROOM_DATA/catalogue"
  begin=$(now)
  assert_equal item0 "$(search_find word0 | head -n 1)"
  spent=$(($(now) - begin))
  echo "searched for $spent hundredths of a second"
  [ $spent -lt 100 ]
}
