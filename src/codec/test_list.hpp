// Reads what a suite's list-tests wrote: a YAML map `name: {path, labels}`, or one of its
// neighbours (docs/specs/Repo_Configuration_Spec.md). The text may be the command's whole standard
// output with other lines around the list. Pure; any thread.
#pragma once

#include <string_view>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/assignment.hpp"

namespace testlooper::codec {

// How an error begins where nothing in the text looks like a list.
inline constexpr std::string_view kNoTestList = "no list of tests";

// In the order of the text; ids differ from each other. Errors: invalid, one sentence, context
// "test list:<line>" where a line can be named.
Result<TestsListed> parse_test_list(std::string_view text);

}  // namespace testlooper::codec
