// The one spelling of each outcome, each place and each reason to wait: the same word in the
// schema, in JSON, in the UI and in reports' stages. Pure; any thread.
#pragma once

#include <optional>
#include <string_view>

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

}  // namespace testlooper::codec
