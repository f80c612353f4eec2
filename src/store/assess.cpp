#include "store/assess.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "testlooper/base/limits.hpp"

#include "lab/flaky.hpp"
#include "store/flaky.hpp"
#include "store/lineage.hpp"
#include "store/names.hpp"
#include "store/rollups.hpp"
#include "store/test_ids.hpp"

namespace testlooper::store {
namespace {

// A test at a commit, whatever it was called there.
struct Evidence {
  CommitId commit;
  TestId name;
  std::int64_t generation = 0, committed_at = 0;
  std::string author;
  lab::Counts counts;
  std::int64_t failed_us = 0;

  auto order() const { return std::tuple{generation, committed_at, commit}; }
};

void add_evidence(Connection& db, TestId name, std::unordered_map<CommitId, Evidence>& found) {
  auto rows = db.query(
      "SELECT r.passed, r.failed, r.error, r.skipped, r.xfailed, r.xpassed, r.timed_out, r.crashed,"
      " r.infra, r.failed_us, e.commit_id, c.generation, c.committed_at, c.author_email"
      " FROM test_evidence e"
      " CROSS JOIN test_rollups r ON r.commit_id = e.commit_id AND r.test_id = e.test_id"
      " CROSS JOIN repo_commits c ON c.id = e.commit_id"
      " WHERE e.test_id = ? ORDER BY e.commit_id DESC LIMIT ?",
      name, limits::kFlakyHistoryCommits);
  while (rows.next()) {
    const auto counts = read_counts(rows, 0);
    const auto failures = counts.failures();
    Evidence at{rows.id<CommitId>(10), name,          rows.integer(11),
                rows.integer(12),      rows.text(13), {failures, failures + counts.successes()},
                rows.integer(9)};
    // A commit that lists several of the names tells of the nearest, which comes first.
    if (at.counts.runs > 0) found.emplace(at.commit, std::move(at));
  }
}

std::vector<Evidence> read_evidence(Connection& db, const std::vector<TestId>& names) {
  std::unordered_map<CommitId, Evidence> found;
  for (const auto& name : names) add_evidence(db, name, found);
  std::vector<Evidence> evidence;
  for (auto& [commit, at] : found) evidence.push_back(std::move(at));
  std::ranges::sort(evidence, {}, &Evidence::order);
  return evidence;
}

// What its failures cost.
struct Impact {
  std::int64_t mixed_commits = 0, commits = 0, lost_us = 0;
  std::set<std::string> people;
};

Impact impact_of(const std::vector<Evidence>& evidence, const std::vector<lab::AtCommit>& history) {
  Impact impact;
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    const auto& at = history[i];
    if (at.counts.failures == 0 || !at.tells()) continue;
    ++impact.commits;
    if (at.mixed()) ++impact.mixed_commits;
    impact.lost_us += evidence[i].failed_us;
    impact.people.insert(evidence[i].author);
  }
  return impact;
}

std::vector<KeptChange> kept(const std::vector<lab::Change>& changes,
                             const std::vector<Evidence>& evidence) {
  std::vector<KeptChange> kept;
  for (const auto& each : changes) {
    kept.push_back({evidence[each.position].commit, evidence[each.earliest].commit,
                    evidence[each.latest].commit, each.before, each.after});
  }
  return kept;
}

bool is_fixed(Connection& db, const std::vector<TestId>& names) {
  return std::ranges::any_of(names, [&](TestId name) {
    return db.number("SELECT standing = 'fixed' OR reopened = 1 FROM test_flaky WHERE test_id = ?",
                     name) == 1;
  });
}

void forget(Connection& db, const std::vector<TestId>& names) {
  for (const auto& name : names) db.run("DELETE FROM test_flaky WHERE test_id = ?", name);
}

void store_assessment(Connection& db, const std::vector<TestId>& names,
                      const std::vector<Evidence>& evidence,
                      const std::vector<lab::AtCommit>& history, const lab::Flakiness& found) {
  const auto impact = impact_of(evidence, history);
  const bool was_fixed = is_fixed(db, names);
  for (const auto& name : names) {
    db.run("UPDATE test_flaky SET due = 0, standing = 'other_name' WHERE test_id = ?", name);
  }
  db.run(
      "UPDATE test_flaky SET standing = ?, reopened = ?, trend = ?, failures = ?, runs = ?,"
      " first_commit = ?, last_commit = ?, mixed_commits = ?, commits_hit = ?, people = ?,"
      " lost_us = ?, old_failures = ?, old_runs = ?, passes_since = ?, passes_needed = ?,"
      " changes = ?, history = ? WHERE test_id = ?",
      found.flaky ? "flaky" : "fixed", found.flaky && was_fixed, name_of(found.trend),
      found.rate.failures, found.rate.runs, evidence[found.first_mixed].commit,
      evidence[found.last_mixed].commit, impact.mixed_commits, impact.commits, impact.people.size(),
      impact.lost_us, found.old.failures, found.old.runs, found.passes_since, found.passes_needed,
      Blob{pack_changes(kept(found.changes, evidence))},
      Blob{pack_counts(lab::summed_up(history, limits::kFlakyHistoryPoints))},
      evidence.back().name);
}

}  // namespace

std::string pack_changes(const std::vector<KeptChange>& changes) {
  std::vector<std::int64_t> numbers;
  for (const auto& each : changes) {
    numbers.insert(numbers.end(),
                   {each.at.value, each.earliest.value, each.latest.value, each.before.failures,
                    each.before.runs, each.after.failures, each.after.runs});
  }
  return pack_numbers(numbers);
}

std::vector<KeptChange> unpack_changes(std::string_view bytes) {
  constexpr std::size_t kNumbers = 7;
  const auto n = unpack_numbers(bytes);
  std::vector<KeptChange> changes;
  for (std::size_t i = 0; i + kNumbers <= n.size(); i += kNumbers) {
    changes.push_back({CommitId{n[i]},
                       CommitId{n[i + 1]},
                       CommitId{n[i + 2]},
                       {n[i + 3], n[i + 4]},
                       {n[i + 5], n[i + 6]}});
  }
  return changes;
}

std::string pack_counts(const std::vector<lab::Counts>& counts) {
  std::vector<std::int64_t> numbers;
  for (const auto& each : counts) numbers.insert(numbers.end(), {each.failures, each.runs});
  return pack_numbers(numbers);
}

std::vector<lab::Counts> unpack_counts(std::string_view bytes) {
  const auto numbers = unpack_numbers(bytes);
  std::vector<lab::Counts> counts;
  for (std::size_t i = 1; i < numbers.size(); i += 2) {
    counts.push_back({numbers[i - 1], numbers[i]});
  }
  return counts;
}

const Assessor::Line& Assessor::line_of(RepoId repo) {
  auto row = db_.query(
      "SELECT b.sha FROM repo_repos r JOIN repo_branches b ON b.repo_id = r.id"
      " AND b.name = r.primary_branch WHERE r.id = ? AND b.deleted_at IS NULL",
      repo);
  const auto head = row.next() ? row.text(0) : std::string{};
  auto& known = lines_[repo];
  if (known.head == head && !head.empty()) return known.line;
  known = {head, {}};
  auto rows = db_.query(
      "WITH RECURSIVE line (id, steps) AS ("
      " SELECT id, 1 FROM repo_commits WHERE repo_id = ?1 AND sha = ?2 UNION ALL"
      " SELECT c.id, steps + 1 FROM line"
      "  CROSS JOIN repo_parents p ON p.commit_id = line.id AND p.position = 0"
      "  CROSS JOIN repo_commits c ON c.repo_id = ?1 AND c.sha = p.parent_sha WHERE steps < ?3)"
      " SELECT id FROM line",
      repo, head, limits::kFlakyHistoryCommits);
  while (rows.next()) known.line.insert(rows.id<CommitId>(0));
  return known.line;
}

void Assessor::assess(RepoId repo, TestId test) {
  const auto names = names_of(db_, test);
  for (const auto& name : names) watch(db_, repo, name);
  const auto evidence = read_evidence(db_, names);
  const auto& line = line_of(repo);
  std::vector<lab::AtCommit> history;
  for (const auto& at : evidence) history.push_back({at.counts, line.contains(at.commit)});
  if (const auto found = lab::assess(history)) {
    store_assessment(db_, names, evidence, history, *found);
  } else {
    forget(db_, names);
  }
}

FlakyStep Assessor::step(int limit) {
  struct Due {
    RepoId repo;
    TestId test;
  };
  std::vector<Due> due;
  {
    auto rows = db_.query(
        "SELECT f.repo_id, f.test_id FROM test_flaky f JOIN repo_repos r ON r.id = f.repo_id"
        " WHERE f.due = 1 AND r.standing = 'active' ORDER BY f.test_id LIMIT ?",
        limit);
    while (rows.next()) due.push_back({rows.id<RepoId>(0), rows.id<TestId>(1)});
  }
  if (due.empty()) return {};
  Transaction transaction{db_, Transaction::Kind::write};
  for (const auto& [repo, test] : due) {
    // Another of its names may have been its turn.
    if (db_.number("SELECT due FROM test_flaky WHERE test_id = ?", test) == 1) assess(repo, test);
  }
  const auto revision =
      db_.number("UPDATE engine_instance SET revision = revision + 1 RETURNING revision");
  transaction.commit();
  return {.assessed = true,
          .more = std::ssize(due) == limit,
          .revision = static_cast<Revision>(revision)};
}

}  // namespace testlooper::store
