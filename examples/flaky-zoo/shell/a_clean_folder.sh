# victim of two: a leaked file, and a setting that makes it matter
! { [ -e /tmp/zoo-left ] && [ -e /tmp/zoo-strict ]; }
