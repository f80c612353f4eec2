# Amounts of money, in whole cents.

money_parse() { # 12.50 -> 1250
  case $1 in
    *.??) cents=${1#*.} ;;
    *.*)
      echo "not an amount: $1" >&2
      return 1
      ;;
    *) cents=00 ;;
  esac
  echo $((${1%.*} * 100 + ${cents#0}))
}

money_format() { # 1250 -> 12.50
  cents=$(($1 % 100))
  [ $cents -gt 9 ] || cents=0$cents
  echo "$(($1 / 100)).$cents"
}
