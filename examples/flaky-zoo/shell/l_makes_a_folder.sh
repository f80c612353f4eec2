# leaked folder
mkdir /tmp/zoo-once
