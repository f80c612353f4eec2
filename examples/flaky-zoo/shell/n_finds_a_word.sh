echo "a zoo of tests" | grep -q zoo
