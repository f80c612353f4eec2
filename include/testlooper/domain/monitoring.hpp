// What other programs watch a server by: its totals, and how each branch is.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "testlooper/base/time.hpp"
#include "testlooper/domain/outcome.hpp"
#include "testlooper/domain/pages.hpp"

namespace testlooper::pages {

// What an attempt of each bucket takes at most; those of one bucket more take longer than the last.
inline constexpr std::array<Milliseconds, 8> kDurationBuckets{
    Milliseconds{100},    Milliseconds{1'000},   Milliseconds{5'000},   Milliseconds{15'000},
    Milliseconds{60'000}, Milliseconds{300'000}, Milliseconds{900'000}, Milliseconds{3'600'000}};

constexpr std::size_t bucket_of(Milliseconds duration) {
  std::size_t bucket = 0;
  while (bucket < kDurationBuckets.size() && duration > kDurationBuckets[bucket]) ++bucket;
  return bucket;
}

struct OutcomeTotal {
  std::string outcome;
  std::int64_t runs = 0;  // ever recorded
};
struct RepoFigures {
  std::string name;
  std::vector<OutcomeTotal> runs;
  std::int64_t flaky = 0;  // tests
  std::vector<BranchSummary> branches;
};
struct StateTotal {
  std::string state;
  std::int64_t tasks = 0;
};
struct KindDurations {
  std::string kind;                                                  // of task
  std::array<std::int64_t, kDurationBuckets.size() + 1> attempts{};  // by bucket
  std::int64_t total_ms = 0;
};
struct MonitoringPage {
  std::vector<RepoFigures> repos;
  std::vector<StateTotal> tasks;  // of those that are not finished; each state, if only with 0
  std::vector<KindDurations> durations;
};

}  // namespace testlooper::pages
