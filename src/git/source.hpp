// What a repository's source names: a path on this machine, or a URL to clone from. Pure but for
// `git_dir_at`.
#pragma once

#include <string>
#include <string_view>

#include "testlooper/base/result.hpp"

namespace testlooper::git {

// https, http, ssh, git and file URLs, and ssh's short form user@host:path. Everything else is a
// path: transports that run a command (ext::) must not come from a configuration.
bool is_url(std::string_view source);
// Without the password or token in it: for people and logs.
std::string without_secrets(std::string_view text);
// The folder of the clone: <name>-<hash of the URL without secrets>.git, whatever `name` holds.
std::string clone_folder(std::string_view name, std::string_view url);

// The git folder of the repository at `path`: that of a bare one, of a working tree, or the shared
// one of a linked worktree. Errors: as open_source.
Result<std::string> git_dir_at(const std::string& path);

}  // namespace testlooper::git
