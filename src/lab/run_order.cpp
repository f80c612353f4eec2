#include "lab/run_order.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
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

// The file of a test, and the classes (suites, descriptions) that its name says it is in. What is
// in brackets are parameters.
std::vector<std::string> folders_of(const TestName& test) {
  constexpr std::array<std::string_view, 5> kSeparators{"::", " > ", ".", "/", "#"};
  std::vector<std::string> folders{test.path};
  std::string_view rest(test.name);
  rest = rest.substr(0, rest.find_first_of("[("));
  for (std::size_t at = 0; at < rest.size();) {
    const auto separator = std::ranges::find_if(
        kSeparators, [&](std::string_view each) { return rest.substr(at).starts_with(each); });
    if (separator == kSeparators.end()) {
      ++at;
      continue;
    }
    folders.emplace_back(rest.substr(0, at));
    rest.remove_prefix(at + separator->size());
    at = 0;
  }
  return folders;
}

struct Placed {
  TestName test;
  std::vector<std::string> folders;
};

// Tests of one folder at `depth`, those of each folder in it together.
void shuffle_folder(std::vector<Placed>& tests, std::size_t depth, Random& random) {
  std::vector<std::vector<Placed>> groups;
  std::map<std::string, std::size_t> known;
  for (auto& each : tests) {
    auto group = groups.size();
    if (depth < each.folders.size()) {
      group = known.try_emplace(each.folders[depth], groups.size()).first->second;
    }
    if (group == groups.size()) groups.emplace_back();
    groups[group].push_back(std::move(each));
  }
  for (std::size_t i = groups.size(); i > 1; --i) {
    std::swap(groups[i - 1], groups[random.below(i)]);
  }
  tests.clear();
  for (auto& group : groups) {
    if (group.size() > 1) shuffle_folder(group, depth + 1, random);
    std::ranges::move(group, std::back_inserter(tests));
  }
}

}  // namespace

std::vector<TestName> shuffled(std::vector<TestName> tests, std::uint64_t seed) {
  std::vector<Placed> placed;
  for (auto& each : tests) {
    auto folders = folders_of(each);
    placed.push_back({std::move(each), std::move(folders)});
  }
  Random random(seed);
  shuffle_folder(placed, 0, random);
  tests.clear();
  for (auto& each : placed) tests.push_back(std::move(each.test));
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
