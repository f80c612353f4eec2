# sets a state
mkdir -p /tmp/zoo-store && echo 1 >/tmp/zoo-store/version
