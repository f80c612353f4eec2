# Discounts, in percent of an amount in cents.

discount_apply() { # amount percent
  echo $(($1 - ($1 * $2 + 99) / 100))
}
