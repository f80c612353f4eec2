// Gives runs the part of the attempt's output that is their own: what marks in its log delimit, or
// else what the report says that the test printed. Pure.
#pragma once

#include <string>
#include <vector>

#include "testlooper/domain/test.hpp"

#include "codec/log_marks.hpp"

namespace testlooper::executor {

// The first part that names a test is that of its first result, and so on. A test is named as in a
// report: by its id, or by a name that fits it alone.
void take_marked_parts(std::vector<TestResult>& results, std::vector<codec::MarkedPart> parts,
                       std::uint64_t log_begin = 0);

// The outputs of the runs that have no part of their own yet, one after the other, and where each
// is in it. Those of failures come first: limits::kRunLogsBytes for all, kPassedLogsBytes for the
// rest. No result has an output afterwards.
std::string take_outputs(std::vector<TestResult>& results);

}  // namespace testlooper::executor
