// The reactors: each looks at what is wanted and what is there, and returns what is missing. They
// are level-triggered and idempotent; they never remember, wait, or do I/O. Running them again on
// the state that their own changes led to returns nothing. docs/reactors.md draws the chain.
#pragma once

#include "testlooper/domain/change.hpp"
#include "testlooper/domain/commit_state.hpp"

namespace testlooper::core {

// Wanted, and its config was never read: read it.
Changes parse_test_config(const CommitState& state);
// The config's image, or one that suites and builds need, is not made: make it.
Changes build_docker_images(const CommitState& state);
// The config's image is there, and the plan is not: generate it.
Changes generate_test_plan(const CommitState& state);
// An environment's image is there, and the layer with its custom-setup, which suites or builds
// need, is not: make it.
Changes set_up_environments(const CommitState& state);
// What a build needs is there, and its output, which suites or builds need, is not: make it.
Changes make_builds(const CommitState& state);
// What a suite needs is there, and it was never listed: list its tests.
Changes generate_test_suites(const CommitState& state);
// Runs wanted − done − given up − in flight: queue what is missing, some tasks at a time.
Changes generate_test_run_tasks(const CommitState& state);
// More is in flight than is still wanted: drop tasks that have not started.
Changes drop_surplus_runs(const CommitState& state);
// True where a wish for tests of this suite has runs left to queue.
bool lacks_runs(const CommitState& state, const SuiteState& suite);
// A step that can never be done, because what it needs failed: say so, where people see it.
Changes report_blocked_steps(const CommitState& state);

// All of them; nothing for a repository that was removed.
Changes react(const CommitState& state);

// Nothing is in flight, and the reactors want nothing: no need to look again until it is touched.
// A removed repository's commits wait for its return.
bool settled(const CommitState& state, const Changes& reaction);

}  // namespace testlooper::core
