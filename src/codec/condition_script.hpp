// The part of a condition that a script brings about within the run's container: another clock,
// seeds, busy neighbours, copies beside it. Pure.
#pragma once

#include <string>

#include "testlooper/domain/condition.hpp"

namespace testlooper::codec {

// Where the suite's own command is, when a script starts it.
inline constexpr const char* kCommandPath = "/testlooper/io/command";
// How the cause of a run begins whose condition can't be had.
inline constexpr const char* kUnmetCondition = "this condition can't be had: ";
// Where the script says, in one sentence, why the condition can't be had in this image. The tests
// did not run then.
inline constexpr const char* kUnmetPath = "/testlooper/io/unmet";

// Its variables, processors, memory, network and order are not a script's work.
bool needs_script(const Condition& condition);

// For a POSIX shell.
std::string condition_script(const Condition& condition);

}  // namespace testlooper::codec
