// What the doctor found, for people and for programs. Pure.
#pragma once

#include <string>
#include <vector>

#include "testlooper/domain/doctor.hpp"

namespace testlooper::codec {

// A line for each finding, its remedy below it.
std::string doctor_text(const std::vector<Finding>& findings);
// {"well": …, "findings": [{"about", "health", "text", "remedy"}]}
std::string doctor_json(const std::vector<Finding>& findings);

}  // namespace testlooper::codec
