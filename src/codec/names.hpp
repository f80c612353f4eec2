// The one spelling of each outcome, each place, each reason to wait, and what experiments are and
// do: the same word in the schema, in JSON, in the UI and in reports' stages. Pure; any thread.
#pragma once

#include <optional>
#include <string_view>

#include "testlooper/domain/experiment.hpp"
#include "testlooper/domain/login.hpp"
#include "testlooper/domain/outcome.hpp"
#include "testlooper/domain/place.hpp"
#include "testlooper/domain/waiting.hpp"

namespace testlooper::codec {

std::string_view outcome_name(Outcome outcome);  // "passed", "timed_out"
std::optional<Outcome> outcome_named(std::string_view name);

std::string_view place_name(Place place);  // "container", "sandbox"
std::optional<Place> place_named(std::string_view name);

std::string_view isolation_name(Isolation isolation);  // "container", "sandbox", "auto"
std::optional<Isolation> isolation_named(std::string_view name);

std::string_view reason_name(WaitReason reason);  // "kept_room"
std::optional<WaitReason> reason_named(std::string_view name);

std::string_view experiment_kind_name(ExperimentKind kind);  // "hunt"
std::optional<ExperimentKind> experiment_kind_named(std::string_view name);
std::string_view standing_name(ExperimentStanding standing);  // "running"
std::optional<ExperimentStanding> standing_named(std::string_view name);
std::string_view prove_method_name(ProveMethod method);  // "anytime"
std::optional<ProveMethod> prove_method_named(std::string_view name);

std::optional<Role> role_named(std::string_view name);

}  // namespace testlooper::codec
