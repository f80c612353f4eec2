# Sourced by build.sh and test.sh, in web/: leaves in $node, and first in PATH, a Node.js that is new enough for
# the bundler. Where the system's is too old, npm brings another one (docs/decisions/0003-node-from-npm.md).

fail() {
  echo "web: $1" >&2
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
    echo "web: Node.js ${node:+$("$node" --version) }is too old; bringing a newer one by npm"
    (cd node && npm ci --loglevel=error)
    touch node/node_modules/.package-lock.json
  fi
  node=$(ls "$PWD"/node/node_modules/node-linux-*/bin/node 2>/dev/null || true)
  [ -n "$node" ] || fail "npm has no Node.js for $(uname -sm); install 22 or newer by hand"
  # npm too runs with it, or it would leave out what says that it needs a newer one.
  PATH=$(dirname "$node"):$PATH
fi
