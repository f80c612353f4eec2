// Bisection of a change of failure rate, simulated with stated seeds, beside the figures of others.
// `--only choosing|search|history|none|graphs` runs a part.
//
// git_bayesect (its own class, one run at a time, stopped at 95 %), "naive" (git bisect with so
// many repeats a step that it is right in about 95 %, and told both rates), and the
// information-theoretic floor of runs with rates known. Exits with 1 where a target is missed;
// those that no method can reach (fewer builds than the logarithm of the commits) are marked and
// not counted.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <vector>

#include "lab/bisect.hpp"
#include "lab/random.hpp"
#include "lab_options.hpp"

namespace {

using namespace testlooper;
using namespace testlooper::lab;

struct Cell {
  int commits;
  double before;
  double after;
  int others_runs;
  int others_builds;
  int naive;
  int floor;
};

constexpr Cell kCells[] = {
    {128, 0, .05, 596, 58, 360, 236},   {128, 0, .2, 142, 37, 83, 56},
    {128, 0, .5, 54, 23, 32, 20},       {128, .02, .2, 216, 44, 263, 91},
    {128, .1, .4, 172, 42, 235, 69},    {1024, 0, .05, 752, 182, 539, 342},
    {1024, 0, .2, 179, 72, 125, 81},    {1024, 0, .5, 66, 37, 46, 29},
    {1024, .02, .2, 263, 90, 447, 132}, {1024, .1, .4, 206, 81, 362, 100},
    {8192, 0, .2, 220, 107, 173, 106},  {8192, .02, .2, 327, 140, 593, 173},
};

constexpr int kLimit = 5'000;  // runs of one search

enum class History { none, one_run_each };

// The tested world: a line of commits of which the first is the good end, or a graph with merges.
struct World {
  Parents parents;
  int culprit = -1;
  double before = 0;
  double after = 0;
};

World line(int commits, double before, double after, int culprit) {
  World world{.parents = Parents(1), .culprit = culprit, .before = before, .after = after};
  for (int i = 1; i <= commits; ++i) world.parents.push_back({i - 1});
  return world;
}

// A main line into which side branches of one to eight commits are merged, begun up to thirty
// commits before.
World merges(int commits, double before, double after, Random& random) {
  World world{.parents = Parents(1), .before = before, .after = after};
  int head = 0;
  while (static_cast<int>(world.parents.size()) < commits) {
    const auto size = static_cast<int>(world.parents.size());
    if (random.chance(.5)) {
      world.parents.push_back({head});
    } else {
      const auto begin = std::max(0, head - static_cast<int>(random.below(30)));
      const auto length = 1 + static_cast<int>(random.below(8));
      world.parents.push_back({begin});
      for (int i = 1; i < length; ++i) world.parents.push_back({size + i - 1});
      world.parents.push_back({head, size + length - 1});
    }
    head = static_cast<int>(world.parents.size()) - 1;
  }
  world.culprit = 1 + static_cast<int>(random.below(world.parents.size() - 1));
  return world;
}

struct Outcome {
  int searched = kLimit;  // runs until the posterior says so
  bool searched_right = false;
  int runs = kLimit;  // until that is verified
  bool right = false;
  bool none = false;
  int builds = 0;
};

Outcome search(const World& world, History history, int in_flight, std::uint64_t seed) {
  Random random(seed);
  const Ancestry ancestry(world.parents);
  std::vector<char> bad(world.parents.size(), 0);
  for (int commit = 0; commit < ancestry.size(); ++commit) {
    auto& is_bad = bad[static_cast<std::size_t>(commit)];
    is_bad = commit == world.culprit;
    for (const auto parent : ancestry.parents(commit)) {
      is_bad = is_bad || bad[static_cast<std::size_t>(parent)];
    }
  }
  const auto fails = [&](int commit) {
    return random.chance(bad[static_cast<std::size_t>(commit)] ? world.after : world.before);
  };
  std::vector<BisectCommit> commits(world.parents.size());
  commits[0].candidate = false;
  if (history == History::one_run_each) {
    for (int commit = 0; commit < ancestry.size(); ++commit) {
      commits[static_cast<std::size_t>(commit)].runs = {fails(commit) ? 1 : 0, 1};
      commits[static_cast<std::size_t>(commit)].built = true;
    }
  }
  const BisectSettings settings;
  Bisection bisection(world.parents, commits, settings);
  Outcome outcome;
  std::vector<char> built(world.parents.size(), 0);
  bool searching = true;
  std::vector<int> pending;
  for (int runs = 0; runs < kLimit;) {
    const auto answer = bisection.answer();
    const auto right = answer.commits == std::vector{world.culprit};
    const auto none = answer.commits.empty() && answer.verdict != BisectVerdict::open;
    if (searching && (none || answer.verdict != BisectVerdict::open ||
                      (!answer.commits.empty() && answer.probability >= settings.stop))) {
      searching = false;
      outcome.searched = runs;
      outcome.searched_right = right || (none && world.culprit < 0);
    }
    if (answer.verdict != BisectVerdict::open) {
      outcome.runs = runs;
      outcome.right = right || (none && world.culprit < 0);
      outcome.none = none;
      break;
    }
    // The oldest of the runs in flight ends.
    for (const auto commit :
         bisection.next(in_flight - static_cast<int>(pending.size()), pending)) {
      pending.push_back(commit);
      built[static_cast<std::size_t>(commit)] = 1;
      ++runs;
    }
    const auto ended = pending.front();
    pending.erase(pending.begin());
    bisection.add(ended, {fails(ended) ? 1 : 0, 1});
  }
  outcome.builds = static_cast<int>(std::ranges::count(built, char{1}));
  return outcome;
}

template <typename Get>
int quantile(const std::vector<Outcome>& outcomes, double share, Get get) {
  std::vector<int> values;
  for (const auto& outcome : outcomes) values.push_back(get(outcome));
  std::ranges::sort(values);
  return values[std::min(values.size() - 1,
                         static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

struct Figures {
  int runs = 0;
  int p90 = 0;
  int verified = 0;
  int builds = 0;
  double right = 0;
  double verified_right = 0;
  double none = 0;
};

Figures figures(const std::vector<Outcome>& outcomes) {
  const auto share = [&](auto get) {
    return static_cast<double>(std::ranges::count_if(outcomes, get)) /
           static_cast<double>(outcomes.size());
  };
  return {quantile(outcomes, .5, [](const Outcome& o) { return o.searched; }),
          quantile(outcomes, .9, [](const Outcome& o) { return o.searched; }),
          quantile(outcomes, .5, [](const Outcome& o) { return o.runs; }),
          quantile(outcomes, .5, [](const Outcome& o) { return o.builds; }),
          share([](const Outcome& o) { return o.searched_right; }),
          share([](const Outcome& o) { return o.right; }),
          share([](const Outcome& o) { return o.none; })};
}

Figures of_cell(const Cell& cell, History history, int in_flight, bench::LabOptions options) {
  std::vector<Outcome> outcomes;
  for (int trial = 0; trial < options.trials; ++trial) {
    Random random(options.seed * 1'000'003 + static_cast<std::uint64_t>(trial));
    const auto culprit = 1 + static_cast<int>(random.below(static_cast<std::size_t>(cell.commits)));
    outcomes.push_back(search(line(cell.commits, cell.before, cell.after, culprit), history,
                              in_flight, random.next()));
  }
  return figures(outcomes);
}

// For what takes longer.
bench::LabOptions fewer(bench::LabOptions options) {
  options.trials = std::max(1, options.trials / 4);
  return options;
}

int missed = 0;

const char* held(bool good) {
  if (!good) ++missed;
  return good ? "" : " <- missed";
}

int without_history(bench::LabOptions options) {
  std::printf(
      "\nNo history, one run at a time; runs and right: when the posterior stops the search, as "
      "the others count; then verified\n%-19s%6s%6s%7s%8s%10s%7s | %13s%7s%7s%7s | %9s%7s\n",
      "commits, rates", "runs", "p90", "right", "builds", "verified", "right", "git_bayesect",
      "builds", "naive", "floor", "8 at once", "right");
  int best = 0;
  for (const auto& cell : kCells) {
    const auto ours = of_cell(cell, History::none, 1, options);
    const auto eight = of_cell(cell, History::none, 8, fewer(options));
    const auto least_builds = static_cast<int>(std::ceil(std::log2(cell.commits)));
    const bool possible = cell.others_builds / 4. >= least_builds;
    best += ours.runs <= std::min(cell.others_runs, cell.naive);
    const bool good = ours.right >= .95 && ours.runs <= cell.others_runs &&
                      (!possible || ours.builds <= cell.others_builds / 4.) &&
                      eight.runs <= 1.25 * ours.runs;
    std::printf("%5d %4.2f -> %4.2f %6d%6d%7.3f%7d%s%10d%7.3f | %13d%7d%7d%7d | %9d%7.3f%s\n",
                cell.commits, cell.before, cell.after, ours.runs, ours.p90, ours.right, ours.builds,
                possible ? " " : "*", ours.verified, ours.verified_right, cell.others_runs,
                cell.others_builds, cell.naive, cell.floor, eight.runs, eight.right, held(good));
    std::fflush(stdout);
  }
  std::printf(
      "* a quarter of the others' builds is fewer than the logarithm of the commits: no method "
      "can\nno more runs than either of the others in %d of %zu cells\n",
      best, std::size(kCells));
  return best;
}

void with_history(bench::LabOptions options) {
  std::printf("\nOne stored run for each commit; further runs\n%-19s%6s%6s%7s%10s%7s%16s\n",
              "commits, rates", "runs", "p90", "right", "verified", "right", "of the others'");
  for (const auto& cell : kCells) {
    if (cell.commits < 1024) continue;
    const auto ours = of_cell(cell, History::one_run_each, 1, options);
    const auto share = static_cast<double>(ours.runs) / cell.others_runs;
    std::printf("%5d %4.2f -> %4.2f %6d%6d%7.3f%10d%7.3f%16.2f%s\n", cell.commits, cell.before,
                cell.after, ours.runs, ours.p90, ours.right, ours.verified, ours.verified_right,
                share, held(share <= .35 && ours.right >= .95));
    std::fflush(stdout);
  }
}

void without_culprit(bench::LabOptions options) {
  std::printf("\nNo culprit in the range\n%-19s%6s%6s%10s%10s\n", "commits, rate", "runs", "p90",
              "said so", "blamed");
  for (const int commits : {128, 1024}) {
    for (const auto rate : {0., .02, .1, .2, .5}) {
      std::vector<Outcome> outcomes;
      for (int trial = 0; trial < options.trials; ++trial) {
        outcomes.push_back(search(line(commits, rate, rate, -1), History::none, 1,
                                  options.seed * 1'000'003 + static_cast<std::uint64_t>(trial)));
      }
      const auto ours = figures(outcomes);
      const auto undecided = std::ranges::count(outcomes, kLimit, &Outcome::runs);
      const auto blamed =
          1 - ours.none - static_cast<double>(undecided) / static_cast<double>(options.trials);
      std::printf("%5d %4.2f         %6d%6d%10.3f%10.3f%s\n", commits, rate, ours.runs, ours.p90,
                  ours.none, blamed, held(ours.none >= .95 && blamed <= .05));
      std::fflush(stdout);
    }
  }
}

void on_graphs(bench::LabOptions options) {
  std::printf(
      "\nOn graphs of 300 commits with merges, the culprit anywhere\n%-19s%6s%6s%7s%8s%10s%7s\n",
      "rates", "runs", "p90", "right", "builds", "verified", "right");
  for (const auto& [before, after] : {std::pair{0., .2}, {.02, .2}, {.1, .4}}) {
    std::vector<Outcome> outcomes;
    for (int trial = 0; trial < options.trials; ++trial) {
      Random random(options.seed * 1'000'003 + static_cast<std::uint64_t>(trial));
      const auto world = merges(300, before, after, random);
      outcomes.push_back(search(world, History::none, 1, random.next()));
    }
    const auto ours = figures(outcomes);
    std::printf("%4.2f -> %4.2f       %6d%6d%7.3f%8d%10d%7.3f%s\n", before, after, ours.runs,
                ours.p90, ours.right, ours.builds, ours.verified, ours.verified_right,
                held(ours.right >= .95));
    std::fflush(stdout);
  }
}

// Of this thread, so that a busy machine does not matter.
double cpu_ms() { return 1e3 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// Choosing the next run and taking in the one before, among 8,192 commits; medians.
double choosing(History history, bool merged) {
  Random random(5);
  const auto world = merged ? merges(8'192, .02, .2, random) : line(8'192, .02, .2, 4'000);
  std::vector<BisectCommit> commits(world.parents.size());
  if (history == History::one_run_each) {
    for (auto& commit : commits) commit.runs = {random.chance(.1) ? 1 : 0, 1};
  }
  Bisection bisection(world.parents, commits);
  std::vector<double> times;
  for (int i = 0; i < 60; ++i) {
    const auto begin = cpu_ms();
    const auto next = bisection.next(1);
    if (next.empty()) break;
    bisection.add(next[0], {random.chance(.1) ? 1 : 0, 1});
    times.push_back(cpu_ms() - begin);
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

double choosing_times() {
  double slowest = 0;
  std::printf("\nChoosing among 8,192 commits, ms of CPU:");
  for (const bool merged : {false, true}) {
    for (const auto history : {History::none, History::one_run_each}) {
      const auto took = choosing(history, merged);
      slowest = std::max(slowest, took);
      std::printf(" %s, %s %.2f;", merged ? "graph" : "line",
                  history == History::none ? "no history" : "a run each", took);
    }
  }
  std::printf("%s\n", held(slowest <= 5));
  return slowest;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = bench::lab_options(argc, argv, 1'000);
  std::printf("%d trials a cell (a quarter of them with 8 at once), seed %llu, medians\n",
              options.trials, static_cast<unsigned long long>(options.seed));
  double slowest = 0;
  int best = 0;
  if (options.wants("choosing")) slowest = choosing_times();
  if (options.wants("search")) best = without_history(options);
  if (options.wants("history")) with_history(options);
  if (options.wants("none")) without_culprit(options);
  if (options.wants("graphs")) on_graphs(options);
  std::printf("\nbisect missed=%d best_cells=%d choose_ms=%.2f trials=%d\n", missed, best, slowest,
              options.trials);
  return missed == 0 ? 0 : 1;
}
