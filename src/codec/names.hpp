// The one spelling of each outcome: the same word in the schema, in JSON, in the UI and in reports'
// stages. Pure; any thread.
#pragma once

#include <optional>
#include <string_view>

#include "testlooper/domain/outcome.hpp"

namespace testlooper::codec {

std::string_view outcome_name(Outcome outcome);  // "passed", "timed_out"
std::optional<Outcome> outcome_named(std::string_view name);

}  // namespace testlooper::codec
