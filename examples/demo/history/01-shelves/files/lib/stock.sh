# What is on the shelves. The ledger in $STOCKROOM_DATA has a movement a line: "item amount".

stock_add() { # item amount
  echo "$1 $2" >>"$STOCKROOM_DATA/ledger"
}

stock_level() { # item
  cat "$STOCKROOM_DATA/ledger" 2>/dev/null |
    awk -v item="$1" '$1 == item { level += $2 } END { print level + 0 }'
}

stock_take() { # item amount
  level=$(stock_level "$1")
  if [ "$level" -lt "$2" ]; then
    echo "only $level of $1 left" >&2
    return 1
  fi
  stock_add "$1" "-$2"
}
