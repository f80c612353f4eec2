# brittle
[ "$(cat /tmp/zoo-store/version)" = 1 ]
