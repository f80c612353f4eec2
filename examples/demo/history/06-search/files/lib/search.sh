# Search: a file with a line for each item, "item word word…"; found by the start of any word.

search_find() { # word
  while read -r item words; do
    for word in $words; do
      case $word in
        "$1"*) echo "$item" ;;
      esac
    done
  done <"$STOCKROOM_DATA/catalogue" | sort -u
}
