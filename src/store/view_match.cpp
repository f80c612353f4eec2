// The tests of a commit that a filter means.
#include <optional>

#include "core/filter.hpp"
#include "store/commit_names.hpp"
#include "store/labels.hpp"
#include "store/rollups.hpp"
#include "store/traits.hpp"
#include "store/view_pages.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {
namespace {

// As BranchRule's `Only` and the pages' verdicts have it; what is new is known for all at once.
class Verdict {
 public:
  Verdict(Connection& db, CommitId commit, Only only) : only_(only) {
    if (only == Only::fresh) fresh_ = new_tests(db, commit);
  }
  bool fits(TestId test, const OutcomeCounts& counts) const {
    switch (only_) {
      case Only::all:
        return true;
      case Only::failed:
        return counts.failures() > 0 && !counts.flaky();
      case Only::flaky:
        return counts.flaky();
      case Only::fresh:
        return fresh_.contains(test);
    }
    return false;
  }

 private:
  Only only_;
  std::unordered_set<TestId> fresh_;
};

}  // namespace

Result<pages::MatchPage> match_page(Connection& db, const MatchQuery& query) {
  const auto repo = find_repo(db, query.repo);
  if (!repo) return std::unexpected(repo.error());
  const auto commit = commit_named(db, *repo, query.commit);
  if (!commit) return std::unexpected(commit.error());
  const auto matcher = core::TestMatcher::make(query.filter);
  if (!matcher) return invalid(matcher.error().message, "filter.regex");
  pages::MatchPage page;
  page.revision = read_revision(db);
  page.repo = query.repo;
  page.sha = commit_sha(db, *commit);
  const Verdict verdict{db, *commit, query.only};
  LabelReader labels;
  auto rows = db.query(
      "SELECT t.id, t.suite, t.path, t.name, r.labels, r.passed, r.failed, r.error, r.skipped,"
      " r.xfailed, r.xpassed, r.timed_out, r.crashed, r.infra FROM test_rollups r"
      " JOIN test_tests t ON t.id = r.test_id"
      " JOIN test_suites s ON s.id = r.suite_id AND s.imported = 0"
      " WHERE r.commit_id = ? ORDER BY t.suite, r.position",
      *commit);
  while (rows.next()) {
    ++page.listed;
    const KnownTest test{
        rows.id<TestId>(0), {rows.text(2), rows.text(3)}, labels.parse(rows.view(4))};
    const auto suite = rows.text(1);
    if (!verdict.fits(test.id, read_counts(rows, 5)) || !matcher->matches(suite, test)) continue;
    ++page.matching;
    if (page.matching <= query.limit) {
      page.tests.push_back({test.id, suite, test.test.path, test.test.name});
    }
  }
  return page;
}

}  // namespace testlooper::store
