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

// Rows in the order in which tests were met. Neighbouring commits have nearly the same tests in the
// same order, so the row of the next cell is nearly always the next row.
class Rows {
 public:
  explicit Rows(std::size_t columns) : columns_(columns) {}

  void begin_commit() { next_ = 0; }
  pages::MatrixRow& row(TestId test) {
    if (next_ == rows_.size() || rows_[next_].test != test) next_ = find_or_add(test);
    return rows_[next_++];
  }
  std::vector<pages::MatrixRow> take() { return std::move(rows_); }

 private:
  std::size_t find_or_add(TestId test) {
    const auto [found, is_new] = places_.emplace(test, rows_.size());
    if (is_new) {
      rows_.emplace_back();
      rows_.back().test = test;
      rows_.back().cells.assign(columns_, kNotListed);
    }
    return found->second;
  }

  std::size_t columns_;
  std::size_t next_ = 0;
  std::vector<pages::MatrixRow> rows_;
  std::unordered_map<TestId, std::size_t> places_;
};

void add_commit(Connection& db, CommitId commit, std::size_t column, Rows& rows) {
  rows.begin_commit();
  auto cells = db.query(
      "SELECT test_id, passed, failed, error, skipped, xfailed, xpassed, timed_out, crashed, infra"
      " FROM test_rollups WHERE commit_id = ? ORDER BY test_id",
      commit);
  while (cells.next()) {
    const auto counts = read_counts(cells, 1);
    auto& row = rows.row(cells.id<TestId>(0));
    row.cells[column] = cell_of(counts);
    if (!counts.flaky()) continue;
    row.mixed.push_back({static_cast<std::int64_t>(column), counts.failures(), counts.measured()});
  }
}

void add_name(Connection& db, pages::MatrixRow& row) {
  auto name = db.query("SELECT suite, path, name FROM test_tests WHERE id = ?", row.test);
  TL_CHECK(name.next());
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
  Rows matrix{commits.size()};
  for (std::size_t column = 0; column < commits.size(); ++column) {
    add_commit(db, commits[column], column, matrix);
  }
  auto rows = matrix.take();
  for (auto& row : rows) add_name(db, row);
  if (!test_contains.empty()) {
    std::erase_if(rows, [&](const pages::MatrixRow& row) {
      return !TestName{row.path, row.name}.id().contains(test_contains);
    });
  }
  std::ranges::sort(rows, {}, [](const pages::MatrixRow& row) {
    return std::tie(row.suite, row.path, row.name);
  });
  return rows;
}

}  // namespace testlooper::store
