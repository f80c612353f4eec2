// Change detection on streams of single runs with a look after each: the delay after 500 stable
// runs, and false alarms in streams of 2,000 at one rate, beside the published figures. Seeded.
// Stretches of equal outcomes count as one place: the likelihood is convex within one, so the best
// boundary is at an end. Exits with 1 where it is worse than published, beyond chance for false
// alarms.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>
#include <vector>

#include "lab/change.hpp"
#include "lab/random.hpp"
#include "lab_options.hpp"

namespace {

using namespace testlooper;
using namespace testlooper::lab;

struct Row {
  double before;
  double after;
  int published;  // median delay, runs
};

constexpr Row kRows[] = {{0, .05, 96}, {0, .2, 15}, {.02, .2, 40}, {.1, .4, 30}};
constexpr int kStable = 500;
constexpr int kStream = 2'000;
constexpr double kPublishedAlarms = 1. / 750;

class Stream {
 public:
  explicit Stream(const Marginal& marginal) : marginal_(&marginal) {}

  void add(bool failed) {
    if (places_.empty() || failed != failed_) places_.emplace_back();
    places_.back() = places_.back() + Counts{failed ? 1 : 0, 1};
    failed_ = failed;
  }
  bool changed() const {
    return best_boundary(places_, 0, places_.size(), *marginal_).log_odds > std::log(1e4);
  }
  // True where a change is seen after this run.
  bool run(bool failed) {
    add(failed);
    return changed();
  }

 private:
  const Marginal* marginal_;
  std::vector<Counts> places_;
  bool failed_ = false;
};

// Of streams without an alarm before the change; -1: an alarm came before.
int delay(const Row& row, Random& random, const Marginal& marginal) {
  Stream stream(marginal);
  for (int i = 0; i < kStable; ++i) {
    if (stream.run(random.chance(row.before))) return -1;
  }
  for (int i = 1; i < kStream; ++i) {
    if (stream.run(random.chance(row.after))) return i;
  }
  return kStream;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = bench::lab_options(argc, argv, 750);
  const Marginal marginal(kStable + kStream);
  Random random(options.seed);
  bool good = true;
  std::printf("%d streams each, seed %llu, a look after each run\n\n%-14s%14s%6s%12s\n",
              options.trials, static_cast<unsigned long long>(options.seed), "rates",
              "median delay", "p90", "published");
  for (const auto& row : kRows) {
    std::vector<int> delays;
    for (int trial = 0; trial < options.trials; ++trial) {
      if (const auto after = delay(row, random, marginal); after > 0) delays.push_back(after);
    }
    std::ranges::sort(delays);
    const auto median = delays[delays.size() / 2];
    // The lower end of the median's 95 % interval, by ranks.
    const auto size = static_cast<double>(delays.size());
    const auto low = delays[static_cast<std::size_t>(size / 2 - std::sqrt(size))];
    good = good && low <= row.published;
    std::printf("%4.2f -> %4.2f  %14d%6d%12d%s\n", row.before, row.after, median,
                delays[delays.size() * 9 / 10], row.published,
                low <= row.published ? "" : " <- missed");
    std::fflush(stdout);
  }
  int alarms = 0;
  int streams = 0;
  std::printf("\nfalse alarms in %d streams of %d runs\n%-14s%14s%18s\n", options.trials, kStream,
              "constant rate", "looked at once", "after each run");
  for (const auto rate : {.005, .02, .1}) {
    int at_once = 0;
    int watched = 0;
    for (int trial = 0; trial < options.trials; ++trial, ++streams) {
      Stream stream(marginal);
      bool seen = false;
      for (int i = 0; i < kStream; ++i) {
        stream.add(random.chance(rate));
        seen = seen || stream.changed();
      }
      watched += seen;
      at_once += stream.changed();
    }
    alarms += at_once;
    std::printf("%-14.3f%14d%18d\n", rate, at_once, watched);
    std::fflush(stdout);
  }
  const auto expected = streams * kPublishedAlarms;
  good = good && alarms <= expected + 3 * std::sqrt(expected);
  std::printf("\nchange false_alarms=%.5f published=%.5f trials=%d\n",
              static_cast<double>(alarms) / streams, kPublishedAlarms, options.trials);
  return good ? 0 : 1;
}
