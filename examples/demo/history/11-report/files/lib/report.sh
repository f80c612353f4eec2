# What is to be ordered again.

report_low() {
  awk '{ level[$1] += $2 } END { for (item in level) if (level[item] < 3) print item, level[item] }' \
    "$STOCKROOM_DATA/ledger" | sort
}
