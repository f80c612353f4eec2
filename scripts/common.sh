# Shared by run_local.sh, run_tests.sh and bench/run. Sourced, never run.
# Each function says what it does before it does it, and fails with one sentence.

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "this needs root, and there is no sudo: $*"
  fi
}

# need_packages [test]: installs what scripts/packages.txt names and this machine lacks.
need_packages() {
  local with_tests=${1:-} line missing=()
  command -v dpkg-query >/dev/null ||
    die "packages are installed by apt here; on another system install what scripts/packages.txt names"
  while read -r line; do
    case $line in
      '#'* | '') continue ;;
      'test: '*) [ -n "$with_tests" ] || continue; line=${line#test: } ;;
    esac
    # Docker may be here under another name; a working client is enough.
    [ "$line" = docker.io ] && command -v dockerd >/dev/null && continue
    dpkg-query -W -f='${Status}' "$line" 2>/dev/null | grep -q 'install ok installed' || missing+=("$line")
  done <"$root/scripts/packages.txt"
  need_node
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq || die "apt-get update failed"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    >/dev/null || die "apt-get could not install: ${missing[*]}"
}

# The pages are built by Node.js; any that is here will do, else Debian's.
need_node() {
  command -v node >/dev/null || missing+=(nodejs)
  command -v npm >/dev/null || missing+=(npm)
}

docker_answers() { docker version >/dev/null 2>&1; }

# need_docker: leaves a running docker as it is; starts one only where none runs.
need_docker() {
  docker_answers && return 0
  if [ -S /var/run/docker.sock ] && as_root docker version >/dev/null 2>&1; then
    die "docker runs, but $(id -un) may not use it. Add yourself to its group (sudo usermod -aG docker $(id -un)), log in again, and try again"
  fi
  say "starting docker (none runs here)"
  if [ -d /run/systemd/system ]; then
    as_root systemctl start docker || die "systemctl could not start docker"
  else
    # No systemd: a daemon of its own session, so that Ctrl-C here does not end it.
    # A pid file that a killed daemon left may name a stranger by now, which dockerd would take for itself.
    as_root sh -c 'file=/var/run/docker.pid; pid=$(cat $file 2>/dev/null)
      case $(readlink "/proc/$pid/exe") in */dockerd) ;; *) rm -f $file ;; esac
      setsid dockerd >/var/log/dockerd.log 2>&1 </dev/null &'
  fi
  local left=60
  until docker_answers; do
    left=$((left - 1))
    [ $left -gt 0 ] || die "docker did not start within 30 s; /var/log/dockerd.log may say why"
    sleep 0.5
  done
}

# build PRESET [TARGET...]: configures where needed, builds, prints errors only.
build() {
  local preset=$1 log
  shift
  log=$(mktemp)
  say "building ($preset)"
  if ! (cd "$root" && cmake --preset "$preset" && cmake --build "build/$preset" ${1:+--target "$@"}) >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    die "the build failed; the whole log is $log"
  fi
  rm -f "$log"
}
