#include "core/filter.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include <re2/re2.h>

#include "testlooper/base/limits.hpp"

namespace testlooper::core {

struct TestMatcher::Parts {
  TestFilter filter;
  std::unique_ptr<RE2> regex;
  std::unordered_set<std::string> tests;
};

namespace {

bool has_prefix_among(const std::string& text, const std::vector<std::string>& prefixes) {
  return std::ranges::any_of(prefixes,
                             [&](const auto& prefix) { return text.starts_with(prefix); });
}

}  // namespace

TestMatcher::TestMatcher(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
TestMatcher::~TestMatcher() = default;
TestMatcher::TestMatcher(TestMatcher&&) noexcept = default;
TestMatcher& TestMatcher::operator=(TestMatcher&&) noexcept = default;

Result<TestMatcher> TestMatcher::make(TestFilter filter) {
  auto parts = std::make_unique<Parts>();
  if (filter.regex) {
    if (filter.regex->size() > limits::kRegexBytes) {
      return invalid("the regex is longer than " + std::to_string(limits::kRegexBytes) + " bytes");
    }
    RE2::Options options;
    options.set_log_errors(false);
    parts->regex = std::make_unique<RE2>(*filter.regex, options);
    if (!parts->regex->ok()) {
      return invalid("the regex '" + *filter.regex + "' is not valid: " + parts->regex->error());
    }
  }
  if (filter.tests) parts->tests.insert(filter.tests->begin(), filter.tests->end());
  parts->filter = std::move(filter);
  return TestMatcher{std::move(parts)};
}

bool TestMatcher::matches_suite(const std::string& suite) const {
  const auto& suites = parts_->filter.suites;
  return !suites || std::ranges::find(*suites, suite) != suites->end();
}

bool TestMatcher::matches(const std::string& suite, const KnownTest& test) const {
  const auto& filter = parts_->filter;
  if (!matches_suite(suite)) return false;
  if (filter.paths && !has_prefix_among(test.test.path, *filter.paths)) return false;
  if (filter.labels && std::ranges::none_of(test.labels, [&](const auto& label) {
        return has_prefix_among(label, *filter.labels);
      })) {
    return false;
  }
  if (!filter.tests && !parts_->regex) return true;
  const auto id = test.test.id();
  if (filter.tests && !parts_->tests.contains(id) && !parts_->tests.contains(suite + "/" + id)) {
    return false;
  }
  return !parts_->regex || RE2::PartialMatch(id, *parts_->regex);
}

}  // namespace testlooper::core
