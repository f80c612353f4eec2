# time
[ "$(date +%s)" -lt 2130000000 ]
