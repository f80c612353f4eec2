# zone
[ "$(date -d @0 +%H)" = 00 ]
