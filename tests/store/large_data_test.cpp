// The store that benchmarks read is still one that the server would have made.
#include "large_data.hpp"

#include <gtest/gtest.h>

#include "store/connection.hpp"
#include "support/temp_dir.hpp"

namespace testlooper::bench {
namespace {

TEST(LargeData, ASmallOneHasItsRepositoriesCommitsAndRuns) {
  const testing::TempDir folder;
  const auto file = folder.path() / "small.db";
  std::int64_t stored = 0;
  make_large_data(file,
                  {.tests = 200, .commits = 12, .runs = 5'000, .flaky = 10, .watched_runs = 1'000},
                  [&](std::int64_t runs) { stored = runs; });
  EXPECT_GT(stored, 5'000);
  store::Connection db{file, store::Access::read};
  EXPECT_EQ(db.number("SELECT count(*) FROM repo_repos"), 3);
  EXPECT_EQ(db.number("SELECT count(*) FROM test_runs"), stored);
  EXPECT_EQ(db.number("SELECT count(*) FROM engine_tasks WHERE state <> 'finished'"), 0);
}

}  // namespace
}  // namespace testlooper::bench
