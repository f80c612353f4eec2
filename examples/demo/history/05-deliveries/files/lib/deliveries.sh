# Deliveries, as the wholesaler's export has them: a heading, then "date,item,amount".

deliveries_import() { # file
  tr -d '\r' <"$1" | while IFS=, read -r date item amount; do
    [ "$date" = date ] || stock_add "$item" "$amount"
  done
}
