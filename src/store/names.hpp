// The words for enums in the schema; the API and the pages use the same ones. Outcomes have theirs
// in codec/names.hpp. A word that the schema does not know ends the process.
#pragma once

#include <optional>
#include <string_view>

#include "testlooper/domain/branch_rule.hpp"
#include "testlooper/domain/commit_state.hpp"
#include "testlooper/domain/experiment.hpp"
#include "testlooper/domain/lineage.hpp"
#include "testlooper/domain/repo.hpp"
#include "testlooper/domain/retention.hpp"
#include "testlooper/domain/task.hpp"
#include "testlooper/domain/test.hpp"

#include "lab/flaky.hpp"

namespace testlooper::store {

std::string_view name_of(TaskKind kind);
std::string_view name_of(TaskState state);
std::string_view name_of(DesiredSource source);
std::string_view name_of(ExperimentKind kind);
std::string_view name_of(ExperimentStanding standing);
std::string_view name_of(Only only);
std::string_view name_of(RepoOrigin origin);
std::string_view name_of(RepoStanding standing);
std::string_view name_of(Outcome outcome);
std::string_view name_of(RunLogKind kind);
std::string_view name_of(KeptKind kind);
std::string_view name_of(Continuation how);
std::string_view name_of(lab::Trend trend);
std::optional<std::string_view> name_of(const std::optional<CancelScope>& scope);
std::optional<std::string_view> name_of(const std::optional<Isolation>& isolation);
std::optional<std::string_view> name_of(const std::optional<Place>& place);

TaskKind task_kind(std::string_view name);
TaskState task_state(std::string_view name);
DesiredSource desired_source(std::string_view name);
ExperimentKind experiment_kind(std::string_view name);
ExperimentStanding experiment_standing(std::string_view name);
Only only(std::string_view name);
RepoOrigin repo_origin(std::string_view name);
RepoStanding repo_standing(std::string_view name);
StepState step_state(std::string_view name);
Outcome outcome(std::string_view name);
RunLogKind run_log_kind(std::string_view name);
KeptKind kept_kind(std::string_view name);
CancelScope cancel_scope(std::string_view name);
std::optional<Isolation> isolation(std::string_view name);  // "" is none

}  // namespace testlooper::store
