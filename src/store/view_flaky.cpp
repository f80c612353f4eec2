// The list of flaky tests: a row for each is read, and those that are shown are told in full.
#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "testlooper/base/limits.hpp"

#include "store/assess.hpp"
#include "store/flaky_text.hpp"
#include "store/lineage.hpp"
#include "store/lists.hpp"
#include "store/quarantine.hpp"
#include "store/view_lab.hpp"
#include "store/view_pages.hpp"

namespace testlooper::store {
namespace {

constexpr int kListedWithin = 50;  // commits of the primary line

// A test's row, and what is told of it if it is shown.
struct Row {
  pages::FlakyTest test;
  CommitId first, last;
  std::vector<KeptChange> changes;
};

Row read_row(const Query& rows) {
  Row row;
  auto& test = row.test;
  test.test = rows.id<TestId>(0);
  test.suite = rows.text(1);
  test.path = rows.text(2);
  test.name = rows.text(3);
  test.standing = rows.text(4);
  test.reopened = rows.boolean(5);
  test.trend = rows.text(6);
  test.rate = {rows.integer(7), rows.integer(8)};
  row.first = rows.id<CommitId>(9);
  row.last = rows.id<CommitId>(10);
  test.mixed_commits = rows.integer(11);
  test.commits_hit = rows.integer(12);
  test.people = rows.integer(13);
  test.lost_us = rows.integer(14);
  test.passes_since = rows.integer(15);
  test.passes_needed = rows.integer(16);
  row.changes = unpack_changes(rows.view(17));
  for (const auto& counts : unpack_counts(rows.view(18))) {
    test.history.push_back({counts.failures, counts.runs});
  }
  return row;
}

bool is_wanted(const pages::FlakyTest& test, const FlakyQuery& query) {
  if (query.standing != "all" && test.standing != query.standing) return false;
  const auto id = test.suite + "/" + TestName{test.path, test.name}.id();
  return id.contains(query.contains);
}

std::vector<Row> read_rows(Connection& db, RepoId repo, const FlakyQuery& query,
                           pages::FlakyPage& page) {
  std::vector<Row> found;
  auto rows = db.query(
      "SELECT f.test_id, t.suite, t.path, t.name, f.standing, f.reopened, f.trend, f.failures,"
      " f.runs, f.first_commit, f.last_commit, f.mixed_commits, f.commits_hit, f.people, f.lost_us,"
      " f.passes_since, f.passes_needed, f.changes, f.history FROM test_flaky f"
      " JOIN test_tests t ON t.id = f.test_id"
      " WHERE f.repo_id = ? AND f.standing IN ('flaky', 'fixed')",
      repo);
  while (rows.next()) {
    auto row = read_row(rows);
    ++(row.test.standing == "flaky" ? page.flaky : page.fixed);
    if (is_wanted(row.test, query)) found.push_back(std::move(row));
  }
  return found;
}

double share(const pages::Rate& rate) {
  return rate.runs == 0 ? 0 : static_cast<double>(rate.failures) / static_cast<double>(rate.runs);
}

void sort_rows(std::vector<Row>& rows, FlakyOrder order) {
  const auto by_name = [](const Row& row) {
    return std::tie(row.test.suite, row.test.path, row.test.name);
  };
  // The largest first; those that are alike by their names.
  const auto by = [&](const auto& size) {
    std::ranges::sort(rows, [&](const Row& a, const Row& b) {
      const auto size_a = size(a), size_b = size(b);
      return size_a != size_b ? size_a > size_b : by_name(a) < by_name(b);
    });
  };
  switch (order) {
    case FlakyOrder::impact:
      return by([](const Row& row) {
        return std::tuple{row.test.commits_hit, row.test.people, row.test.lost_us};
      });
    case FlakyOrder::rate:
      return by([](const Row& row) { return share(row.test.rate); });
    case FlakyOrder::newest:
      return by([](const Row& row) { return row.last; });
    case FlakyOrder::name:
      std::ranges::sort(rows, {}, by_name);
  }
}

// The newest commit of the primary line whose suites are all listed.
std::optional<CommitId> newest_listed(Connection& db, const RepoRow& repo) {
  auto rows = db.query(
      "WITH RECURSIVE line (id, steps) AS ("
      " SELECT c.id, 1 FROM repo_branches b JOIN repo_commits c"
      "  ON c.repo_id = b.repo_id AND c.sha = b.sha"
      "  WHERE b.repo_id = ?1 AND b.name = ?2 AND b.deleted_at IS NULL UNION ALL"
      " SELECT c.id, steps + 1 FROM line"
      "  CROSS JOIN repo_parents p ON p.commit_id = line.id AND p.position = 0"
      "  CROSS JOIN repo_commits c ON c.repo_id = ?1 AND c.sha = p.parent_sha WHERE steps < ?3)"
      " SELECT id FROM line",
      repo.id, repo.primary_branch, kListedWithin);
  while (rows.next()) {
    if (is_listed(db, rows.id<CommitId>(0))) return rows.id<CommitId>(0);
  }
  return std::nullopt;
}

class Details {
 public:
  Details(Connection& db, const RepoRow& repo, WallTime now)
      : db_(db), newest_listed_(newest_listed(db, repo)) {
    for (auto& each : quarantined_tests(db, repo.id, now)) {
      quarantined_.emplace(each.test, std::move(each));
    }
  }

  pages::FlakyTest tell(Row row) {
    auto& test = row.test;
    test.rate = to_rate({test.rate.failures, test.rate.runs});
    test.first = name_of(row.first);
    test.last = name_of(row.last);
    for (const auto& each : row.changes) {
      test.changes.push_back({name_of(each.at).sha, name_of(each.earliest).sha,
                              name_of(each.latest).sha, to_rate(each.before), to_rate(each.after)});
    }
    test.gone = is_gone(test.test);
    test.cluster = cluster_of(test.test);
    if (const auto found = quarantined_.find(test.test); found != quarantined_.end()) {
      test.quarantine = found->second;
    }
    test.diagnosis = diagnosis_of(test.test);
    test.why = why_listed(test);
    return std::move(row.test);
  }

 private:
  const pages::CommitName& name_of(CommitId commit) {
    auto [found, added] = names_.try_emplace(commit);
    if (added) found->second = commit_name_of(db_, commit);
    return found->second;
  }
  bool is_gone(TestId test) {
    if (!newest_listed_) return false;
    return db_.number("SELECT count(*) FROM test_rollups WHERE commit_id = ? AND test_id = ?",
                      *newest_listed_, test) == 0;
  }
  std::optional<pages::ClusterName> cluster_of(TestId test) {
    auto row = db_.query(
        "SELECT c.key, c.message, c.failures,"
        " (SELECT count(*) FROM test_cluster_tests o WHERE o.cluster_id = c.id)"
        " FROM test_cluster_tests k JOIN test_clusters c ON c.id = k.cluster_id"
        " WHERE k.test_id = ? ORDER BY k.failures DESC, k.cluster_id DESC LIMIT 1",
        test);
    if (!row.next()) return std::nullopt;
    return pages::ClusterName{row.text(0), row.text(1), row.integer(3), row.integer(2)};
  }

  // Whatever it was called then.
  std::optional<pages::FlakyCause> diagnosis_of(TestId test) {
    std::optional<pages::FlakyCause> newest;
    for (const auto& name : names_of(db_, test)) {
      auto row = db_.query(
          "SELECT id, verdict, answer FROM lab_experiments INDEXED BY lab_experiments_of_test"
          " WHERE test_id = ? AND kind = 'diagnose' AND standing = 'decided'"
          " AND verdict <> 'cannot_run' ORDER BY id DESC LIMIT 1",
          name);
      if (!row.next()) continue;
      const auto id = row.id<ExperimentId>(0);
      if (!newest || newest->experiment < id) newest = {id, row.text(1), row.text(2)};
    }
    return newest;
  }

  Connection& db_;
  std::optional<CommitId> newest_listed_;
  std::unordered_map<CommitId, pages::CommitName> names_;
  std::map<TestId, pages::Quarantine> quarantined_;
};

}  // namespace

Result<pages::FlakyPage> flaky_page(Connection& db, const FlakyQuery& query, WallTime now) {
  const auto repo = find_repo(db, query.repo);
  if (!repo) return std::unexpected(repo.error());
  pages::FlakyPage page;
  page.revision = read_revision(db);
  page.repo = repo->name;
  page.branch = repo->primary_branch;
  auto rows = read_rows(db, repo->id, query, page);
  sort_rows(rows, query.order);
  const auto limit = static_cast<std::size_t>(std::clamp(query.limit, 1, limits::kFlakyTests));
  page.more = rows.size() > limit;
  if (page.more) rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(limit), rows.end());
  Details details{db, *repo, now};
  for (auto& row : rows) page.tests.push_back(details.tell(std::move(row)));
  return page;
}

}  // namespace testlooper::store
