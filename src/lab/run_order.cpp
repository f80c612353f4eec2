#include "lab/run_order.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "lab/random.hpp"

namespace testlooper::lab {
namespace {

// Without those that are not wanted again after the others.
std::vector<TestName> tests_before(const std::vector<std::string>& ids,
                                   const std::vector<TestName>& listed,
                                   const std::set<TestName>& wanted) {
  std::vector<TestName> before;
  std::set<TestName> taken;
  for (const auto& id : ids) {
    const auto found = std::ranges::find(listed, id, &TestName::id);
    if (found == listed.end() || wanted.contains(*found)) continue;
    if (taken.insert(*found).second) before.push_back(*found);
  }
  return before;
}

}  // namespace

std::vector<TestName> shuffled(std::vector<TestName> tests, std::uint64_t seed) {
  Random random(seed);
  for (std::size_t i = tests.size(); i > 1; --i) std::swap(tests[i - 1], tests[random.below(i)]);
  return tests;
}

OrderedTests ordered_tests(const RunOrder& order, const std::vector<TestName>& listed,
                           const std::vector<TestName>& wanted) {
  const std::set<TestName> asked(wanted.begin(), wanted.end());
  OrderedTests ordered;
  switch (order.kind) {
    case OrderKind::usual:
    case OrderKind::alone:
      ordered.tests = wanted;
      return ordered;
    case OrderKind::original:
      ordered.tests = listed;
      ordered.whole_suite = true;
      break;
    case OrderKind::reverse:
      ordered.tests.assign(listed.rbegin(), listed.rend());
      break;
    case OrderKind::shuffle:
      ordered.tests = shuffled(listed, order.seed);
      break;
    case OrderKind::after:
      ordered.tests = tests_before(order.before, listed, asked);
      std::ranges::copy(wanted, std::back_inserter(ordered.tests));
      break;
  }
  std::ranges::copy_if(ordered.tests, std::back_inserter(ordered.companions),
                       [&](const TestName& each) { return !asked.contains(each); });
  return ordered;
}

}  // namespace testlooper::lab
