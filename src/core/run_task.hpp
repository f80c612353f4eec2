// The run_tests task of a suite for a wish, without its tests and its urgency. Pure.
#pragma once

#include <set>
#include <string>

#include "testlooper/domain/commit_state.hpp"
#include "testlooper/domain/task.hpp"

namespace testlooper::core {

// Its tests are known, and everything that its containers need is there.
bool is_runnable(const CommitState& state, const SuiteState& suite);

// For a suite that is runnable.
NewTask run_task(const CommitState& state, const DesiredState& desired, const SuiteState& suite,
                 std::string key);

// Of the wish's tasks in this suite. Keys are numbered by free place, so that their number bounds
// the open tasks of a wish; `taken` are not open yet.
std::string free_run_key(const CommitState& state, const DesiredState& desired,
                         const SuiteState& suite, const std::set<std::string>& taken);

// How long a task of tests that take so long together may take.
Milliseconds expected_of_task(Microseconds tests);

}  // namespace testlooper::core
