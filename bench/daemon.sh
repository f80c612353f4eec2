# A daemon on a folder and a port of its own, a repository for it, and the waiting that goes with it.
# Sourced by bench/run; uses $root, $program and $work. TESTLOOPER_BENCH_PORT: where another daemon has its port.
daemon_pid='' port=${TESTLOOPER_BENCH_PORT:-18801}

# start_daemon WORKERS [CORES]: serves $work/repo.git with so many slots. A task reserves a core, so
# that many run at the same time on fewer cores, CORES may be more than there are. NETWORK: of runs.
start_daemon() {
  printf 'workers: %s\ncores: %s\nnetwork: %s\n' "$1" "${2:-0}" "${NETWORK:-bridge}" >"$work/server.yaml"
  "$program" serve --config "$work/server.yaml" --repo "$work/repo.git" --data-dir "$work/data" --port $port >"$work/log" 2>&1 &
  daemon_pid=$!
  until curl -fs "http://127.0.0.1:$port/readyz" >/dev/null; do
    kill -0 $daemon_pid 2>/dev/null || { cat "$work/log" >&2; die "the daemon ended"; }
    sleep 0.02
  done
}

stop_daemon() {
  [ -n "$daemon_pid" ] || return 0
  kill -TERM $daemon_pid 2>/dev/null || true
  wait $daemon_pid 2>/dev/null || true
  daemon_pid=''
}

# The program, docker, and a repository whose one test does nothing, on an image of busybox alone.
make_repo() {
  need_docker
  [ -n "${TESTLOOPER_PROGRAM:-}" ] || build "${TESTLOOPER_BENCH_PRESET:-release}" testlooper
  "$root/examples/demo/make_base_image.sh" >/dev/null
  local image=testlooper-demo-base:1 tree=$work/tree
  mkdir -p "$tree/.testlooper"
  cat >"$tree/.testlooper/config.yaml" <<YAML
version: 1
name: bench
image: {docker: {image: "$image"}}
command: cp .testlooper/plan.yaml "\$TEST_PLAN_OUTPUT"
YAML
  cat >"$tree/.testlooper/plan.yaml" <<YAML
version: 1
environments:
  shell: {image: {docker: {image: "$image"}}}
suites:
  trivial:
    kind: unit
    environment: shell
    list-tests: |
      echo 'nothing: {path: t}'
    run-tests: |
      echo '<testsuite><testcase file="t" name="nothing"/></testsuite>' > "\$TEST_OUTPUT"
YAML
  git init -q --bare -b main "$work/repo.git"
  git -C "$tree" init -q -b main
  git -C "$tree" add -A
  git -C "$tree" -c user.name=bench -c user.email=bench@localhost commit -qm 'the trivial suite'
  git -C "$tree" push -q "$work/repo.git" main
}

# As the admin, by the token that the daemon left; curl reads it from a file, not from its arguments.
api() {
  curl -fsS -H @<(printf 'Authorization: Bearer %s\n' "$(cat "$work/data/admin-token")") "http://127.0.0.1:$port$1" "${@:2}"
}

# Waits until nothing runs or waits any more.
settle() {
  until api /api/v1/engine | grep -q '"waiting_total":0' && api /api/v1/engine | grep -q '"running":\[\]'; do
    sleep 0.05
  done
}

now_ns() { date +%s%N; }

# What the daemon has of the memory that is its own, and of files.
rss_kb() { awk '/^RssAnon/ {print $2}' "/proc/$daemon_pid/status"; }
open_files() { ls "/proc/$daemon_pid/fd" | wc -l; }

# What all processors have worked so far, in ms: of user and system, interrupts and what is nice.
worked_ms() { awk -v hz="$(getconf CLK_TCK)" '/^cpu / {print int(($2 + $3 + $4 + $7 + $8) * 1000 / hz)}' /proc/stat; }

# median FILE: of one number a line.
median() { sort -n "$1" | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }

# target NAME OK: remembers a miss; the last line of a benchmark ends with `met` or `missed=…`.
missed=''
target() { [ "$2" = 1 ] || missed="$missed,$1"; }
finish() {
  echo "$*${missed:+ missed=${missed#,}}"
  [ -z "$missed" ]
}
