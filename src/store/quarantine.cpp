#include "store/quarantine.hpp"

#include <algorithm>
#include <tuple>

#include "lab/rate.hpp"
#include "store/changes.hpp"
#include "store/flaky_text.hpp"
#include "store/lineage.hpp"
#include "store/view_lab.hpp"
#include "store/view_pages.hpp"

namespace testlooper::store {
namespace {

void describe(Connection& db, pages::Quarantine& each) {
  auto name = db.query("SELECT suite, path, name FROM test_tests WHERE id = ?", each.test);
  name.next();
  each.suite = name.text(0);
  each.path = name.text(1);
  each.name = name.text(2);
  auto known = db.query(
      "SELECT standing, failures, runs FROM test_flaky WHERE test_id = ?"
      " AND standing IN ('flaky', 'fixed')",
      each.test);
  if (!known.next()) return;
  each.standing = known.text(0);
  each.rate = rate_text(to_rate({known.integer(1), known.integer(2)}));
}

}  // namespace

std::vector<pages::Quarantine> quarantined_tests(Connection& db, RepoId repo, WallTime now) {
  std::vector<pages::Quarantine> tests;
  auto rows = db.query(
      "SELECT id, test_id, owner, reason, who, since, expires_at FROM test_quarantine"
      " WHERE repo_id = ? AND removed_at IS NULL",
      repo);
  while (rows.next()) {
    pages::Quarantine each;
    each.id = rows.id<QuarantineId>(0);
    each.test = newest_name(db, rows.id<TestId>(1));
    each.owner = rows.text(2);
    each.reason = rows.text(3);
    each.quarantined_by = rows.text(4);
    each.quarantined_at = rows.time(5);
    each.expires_at = rows.time(6);
    each.expired = each.expires_at.ms <= now.ms;
    describe(db, each);
    tests.push_back(std::move(each));
  }
  std::ranges::sort(tests, {}, [](const pages::Quarantine& each) {
    return std::tie(each.expired, each.suite, each.path, each.name, each.id);
  });
  return tests;
}

Result<pages::QuarantinePage> quarantine_page(Connection& db, const std::string& name,
                                              WallTime now) {
  const auto repo = find_repo(db, name);
  if (!repo) return std::unexpected(repo.error());
  return pages::QuarantinePage{read_revision(db), repo->name, quarantined_tests(db, repo->id, now)};
}

void apply(Applying& in, const change::Quarantined& change) {
  for (const auto& name : names_of(in.db, change.test)) {
    in.db.run(
        "UPDATE test_quarantine SET removed_at = ? WHERE repo_id = ? AND test_id = ?"
        " AND removed_at IS NULL",
        in.now, change.repo, name);
  }
  in.db.run(
      "INSERT INTO test_quarantine (repo_id, test_id, owner, reason, who, since, expires_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?)",
      change.repo, change.test, change.owner, change.reason, change.who, in.now, change.expires_at);
}

void apply(Applying& in, const change::QuarantineRemoved& change) {
  in.db.run("UPDATE test_quarantine SET removed_at = ? WHERE id = ? AND removed_at IS NULL", in.now,
            change.id);
}

}  // namespace testlooper::store
