#!/usr/bin/env bash
# Installs what is missing, builds a release, and serves: the demo, or the repository that is named.
#
#   ./run_local.sh [REPO] [--port N] [--data-dir DIR] [--no-browser] [--no-tour]
#
# REPO is a path, or a URL that git can clone. Ctrl-C stops the server; its data stays.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$root/scripts/common.sh"

usage() { sed -n '2,6s/^# \{0,1\}//p' "$0"; }

repo='' port=8001 data_dir="$root/.testlooper-data" browser=yes tour=yes
while [ $# -gt 0 ]; do
  case $1 in
    --port) port=${2:?--port needs a number}; shift 2 ;;
    --data-dir) data_dir=${2:?--data-dir needs a folder}; shift 2 ;;
    --no-browser) browser=no; shift ;;
    --no-tour) tour=no; shift ;;
    -h | --help) usage; exit 0 ;;
    -*) usage >&2; die "unknown option '$1'" ;;
    *) [ -z "$repo" ] || die "one repository at a time: '$repo' or '$1'"; repo=$1; shift ;;
  esac
done
case $port in *[!0-9]* | '') die "--port takes a number, not '$port'" ;; esac
if [ -n "$repo" ] && [ -e "$repo" ]; then repo=$(cd "$repo" && pwd); fi

need_packages
need_docker
build release testlooper
program=$root/build/release/testlooper
mkdir -p "$data_dir"
data_dir=$(cd "$data_dir" && pwd)

if [ -z "$repo" ]; then
  repo=$data_dir/demo.git
  "$root/examples/demo/make_base_image.sh"
  if [ ! -d "$repo" ]; then
    say "making the demo repository, $repo"
    "$root/examples/demo/make_history.sh" "$repo"
    first_visit=yes
  fi
  demo=yes
fi
if [ -d "$repo" ]; then
  "$program" hook install "$repo" --server "http://127.0.0.1:$port"
fi

url=http://127.0.0.1:$port/
say "serving $repo at $url (data in $data_dir; Ctrl-C stops)"
if [ "${demo:-}" = yes ]; then
  cat <<TEXT
    To push to the demo, in another terminal:
      git clone $repo demo && cd demo
      echo >> README.md && git commit -am 'try a push' && git push
TEXT
fi
if [ $browser = yes ] && [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && command -v xdg-open >/dev/null; then
  # The address signs the browser in; it works once, so it is of no use to whoever sees it later.
  (until curl -fs "${url}healthz" >/dev/null 2>&1; do sleep 0.2; done
    xdg-open "$("$program" login --server "$url")") >/dev/null 2>&1 &
fi
if [ "${first_visit:-}" = yes ] && [ $tour = yes ]; then
  "$root/examples/demo/tour.sh" "$program" "${url%/}" &
fi
exec "$program" serve --repo "$repo" --port "$port" --data-dir "$data_dir"
