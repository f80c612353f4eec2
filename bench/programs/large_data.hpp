// A store as years of use leave it: three repositories, the first of them large, with merges, flaky
// tests of several kinds, and millions of runs. All of it goes through the store's own changes, so
// that roll-ups, tallies and whatever else they keep are as a server would have them. The same
// shape and seed give the same data.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace testlooper::bench {

struct LargeDataShape {
  int tests = 10'000;
  int commits = 500;
  std::int64_t runs = 10'000'000;  // of the first repository, about
  int flaky = 200;                 // tests
  int watched_runs = 10'000;       // of one test at the newest commit
  std::uint64_t seed = 1;
};

inline constexpr const char* kLargeRepo = "large";
inline constexpr const char* kWatchedTest =
    "tests/part_000/test_00.py::TestBehaviour::test_case_00000";

// `progress` is told how many runs are stored so far.
void make_large_data(const std::filesystem::path& file, const LargeDataShape& shape,
                     const std::function<void(std::int64_t)>& progress);

}  // namespace testlooper::bench
