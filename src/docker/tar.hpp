// The tar files that travel to and from docker. Any thread; those that read or write files block.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "testlooper/base/result.hpp"

#include "docker/users.hpp"

namespace testlooper::docker {

// Files for everybody to read and write, by their path in the container.
std::string tar_of_files(const std::map<std::string, std::string_view>& files);
// One file that may be executed; `name` is its path, without a slash before it.
std::string tar_of_program(const std::string& name, std::string_view content);
// The folders that a run finds, before the commit's files come into them: the repository's, which
// belongs to `owner`, as the one for a build's output does, and those for inputs, outputs and
// artifacts, which are open to everybody.
std::string tar_of_folders(Owner owner);

// The content of the only file of a tar; nullopt where that is no regular file. Errors: unavailable
// where the tar is broken or cut.
Result<std::optional<std::string>> read_only_file(std::string_view tar);

// Copies a tar so that everything in it belongs to `owner`, folders included that are only named in
// the paths of others. Errors: unavailable.
Result<void> rewrite_owner(const std::string& from, const std::string& to, Owner owner);

}  // namespace testlooper::docker
