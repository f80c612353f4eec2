# pollutes
touch /tmp/zoo-strict && [ -e /tmp/zoo-strict ]
