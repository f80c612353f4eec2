#!/bin/sh
# Fails where src/api/types.ts is not what the API's document gives: run `npm run types` then.
set -eu
cd "$(dirname "$0")/.."
fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT
node_modules/.bin/openapi-typescript ../src/http/openapi.json -o "$fresh" >/dev/null 2>&1
cmp -s "$fresh" src/api/types.ts || {
  echo "src/api/types.ts is older than src/http/openapi.json; run: npm run types" >&2
  exit 1
}
