#include "store/matrix.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <unordered_map>

#include "testlooper/base/check.hpp"
#include "testlooper/domain/test.hpp"

#include "store/rollups.hpp"

namespace testlooper::store {
namespace {

constexpr char kNotListed = '-';
constexpr std::string_view kLetters = "PFESxXTCI";  // in the enum's order
constexpr std::array kFailures{Outcome::failed, Outcome::error, Outcome::timed_out,
                               Outcome::crashed};
constexpr std::array kSuccesses{Outcome::passed, Outcome::xfailed, Outcome::xpassed};

char letter(Outcome outcome) { return kLetters.at(static_cast<std::size_t>(outcome)); }

template <std::size_t size>
Outcome most_frequent(const OutcomeCounts& counts, const std::array<Outcome, size>& among) {
  return *std::ranges::max_element(among, {}, [&](Outcome each) { return counts[each]; });
}

using Rows = std::unordered_map<TestId, pages::MatrixRow>;

void add_commit(Connection& db, CommitId commit, std::size_t column, std::size_t columns,
                Rows& matrix) {
  auto cells = db.query(
      "SELECT test_id, passed, failed, error, skipped, xfailed, xpassed, timed_out, crashed, infra"
      " FROM test_rollups WHERE commit_id = ?",
      commit);
  while (cells.next()) {
    const auto counts = read_counts(cells, 1);
    auto& row = matrix[cells.id<TestId>(0)];
    if (row.cells.empty()) row.cells.assign(columns, kNotListed);
    row.cells[column] = cell_of(counts);
    if (!counts.flaky()) continue;
    row.mixed.push_back({static_cast<std::int64_t>(column), counts.failures(), counts.measured()});
  }
}

void add_name(Connection& db, TestId test, pages::MatrixRow& row) {
  auto name = db.query("SELECT suite, path, name FROM test_tests WHERE id = ?", test);
  TL_CHECK(name.next());
  row.test = test;
  row.suite = name.text(0);
  row.path = name.text(1);
  row.name = name.text(2);
}

}  // namespace

char cell_of(const OutcomeCounts& counts) {
  if (counts.flaky()) return '~';
  if (counts.failures() > 0) return letter(most_frequent(counts, kFailures));
  if (counts.successes() > 0) return letter(most_frequent(counts, kSuccesses));
  if (counts[Outcome::skipped] > 0) return letter(Outcome::skipped);
  return counts[Outcome::infra] > 0 ? letter(Outcome::infra) : '.';
}

std::vector<pages::MatrixRow> read_matrix(Connection& db, const std::vector<CommitId>& commits,
                                          const std::string& test_contains) {
  Rows matrix;
  for (std::size_t column = 0; column < commits.size(); ++column) {
    add_commit(db, commits[column], column, commits.size(), matrix);
  }
  std::vector<pages::MatrixRow> rows;
  for (auto& [test, row] : matrix) {
    add_name(db, test, row);
    if (TestName{row.path, row.name}.id().contains(test_contains)) rows.push_back(std::move(row));
  }
  std::ranges::sort(rows, {}, [](const pages::MatrixRow& row) {
    return std::tie(row.suite, row.path, row.name);
  });
  return rows;
}

}  // namespace testlooper::store
