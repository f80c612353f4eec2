// Whether what a plan's builds and suites name is there, and whether its builds can be put in an
// order. Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "testlooper/domain/config.hpp"

#include "codec/yaml_fields.hpp"

namespace testlooper::codec {

// Lines of what refers to something else, by the path of the key: "suites.unit.environment",
// "suites.unit.dependencies.app".
using PlanLines = std::map<std::string, int>;

void check_references(const TestPlan& plan, const PlanLines& lines, Findings& findings);
// "a needs b, b needs a" is an error that names the way round.
void check_build_order(const TestPlan& plan, const PlanLines& lines, Findings& findings);

// A build that no suite needs, by itself or by another build, is not carried out: a warning.
void warn_of_unused_builds(const TestPlan& plan, const PlanLines& lines, Findings& findings);
// Indices into the builds of a plan that comes out of parse_plan, each after those it depends on.
std::vector<std::size_t> build_order(const std::vector<Build>& builds);

}  // namespace testlooper::codec
