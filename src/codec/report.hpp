// Reads the report that a suite's run-tests left, in whichever known format its content is, and
// tells which of the listed tests each entry speaks of. Pure; any thread. It does not know how the
// process ended: what an unreported test means is the caller's decision.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/base/time.hpp"
#include "testlooper/domain/outcome.hpp"
#include "testlooper/domain/test.hpp"

namespace testlooper::codec {

struct ReportedTest {
  TestName test;           // path: a file where the report names one
  std::string class_name;  // JUnit's `classname`, as it is written
  Outcome outcome = Outcome::error;
  Microseconds duration{0};
  std::string message;  // valid UTF-8, at most limits::kMessageBytes
  std::vector<Stage> stages;
  // What the test printed and how it failed, as far as the report has that; valid UTF-8, at most
  // limits::kRunLogBytes.
  std::string output;
  bool operator==(const ReportedTest&) const = default;
};

// In the order of the report; a try that a framework repeated by itself is an entry of its own.
// Errors: invalid: the report is cut, or of no known format.
Result<std::vector<ReportedTest>> parse_report(std::string_view bytes);

// In the order of `reported`, each under the name by which it was assigned. Results of tests that
// were not assigned keep the name they were reported by. Assigned tests that nobody reported are
// not in the result.
std::vector<TestResult> match_report(std::vector<ReportedTest> reported,
                                     const std::vector<TestName>& assigned);

}  // namespace testlooper::codec
