#include "lineage/compared.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

#include "testlooper/base/limits.hpp"

namespace testlooper::lineage {
namespace {

// In the order in which people want to know of them.
enum class TestChange { newly_failing, fixed, still_failing, flaky, fresh, gone, same, unknown };
constexpr std::array<std::string_view, 8> kNames{
    "newly_failing", "fixed", "still_failing", "flaky", "new", "gone", "same", "unknown"};

std::string_view name_of(TestChange change) { return kNames[static_cast<std::size_t>(change)]; }

bool lists_suite(const ListedCommit& commit, const std::string& suite) {
  return commit.planned && !std::ranges::binary_search(commit.unlisted, suite);
}

using Index = std::map<SuiteTest, const CountedTest*>;

Index index_of(const ListedCommit& commit) {
  Index index;
  for (const auto& test : commit.tests) index.emplace(test.name, &test);
  return index;
}

TestChange change_of(const OutcomeCounts& base, const OutcomeCounts& head) {
  if (base.flaky() || head.flaky()) return TestChange::flaky;
  if (base.measured() == 0 || head.measured() == 0) return TestChange::unknown;
  const bool failed = base.failures() > 0;
  const bool fails = head.failures() > 0;
  if (failed && fails) return TestChange::still_failing;
  if (fails) return TestChange::newly_failing;
  // Skipping a test that failed does not fix it.
  if (failed) return head.successes() > 0 ? TestChange::fixed : TestChange::unknown;
  return TestChange::same;
}

struct Row {
  TestChange change = TestChange::unknown;
  pages::ComparedTest test;
};

Row row_of(TestChange change, const CountedTest* base, const CountedTest* head) {
  Row row{change, {}};
  const auto& shown = head != nullptr ? *head : *base;
  row.test.test = shown.id;
  row.test.suite = shown.name.suite;
  row.test.path = shown.name.test.path;
  row.test.name = shown.name.test.name;
  row.test.change = name_of(change);
  if (base != nullptr) {
    row.test.base = base->shown;
    row.test.base_verdict = base->verdict;
  }
  if (head != nullptr) {
    row.test.head = head->shown;
    row.test.head_verdict = head->verdict;
  }
  return row;
}

pages::ComparedCommit shown(const ListedCommit& commit) {
  return {.sha = commit.sha,
          .subject = commit.subject,
          .committed_at = commit.committed_at,
          .parents = commit.parents,
          .tests = std::ssize(commit.tests),
          .listed = commit.planned && commit.unlisted.empty(),
          .unlisted = commit.unlisted};
}

class Comparison {
 public:
  explicit Comparison(const ListedPair& pair)
      : pair_(pair), base_(index_of(pair.base)), head_(index_of(pair.head)) {}

  void add_continued(const ListedApart& apart, const std::vector<Continued>& continued) {
    for (const auto& each : continued) {
      const auto& was = *base_.at(apart.gone[each.from]);
      const auto& is = *head_.at(apart.added[each.to]);
      auto row = row_of(change_of(was.counts, is.counts), &was, &is);
      row.test.continues = each.how == Continuation::moved ? "moved" : "renamed";
      row.test.was = was.id;
      row.test.was_path = was.name.test.path;
      row.test.was_name = was.name.test.name;
      rows_.push_back(std::move(row));
      done_.insert(&was);
      done_.insert(&is);
    }
  }

  void add_others() {
    for (const auto& [name, test] : head_) {
      if (done_.contains(test)) continue;
      const auto base = base_.find(name);
      if (base != base_.end()) {
        rows_.push_back(row_of(change_of(base->second->counts, test->counts), base->second, test));
        continue;
      }
      const bool is_new = lists_suite(pair_.base, name.suite);
      rows_.push_back(row_of(is_new ? TestChange::fresh : TestChange::unknown, nullptr, test));
    }
    for (const auto& [name, test] : base_) {
      if (done_.contains(test) || head_.contains(name)) continue;
      const bool is_gone = lists_suite(pair_.head, name.suite);
      rows_.push_back(row_of(is_gone ? TestChange::gone : TestChange::unknown, test, nullptr));
    }
  }

  pages::ComparePage page() && {
    pages::ComparePage page;
    page.revision = pair_.revision;
    page.repo = pair_.repo;
    page.base = shown(pair_.base);
    page.head = shown(pair_.head);
    std::ranges::sort(rows_, {}, [](const Row& row) {
      return std::tie(row.change, row.test.suite, row.test.path, row.test.name);
    });
    std::array<std::int64_t, kNames.size()> totals{};
    std::array<std::int64_t, kNames.size()> listed{};
    for (auto& row : rows_) {
      const auto change = static_cast<std::size_t>(row.change);
      ++totals[change];
      if (row.change == TestChange::same && row.test.continues.empty()) continue;
      if (++listed[change] <= limits::kComparedTests) page.tests.push_back(std::move(row.test));
    }
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      page.totals.push_back({std::string(kNames[i]), totals[i]});
    }
    return page;
  }

 private:
  const ListedPair& pair_;
  Index base_, head_;
  std::set<const CountedTest*> done_;
  std::vector<Row> rows_;
};

}  // namespace

ListedApart listed_apart(const ListedPair& pair) {
  const auto base = index_of(pair.base);
  const auto head = index_of(pair.head);
  ListedApart apart;
  for (const auto& [name, test] : base) {
    if (!head.contains(name) && lists_suite(pair.head, name.suite)) apart.gone.push_back(name);
  }
  for (const auto& [name, test] : head) {
    if (!base.contains(name) && lists_suite(pair.base, name.suite)) apart.added.push_back(name);
  }
  return apart;
}

pages::ComparePage compared(const ListedPair& pair, const std::vector<Continued>& continued) {
  Comparison comparison(pair);
  comparison.add_continued(listed_apart(pair), continued);
  comparison.add_others();
  return std::move(comparison).page();
}

}  // namespace testlooper::lineage
