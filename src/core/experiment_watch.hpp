// Whether what was proven fixed has come back. Pure.
#pragma once

#include <optional>
#include <string>

#include "testlooper/domain/experiment.hpp"

namespace testlooper::core {

// A sentence that says where it fails more often again; nothing where it does not.
std::optional<std::string> came_back(const ExperimentState& state);

}  // namespace testlooper::core
