#!/bin/sh
# Builds the pages from a clean checkout: web/build.sh [FOLDER], web/dist where none is named.
# Needs npm, and any Node.js that npm runs with. What is installed already is used as it is.
set -eu

web=$(cd "$(dirname "$0")" && pwd)
out=${1:-$web/dist}
case $out in /*) ;; *) out=$PWD/$out ;; esac
cd "$web"

# Several builds may share this checkout; one at a time installs and builds.
exec 9>.build.lock
flock 9
. scripts/use_node.sh

if ! installed .; then
  only=--omit=dev
  [ ! -d node_modules/vitest ] || only=
  npm ci $only --loglevel=error
  touch node_modules/.package-lock.json
fi

"$node" node_modules/vite/bin/vite.js build --outDir "$out" --emptyOutDir --logLevel warn
"$node" scripts/precompress.mjs "$out"
