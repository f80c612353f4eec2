#!/bin/sh
# Runs the browser tests, in a network of their own where the system allows it: docker's interfaces, which
# come and go, make Chromium drop what it is loading.
set -eu
cd "$(dirname "$0")/.."
if unshare -rn ip link set lo up 2>/dev/null; then
  exec unshare -rn sh -c 'ip link set lo up; exec "$@"' sh node_modules/.bin/vitest run --project browser "$@"
fi
exec node_modules/.bin/vitest run --project browser "$@"
