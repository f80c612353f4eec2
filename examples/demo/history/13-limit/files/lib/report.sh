# What is to be ordered again.

report_set_limit() { # number
  echo "$1" >"$STOCKROOM_DATA/limit"
}

report_limit() {
  cat "$STOCKROOM_DATA/limit" 2>/dev/null || echo 3
}

report_low() {
  awk -v limit="$(report_limit)" '{ level[$1] += $2 }
    END { for (item in level) if (level[item] < limit) print item, level[item] }' \
    "$STOCKROOM_DATA/ledger" | sort
}
