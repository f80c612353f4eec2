// The repositories in a server configuration: the list `repos`, and the one that the Python
// TestLooper's keys name at the top. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/repo.hpp"

#include "codec/yaml_fields.hpp"

namespace testlooper::codec {

inline constexpr int kMaxScanDepth = 1'000'000;
inline constexpr int kMaxFetchPeriodSeconds = 30 * 86'400;

// What is wrong with the name of a repository, as a fragment; "" where all is well.
std::string repo_name_problem(std::string_view name);
// Otherwise it is a path.
bool names_url(std::string_view source);
// As parse_repo_source, for a repository that gets its name from elsewhere.
Result<RepoSpec> parse_named_source(const std::string& source);
// Its clean form. Errors: invalid.
Result<std::string> checked_config_path(const std::string& path);

std::vector<RepoSpec> read_repo_specs(Fields& top);
// A path on the server's machine; "" where the key is absent.
std::string read_path(Fields& fields, std::string_view name);

}  // namespace testlooper::codec
