// The readers of each report format. `bytes` is valid UTF-8. Pure; any thread.
#pragma once

#include <string_view>
#include <vector>

#include "testlooper/base/result.hpp"

#include "codec/report.hpp"

namespace testlooper::codec {

// What pytest-json-report writes. An entry without a name speaks of all tests of its path: the
// file could not be collected.
Result<std::vector<ReportedTest>> parse_pytest_report(std::string_view bytes);

// JUnit XML, whoever wrote it. An entry without a name speaks of all tests of its class.
Result<std::vector<ReportedTest>> parse_junit_report(std::string_view bytes);

// What `go test -json` writes: an event a line. A package that does not build, or fails outside its
// tests, speaks of all of them. Tests that ran when the report ends, or their package, crashed.
Result<std::vector<ReportedTest>> parse_go_report(std::string_view bytes);
bool is_go_report(std::string_view bytes);

Microseconds microseconds_of(double seconds);
// "1,234.5", as surefire writes it, too. 0 where it is no number.
Microseconds duration_in(std::string_view seconds);

}  // namespace testlooper::codec
