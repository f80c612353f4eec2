# victim of a leaked file
[ ! -e /tmp/zoo-left ]
