#include "lab/ancestry.hpp"

#include <utility>

#include "testlooper/base/check.hpp"

namespace testlooper::lab {
namespace {

std::size_t at(int commit) { return static_cast<std::size_t>(commit); }

}  // namespace

Ancestry::Ancestry(Parents parents) : parents_(std::move(parents)), steps_(parents_.size()) {
  std::vector<int> ancestors(parents_.size(), 1);
  for (int commit = 0; commit < size(); ++commit) {
    auto& step = steps_[at(commit)];
    for (const auto parent : parents_[at(commit)]) {
      TL_CHECK(parent >= 0 && parent < commit);
      if (step.base < 0 || ancestors[at(parent)] > ancestors[at(step.base)]) step.base = parent;
    }
    if (step.base >= 0) ancestors[at(commit)] += ancestors[at(step.base)];
    if (parents_[at(commit)].size() < 2) continue;
    std::vector<char> known(parents_.size(), 0);
    mark(step.base, known);
    auto all = known;
    for (const auto parent : parents_[at(commit)]) mark(parent, all);
    for (int other = 0; other < commit; ++other) {
      if (all[at(other)] && !known[at(other)]) step.otherwise.push_back(other);
    }
    ancestors[at(commit)] += static_cast<int>(step.otherwise.size());
  }
}

void Ancestry::mark(int commit, std::vector<char>& marks) const {
  std::vector<int> open{commit};
  while (!open.empty()) {
    const auto next = open.back();
    open.pop_back();
    if (std::exchange(marks[at(next)], char{1})) continue;
    for (const auto parent : parents_[at(next)]) open.push_back(parent);
  }
}

std::vector<int> Ancestry::with_ancestors(int commit) const {
  std::vector<char> marks(parents_.size(), 0);
  mark(commit, marks);
  std::vector<int> found;
  for (int other = 0; other <= commit; ++other) {
    if (marks[at(other)]) found.push_back(other);
  }
  return found;
}

void Ancestry::sum_ancestors(const std::vector<double>& values, std::vector<double>& sums) const {
  sums.resize(values.size());
  for (std::size_t commit = 0; commit < values.size(); ++commit) {
    const auto& step = steps_[commit];
    auto sum = values[commit] + (step.base < 0 ? 0 : sums[at(step.base)]);
    for (const auto other : step.otherwise) sum += values[at(other)];
    sums[commit] = sum;
  }
}

// The transpose of sum_ancestors(): what a commit passes on goes to one parent, and to those that
// are listed once.
std::vector<std::uint64_t> Ancestry::sum_descendants(
    const std::vector<std::uint64_t>& values) const {
  auto passed_on = values;
  std::vector<std::uint64_t> listed(values.size(), 0);
  for (auto commit = values.size(); commit-- > 0;) {
    const auto& step = steps_[commit];
    if (step.base >= 0) passed_on[at(step.base)] += passed_on[commit];
    for (const auto other : step.otherwise) listed[at(other)] += passed_on[commit];
  }
  for (std::size_t commit = 0; commit < values.size(); ++commit)
    passed_on[commit] += listed[commit];
  return passed_on;
}

}  // namespace testlooper::lab
