// Reads a test plan, `version: 1`, in YAML or JSON (docs/specs/Repo_Configuration_Spec.md). Pure;
// any thread. A plan that comes out of here is consistent: what its builds and suites name is
// there, and its builds can be put in an order.
#pragma once

#include <string>
#include <string_view>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/config.hpp"

namespace testlooper::codec {

// Errors: invalid, context "<where>:<line>". An environment whose image is unsupported is no
// error: the plan goes on without it.
Result<TestPlan> parse_plan(std::string_view text, const std::string& where);

}  // namespace testlooper::codec
