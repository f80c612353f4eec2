// Whether names and paths that a repository wrote may be used as such. Pure; any thread. Each
// returns what is wrong, as a fragment that goes on after the value ("holds a control character"),
// or "" where all is well.
#pragma once

#include <string>
#include <string_view>

namespace testlooper::codec {

// Of environments, builds, suites: anything that can be shown on one line.
std::string name_problem(std::string_view name);
// A path below the repository's top.
std::string repo_path_problem(std::string_view path);
// Without "./", doubled and trailing slashes; "." for the top.
std::string clean_repo_path(std::string_view path);
// A docker image's reference.
std::string image_name_problem(std::string_view name);
// A path in a container, for a mount: absolute, or below REPO_ROOT, with that in front or not.
std::string mount_path_problem(std::string_view path);
// Absolute, without "./", doubled and trailing slashes.
std::string clean_mount_path(std::string_view path);
// The name of an environment variable.
std::string variable_name_problem(std::string_view name);

}  // namespace testlooper::codec
