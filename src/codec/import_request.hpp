// A report of another system, as the API takes it. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/test.hpp"

namespace testlooper::codec {

// The body of a request to import a report.
struct ImportRequest {
  std::string format = "auto";  // or "junit", "pytest-json", "go-json": what the report must be
  std::string report;           // its text
  std::string suite;            // limits::kImportedName where the body has none
  std::string environment;      // "" is the suite's own
  std::string source = "another system";
  std::string attempt, file;  // for people; "" where nobody said
  std::string requested_by = "api";
};
// Errors: invalid, naming the member.
Result<ImportRequest> parse_import_request(std::string_view body);
// Broken UTF-8 in the report is replaced.
std::string api_json(const ImportRequest& request);

// What the report says, each test under the name by which `known` has it, as far as one fits; else
// under its file, or its class, and its name. What names no test is left out. Errors: invalid: it
// can't be read, is of another format, or says nothing of any test.
Result<std::vector<TestResult>> imported_results(const ImportRequest& request,
                                                 const std::vector<TestName>& known);

}  // namespace testlooper::codec
