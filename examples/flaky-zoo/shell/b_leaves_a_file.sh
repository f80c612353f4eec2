# pollutes
touch /tmp/zoo-left && [ -e /tmp/zoo-left ]
