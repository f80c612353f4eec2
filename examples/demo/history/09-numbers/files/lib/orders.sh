# Orders: files with a line for each item, "item amount price".

order_total() { # file
  total=0
  while read -r _ amount price; do
    price=$(money_parse "$price") || return 1
    total=$((total + amount * price))
  done <"$1"
  money_format $total
}

order_number() {
  echo $((100 + $(od -An -N4 -tu4 /dev/urandom) % 900))
}
