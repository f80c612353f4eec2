#!/bin/sh
# Builds the pages from a clean checkout: web/build.sh [FOLDER], web/dist where none is named.
# Needs npm, and any Node.js that npm runs with: where it is too old for the bundler, another one is
# brought by npm too (docs/decisions/0003-node-from-npm.md). What is installed already is used as it is.
set -eu

web=$(cd "$(dirname "$0")" && pwd)
out=${1:-$web/dist}
case $out in /*) ;; *) out=$PWD/$out ;; esac
cd "$web"

# Several builds may share this checkout; one at a time installs and builds.
exec 9>.build.lock
flock 9

fail() {
  echo "web/build.sh: $1" >&2
  exit 1
}

# As the bundler's "engines" says.
new_enough() {
  "$1" -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22 ? 0 : 1);
  ' 2>/dev/null
}

# npm leaves this file when it has installed everything.
installed() {
  [ -e "$1/node_modules/.package-lock.json" ] &&
    [ ! "$1/package-lock.json" -nt "$1/node_modules/.package-lock.json" ]
}

command -v npm >/dev/null || fail "npm is missing; on Debian: apt-get install npm"

node=$(command -v node || true)
if [ -z "$node" ] || ! new_enough "$node"; then
  if ! installed node; then
    echo "web/build.sh: Node.js ${node:+$("$node" --version) }is too old; bringing a newer one by npm"
    (cd node && npm ci --loglevel=error)
    touch node/node_modules/.package-lock.json
  fi
  node=$(ls "$web"/node/node_modules/node-linux-*/bin/node 2>/dev/null || true)
  [ -n "$node" ] || fail "npm has no Node.js for $(uname -sm); install 22 or newer by hand"
  # npm too runs with it, or it would leave out what says that it needs a newer one.
  PATH=$(dirname "$node"):$PATH
fi

if ! installed .; then
  only=--omit=dev
  [ ! -d node_modules/vitest ] || only=
  npm ci $only --loglevel=error
  touch node_modules/.package-lock.json
fi

"$node" node_modules/vite/bin/vite.js build --outDir "$out" --emptyOutDir --logLevel warn
"$node" scripts/precompress.mjs "$out"
