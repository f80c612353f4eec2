// Whether what a plan's builds and suites name is there, and whether its builds can be put in an
// order. Pure; any thread.
#pragma once

#include <map>
#include <string>

#include "testlooper/domain/config.hpp"

#include "codec/yaml_fields.hpp"

namespace testlooper::codec {

// Lines of what refers to something else, by the path of the key: "suites.unit.environment",
// "suites.unit.dependencies.app".
using PlanLines = std::map<std::string, int>;

void check_references(const TestPlan& plan, const PlanLines& lines, Findings& findings);
// "a needs b, b needs a" is an error that names the way round.
void check_build_order(const TestPlan& plan, const PlanLines& lines, Findings& findings);

}  // namespace testlooper::codec
