// Files and folders of a commit, by path. Paths are the repository's own, with '/' between their
// parts; a symbolic link is never followed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <git2.h>

#include "testlooper/base/result.hpp"
#include "testlooper/ports/repo_reader.hpp"

#include "git/handles.hpp"

namespace testlooper::git {

// Its parts; none for the root. "./a//b/" is a, b. Errors: invalid, where it leads out.
Result<std::vector<std::string>> path_parts(std::string_view path);

// Errors: not_found; invalid for a symbolic link, a submodule, or a path that leads out.
Result<TreeEntry> entry_at(git_repository* repo, const git_commit* commit, const std::string& path);
Result<std::string> file_at(git_repository* repo, const git_commit* commit, const std::string& path,
                            std::size_t max_bytes);
// The root for "". Errors: as above; invalid where it is a file.
Result<Tree> folder_at(git_repository* repo, const git_commit* commit, const std::string& path);

Result<Odb> open_odb(git_repository* repo);
// Without reading it.
Result<std::uint64_t> blob_size(git_odb* odb, const git_oid& id);
Result<Blob> read_blob(git_repository* repo, const git_oid& id);
std::string_view content(const git_blob* blob);

}  // namespace testlooper::git
