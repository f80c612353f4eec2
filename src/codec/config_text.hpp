// Reads .testlooper/config.yaml (docs/specs/Repo_Configuration_Spec.md). Pure; any thread.
// It knows one file's text, not the repository around it: whether a Dockerfile exists is found out
// elsewhere.
#pragma once

#include <string>
#include <string_view>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/config.hpp"

namespace testlooper::codec {

// Errors: invalid, context "<where>:<line>". What is accepted in spite of the specification is in
// Config::warnings.
Result<Config> parse_config(std::string_view text, const std::string& where);

}  // namespace testlooper::codec
