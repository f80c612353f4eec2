#include "store/column.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "store/rollups.hpp"
#include "store/test_ids.hpp"

namespace testlooper::store {
namespace {

constexpr std::string_view kLetters = "PFESxXTCI";  // in the enum's order
constexpr std::array kFailures{Outcome::failed, Outcome::error, Outcome::timed_out,
                               Outcome::crashed};
constexpr std::array kSuccesses{Outcome::passed, Outcome::xfailed, Outcome::xpassed};

char letter(Outcome outcome) { return kLetters.at(static_cast<std::size_t>(outcome)); }

template <std::size_t size>
Outcome most_frequent(const OutcomeCounts& counts, const std::array<Outcome, size>& among) {
  return *std::ranges::max_element(among, {}, [&](Outcome each) { return counts[each]; });
}

std::string pack_mixed(const std::vector<Column::Mixed>& mixed) {
  std::vector<std::int64_t> numbers;
  for (const auto& each : mixed) numbers.insert(numbers.end(), {each.failures, each.runs});
  return pack_numbers(numbers);
}

std::vector<Column::Mixed> unpack_mixed(std::string_view bytes) {
  const auto numbers = unpack_numbers(bytes);
  std::vector<Column::Mixed> mixed;
  for (std::size_t i = 1; i < numbers.size(); i += 2) {
    mixed.push_back({numbers[i - 1], numbers[i]});
  }
  return mixed;
}

}  // namespace

char cell_of(const OutcomeCounts& counts) {
  if (counts.flaky()) return '~';
  if (counts.failures() > 0) return letter(most_frequent(counts, kFailures));
  if (counts.successes() > 0) return letter(most_frequent(counts, kSuccesses));
  if (counts[Outcome::skipped] > 0) return letter(Outcome::skipped);
  return counts[Outcome::infra] > 0 ? letter(Outcome::infra) : '.';
}

Column make_column(Connection& db, CommitId commit) {
  Column column;
  auto cells = db.query(
      "SELECT test_id, passed, failed, error, skipped, xfailed, xpassed, timed_out, crashed, infra"
      " FROM test_rollups WHERE commit_id = ? ORDER BY test_id",
      commit);
  while (cells.next()) {
    const auto counts = read_counts(cells, 1);
    column.tests.push_back(cells.id<TestId>(0));
    column.cells += cell_of(counts);
    if (counts.flaky()) column.mixed.push_back({counts.failures(), counts.measured()});
  }
  return column;
}

Column read_column(Connection& db, CommitId commit) {
  auto kept = db.query(
      "SELECT k.tests, k.cells, k.mixed FROM test_columns k JOIN repo_commits c"
      " ON c.id = k.commit_id WHERE k.commit_id = ? AND c.settled = 1",
      commit);
  if (!kept.next()) return make_column(db, commit);
  return {unpack_test_ids(kept.view(0)), kept.text(1), unpack_mixed(kept.view(2))};
}

void keep_column(Connection& db, CommitId commit) {
  const auto column = make_column(db, commit);
  db.run(
      "INSERT INTO test_columns VALUES (?, ?, ?, ?) ON CONFLICT (commit_id) DO UPDATE"
      " SET tests = excluded.tests, cells = excluded.cells, mixed = excluded.mixed",
      commit, Blob{pack_test_ids(column.tests)}, column.cells, Blob{pack_mixed(column.mixed)});
}

void keep_missing_columns(Connection& db) {
  std::vector<CommitId> commits;
  {
    auto rows = db.query(
        "SELECT s.commit_id FROM test_summaries s JOIN repo_commits c ON c.id = s.commit_id"
        " WHERE c.settled = 1"
        " AND NOT EXISTS (SELECT 1 FROM test_columns k WHERE k.commit_id = s.commit_id)");
    while (rows.next()) commits.push_back(rows.id<CommitId>(0));
  }
  if (commits.empty()) return;
  Transaction transaction{db, Transaction::Kind::write};
  for (const auto& commit : commits) keep_column(db, commit);
  transaction.commit();
}

}  // namespace testlooper::store
