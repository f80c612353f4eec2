#include "store/matrix.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "testlooper/base/check.hpp"
#include "testlooper/domain/test.hpp"

#include "store/column.hpp"

namespace testlooper::store {
namespace {

constexpr char kNotListed = '-';

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

void add_commit(Connection& db, CommitId commit, std::size_t place, Rows& rows) {
  rows.begin_commit();
  const auto column = read_column(db, commit);
  auto mixed = column.mixed.begin();
  for (std::size_t i = 0; i < column.tests.size(); ++i) {
    auto& row = rows.row(column.tests[i]);
    row.cells[place] = column.cells[i];
    if (column.cells[i] != '~') continue;
    row.mixed.push_back({static_cast<std::int64_t>(place), mixed->failures, mixed->runs});
    ++mixed;
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

std::vector<pages::MatrixRow> read_matrix(Connection& db, const std::vector<CommitId>& commits,
                                          const std::string& test_contains) {
  Rows matrix{commits.size()};
  for (std::size_t place = 0; place < commits.size(); ++place) {
    add_commit(db, commits[place], place, matrix);
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
