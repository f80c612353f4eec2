# seed
[ $((RANDOM % 10)) -lt 6 ]
