# A daemon on the store of millions of runs, as its readers meet it. Sourced by benchmarks, after daemon.sh and
# large_store.sh; uses $root, $program and $work.
# TESTLOOPER_BENCH_PRESET=quick takes programs that are not optimised, to try a benchmark out: its figures count for nothing.
preset=${TESTLOOPER_BENCH_PRESET:-release}
program=$root/build/$preset/testlooper
log_bytes=$((100 << 20))

# serve_large_store [REPO] [WORKERS]: the store's repositories are nowhere, so they stay as they are stored; REPO is a
# line of the configuration for another one.
serve_large_store() {
  need_docker
  build "$preset" testlooper
  large_store
  mkdir -p "$work/data/logs"
  cp "$large_store" "$work/data/testlooper.db"
  cat >"$work/config.yaml" <<YAML
retention:
  period_s: 86400
  logs: {days: 0, count: 0, mb: 0}
  failed_logs: {days: 0, count: 0, mb: 0}
  artifacts: {days: 0, count: 0, mb: 0}
repos:
  - {path: /nowhere/large.git, name: large}
  - {path: /nowhere/middle.git, name: middle}
  - {path: /nowhere/small.git, name: small}
${1:-}
YAML
  long_log
  "$program" serve --config "$work/config.yaml" --data-dir "$work/data" --port $port --workers "${2:-1}" >"$work/log" 2>&1 &
  daemon_pid=$!
  until curl -fs "http://127.0.0.1:$port/readyz" >/dev/null; do
    kill -0 $daemon_pid 2>/dev/null || { cat "$work/log" >&2; die "the daemon ended"; }
    sleep 0.1
  done
}

# A log of 100 MB for the newest attempt of the large repository; its task is left in $long_task.
long_log() {
  long_task=$(sqlite3 "$work/data/testlooper.db" "SELECT max(id) FROM engine_tasks WHERE kind = 'run_tests' AND repo_id =
    (SELECT id FROM repo_repos WHERE name = 'large')")
  awk -v most=$log_bytes 'BEGIN {
    srand(1)
    while (bytes < most) {
      line = sprintf("%s[2026-01-01 00:00:%02d] worker %d: step %d of the behaviour took %d ms%s", n % 50 ? "" : "\033[33m", n % 60,
        n % 8, n, rand() * 1000, n % 50 ? "" : "\033[0m")
      if (n % 100000 == 99999) line = "needle in the haystack: " line
      print line
      bytes += length(line) + 1
      ++n
    }
  }' >"$work/data/logs/long.log"
  sqlite3 "$work/data/testlooper.db" "UPDATE engine_attempts SET log_path = 'logs/long.log', log_bytes =
    $(stat -c %s "$work/data/logs/long.log") WHERE task_id = $long_task"
}
