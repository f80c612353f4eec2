#include "store/view_lab.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "testlooper/base/limits.hpp"

#include "lab/cluster.hpp"
#include "store/lineage.hpp"

namespace testlooper::store {
namespace {

struct Failures {
  pages::ClusterTest test;
  std::vector<std::size_t> attempts;
};

// Attempts are numbered as they come.
class Attempts {
 public:
  std::size_t number_of(TaskId task, int attempt) {
    return numbers_.try_emplace({task, attempt}, numbers_.size()).first->second;
  }

 private:
  std::map<AttemptKey, std::size_t> numbers_;
};

Failures failures_of(Connection& db, TestId test, Attempts& attempts) {
  Failures found;
  found.test.test = test;
  auto rows = db.query(
      "SELECT id, task_id, attempt FROM test_runs WHERE test_id = ? AND cluster_id IS NOT NULL"
      " ORDER BY id DESC LIMIT ?",
      test, limits::kFailuresCompared);
  while (rows.next()) {
    found.test.first_run = rows.id<RunId>(0);
    if (found.attempts.empty()) found.test.last_run = rows.id<RunId>(0);
    ++found.test.failures;
    found.attempts.push_back(attempts.number_of(rows.id<TaskId>(1), rows.small(2)));
  }
  std::ranges::sort(found.attempts);
  const auto [end, last] = std::ranges::unique(found.attempts);
  found.attempts.erase(end, last);
  return found;
}

std::vector<Failures> read_failures(Connection& db, RepoId repo) {
  std::vector<Failures> tests;
  Attempts attempts;
  auto rows = db.query(
      "SELECT f.test_id, f.standing, t.suite, t.path, t.name FROM test_flaky f"
      " JOIN test_tests t ON t.id = f.test_id"
      " WHERE f.repo_id = ? AND f.standing IN ('flaky', 'fixed') ORDER BY f.test_id LIMIT ?",
      repo, limits::kFlakyTests);
  while (rows.next()) {
    auto found = failures_of(db, rows.id<TestId>(0), attempts);
    if (found.attempts.size() < 2) continue;
    found.test.standing = rows.text(1);
    found.test.suite = rows.text(2);
    found.test.path = rows.text(3);
    found.test.name = rows.text(4);
    tests.push_back(std::move(found));
  }
  return tests;
}

std::int64_t shared_attempts(const std::vector<Failures>& tests,
                             const std::vector<std::size_t>& group) {
  std::unordered_map<std::size_t, int> failed;
  for (const auto place : group) {
    for (const auto attempt : tests[place].attempts) ++failed[attempt];
  }
  return std::ranges::count_if(failed, [](const auto& each) { return each.second > 1; });
}

}  // namespace

pages::Rate to_rate(lab::Counts counts) {
  const auto interval = lab::jeffreys(counts);
  return {counts.failures, counts.runs, interval.low, interval.high};
}

pages::CommitName commit_name_of(Connection& db, CommitId commit) {
  auto row = db.query("SELECT sha, message, committed_at FROM repo_commits WHERE id = ?", commit);
  if (!row.next()) return {};
  return {row.text(0), first_line(row.view(1)), row.time(2)};
}

std::string standing_of(Connection& db, TestId test) {
  auto row = db.query(
      "SELECT standing FROM test_flaky WHERE test_id = ? AND standing IN ('flaky', 'fixed')",
      newest_name(db, test));
  return row.next() ? row.text(0) : std::string{};
}

std::vector<pages::FailingTogether> failing_together(Connection& db, RepoId repo) {
  const auto tests = read_failures(db, repo);
  std::vector<lab::FailedIn> failed;
  for (const auto& each : tests) failed.push_back({each.attempts});
  std::vector<pages::FailingTogether> groups;
  for (const auto& group : lab::failing_together(failed)) {
    pages::FailingTogether together;
    for (const auto place : group) together.tests.push_back(tests[place].test);
    together.attempts = shared_attempts(tests, group);
    groups.push_back(std::move(together));
  }
  std::ranges::sort(groups, [](const auto& a, const auto& b) {
    return std::tuple{b.tests.size(), a.tests.front().test} <
           std::tuple{a.tests.size(), b.tests.front().test};
  });
  return groups;
}

}  // namespace testlooper::store
