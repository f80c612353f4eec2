#include "core/filter.hpp"

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

namespace testlooper::core {
namespace {

KnownTest known(std::string path, std::string name, std::vector<std::string> labels = {}) {
  return {{1}, {std::move(path), std::move(name)}, std::move(labels)};
}

bool matches(TestFilter filter, const KnownTest& test, const std::string& suite = "unit") {
  return TestMatcher::make(std::move(filter)).value().matches(suite, test);
}

TEST(Filter, AnyMatchesEverythingAndNoneNothing) {
  EXPECT_TRUE(matches({}, known("a.py", "t")));
  TestFilter none;
  none.labels.emplace();
  EXPECT_FALSE(matches(none, known("a.py", "t", {"slow"})));
}

TEST(Filter, PartsAreIntersected) {
  TestFilter filter;
  filter.suites = {"unit"};
  filter.paths = {"tests/a"};
  filter.labels = {"slow"};
  EXPECT_TRUE(matches(filter, known("tests/a.py", "t", {"fast", "slow-io"})));
  EXPECT_FALSE(matches(filter, known("tests/a.py", "t", {"fast"})));
  EXPECT_FALSE(matches(filter, known("tests/b.py", "t", {"slow"})));
  EXPECT_FALSE(matches(filter, known("tests/a.py", "t", {"slow"}), "perf"));
}

TEST(Filter, TestsAreNamedByIdWithOrWithoutTheirSuite) {
  TestFilter filter;
  filter.tests = {"a.py::t", "perf/b.py::u"};
  EXPECT_TRUE(matches(filter, known("a.py", "t"), "unit"));
  EXPECT_TRUE(matches(filter, known("a.py", "t"), "perf"));
  EXPECT_TRUE(matches(filter, known("b.py", "u"), "perf"));
  EXPECT_FALSE(matches(filter, known("b.py", "u"), "unit"));
}

TEST(Filter, TheRegexIsSearchedInTheWholeId) {
  TestFilter filter;
  filter.regex = "a\\.py::t_[0-9]+$";
  EXPECT_TRUE(matches(filter, known("tests/a.py", "t_12")));
  EXPECT_FALSE(matches(filter, known("tests/a.py", "t_x")));
}

TEST(Filter, ABadRegexIsRefusedWithItsReason) {
  TestFilter filter;
  filter.regex = "(";
  const auto refused = TestMatcher::make(filter);
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().message.find("missing )"), std::string::npos);
  filter.regex = std::string(limits::kRegexBytes + 1, 'a');
  EXPECT_FALSE(TestMatcher::make(filter).has_value());
}

TEST(Filter, ExponentialPatternsAreLinear) {
  TestFilter filter;
  filter.regex = "^(a+)+$";
  EXPECT_FALSE(matches(filter, known("", std::string(5000, 'a') + "!")));
}

}  // namespace
}  // namespace testlooper::core
