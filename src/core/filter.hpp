// Which tests a filter means. Pure; regular expressions go through RE2, whose time is linear in
// the text whatever the pattern.
#pragma once

#include <memory>
#include <string>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/commit_state.hpp"
#include "testlooper/domain/test.hpp"

namespace testlooper::core {

class TestMatcher {
 public:
  // Errors: invalid, where RE2 refuses the regex or it is longer than limits::kRegexBytes.
  static Result<TestMatcher> make(TestFilter filter);
  ~TestMatcher();
  TestMatcher(TestMatcher&&) noexcept;
  TestMatcher& operator=(TestMatcher&&) noexcept;

  bool matches_suite(const std::string& suite) const;
  bool matches(const std::string& suite, const KnownTest& test) const;

 private:
  struct Parts;
  explicit TestMatcher(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace testlooper::core
