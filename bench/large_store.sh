# The store of millions of runs that some benchmarks read. Sourced by them; uses $root.
# It takes minutes to make, so it is kept: TESTLOOPER_BENCH_DATA says where, RUNS how large it is.

# large_store: makes it where it is missing; leaves its path in $large_store.
large_store() {
  local data=${TESTLOOPER_BENCH_DATA:-$root/build/bench-data} runs=${RUNS:-10000000}
  local preset=${TESTLOOPER_BENCH_PRESET:-release}
  build "$preset" make_large_data
  mkdir -p "$data"
  large_store=$data/$runs.db
  [ ! -e "$large_store" ] || return 0
  say "making a store of $runs runs in $data"
  rm -f "$data/making.db"*
  "$root/build/$preset/bench/make_large_data" "$data/making.db" "$runs"
  mv "$data/making.db" "$large_store"
}
