// The repositories in a server configuration: the list `repos`, and the one that the Python
// TestLooper's keys name at the top. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "testlooper/domain/repo.hpp"

#include "codec/yaml_fields.hpp"

namespace testlooper::codec {

std::vector<RepoSpec> read_repo_specs(Fields& top);
// A path on the server's machine; "" where the key is absent.
std::string read_path(Fields& fields, std::string_view name);

}  // namespace testlooper::codec
