#include "store/names.hpp"

#include <algorithm>
#include <array>

#include "testlooper/base/check.hpp"

#include "codec/names.hpp"

namespace testlooper::store {
namespace {

using Words = std::string_view;
constexpr std::array<Words, 7> kTaskKinds{"read_config", "build_image", "generate_plan", "set_up",
                                          "build",       "list_tests",  "run_tests"};
constexpr std::array<Words, 5> kTaskStates{"waiting", "ready", "starting", "running", "finished"};
constexpr std::array<Words, 2> kRunLogKinds{"markers", "report"};
constexpr std::array<Words, 5> kDesiredSources{"branch_rule", "request", "schedule", "idle",
                                               "experiment"};
// Of those that are rows; layers and images are docker's to tell.
constexpr std::array<Words, 3> kHoldingKinds{"log", "failed_log", "artifacts"};
constexpr std::array<Words, 2> kContinuations{"moved", "renamed"};
constexpr std::array<Words, 3> kTrends{"steady", "worse", "better"};
constexpr std::array<Words, 2> kCancelScopes{"task", "wish"};
constexpr std::array<Words, 4> kOnly{"all", "failed", "flaky", "new"};
constexpr std::array<Words, 2> kRepoOrigins{"config", "api"};
constexpr std::array<Words, 3> kRepoStandings{"active", "removed", "purging"};
constexpr std::array<Words, 3> kStepStates{"missing", "ok", "failed"};

template <typename Enum, std::size_t size>
std::string_view word(const std::array<Words, size>& words, Enum value) {
  return words.at(static_cast<std::size_t>(value));
}

template <typename Enum, std::size_t size>
Enum value(const std::array<Words, size>& words, std::string_view name) {
  const auto found = std::ranges::find(words, name);
  TL_CHECK(found != words.end());
  return static_cast<Enum>(found - words.begin());
}

}  // namespace

std::string_view name_of(TaskKind kind) { return word(kTaskKinds, kind); }
std::string_view name_of(TaskState state) { return word(kTaskStates, state); }
std::string_view name_of(DesiredSource source) { return word(kDesiredSources, source); }
std::string_view name_of(ExperimentKind kind) { return codec::experiment_kind_name(kind); }
std::string_view name_of(ExperimentStanding standing) { return codec::standing_name(standing); }
std::string_view name_of(Only only) { return word(kOnly, only); }
std::string_view name_of(RepoOrigin origin) { return word(kRepoOrigins, origin); }
std::string_view name_of(RepoStanding standing) { return word(kRepoStandings, standing); }
std::string_view name_of(Outcome outcome) { return codec::outcome_name(outcome); }
std::string_view name_of(KeptKind kind) { return word(kHoldingKinds, kind); }
std::string_view name_of(Continuation how) { return word(kContinuations, how); }
std::string_view name_of(lab::Trend trend) { return word(kTrends, trend); }
std::string_view name_of(RunLogKind kind) { return word(kRunLogKinds, kind); }

std::optional<std::string_view> name_of(const std::optional<CancelScope>& scope) {
  return scope ? std::optional{word(kCancelScopes, *scope)} : std::nullopt;
}

std::optional<std::string_view> name_of(const std::optional<Isolation>& isolation) {
  return isolation.transform(codec::isolation_name);
}
std::optional<std::string_view> name_of(const std::optional<Place>& place) {
  return place.transform(codec::place_name);
}

TaskKind task_kind(std::string_view name) { return value<TaskKind>(kTaskKinds, name); }
TaskState task_state(std::string_view name) { return value<TaskState>(kTaskStates, name); }
DesiredSource desired_source(std::string_view name) {
  return value<DesiredSource>(kDesiredSources, name);
}
ExperimentKind experiment_kind(std::string_view name) {
  const auto found = codec::experiment_kind_named(name);
  TL_CHECK(found.has_value());
  return *found;
}
ExperimentStanding experiment_standing(std::string_view name) {
  const auto found = codec::standing_named(name);
  TL_CHECK(found.has_value());
  return *found;
}
KeptKind kept_kind(std::string_view name) { return value<KeptKind>(kHoldingKinds, name); }
RunLogKind run_log_kind(std::string_view name) { return value<RunLogKind>(kRunLogKinds, name); }
Only only(std::string_view name) { return value<Only>(kOnly, name); }
RepoOrigin repo_origin(std::string_view name) { return value<RepoOrigin>(kRepoOrigins, name); }
RepoStanding repo_standing(std::string_view name) {
  return value<RepoStanding>(kRepoStandings, name);
}
StepState step_state(std::string_view name) { return value<StepState>(kStepStates, name); }
CancelScope cancel_scope(std::string_view name) { return value<CancelScope>(kCancelScopes, name); }
std::optional<Isolation> isolation(std::string_view name) {
  const auto found = codec::isolation_named(name);
  TL_CHECK(found.has_value() || name.empty());
  return found;
}
Outcome outcome(std::string_view name) {
  const auto found = codec::outcome_named(name);
  TL_CHECK(found.has_value());
  return *found;
}

}  // namespace testlooper::store
