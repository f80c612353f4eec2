#include "git/tree.hpp"

#include <fmt/format.h>

#include "git/library.hpp"
#include "git/text.hpp"

namespace testlooper::git {
namespace {

Result<TreeEntry> described(const git_tree_entry* entry, const std::string& path) {
  switch (git_tree_entry_filemode(entry)) {
    case GIT_FILEMODE_LINK:
      return invalid("is a symbolic link; those are not followed", path);
    case GIT_FILEMODE_COMMIT:
      return invalid("is a submodule; its files are not in this repository", path);
    default:
      break;
  }
  return TreeEntry{.oid = hex(*git_tree_entry_id(entry)),
                   .is_tree = git_tree_entry_type(entry) == GIT_OBJECT_TREE};
}

Result<Tree> read_tree(git_repository* repo, const git_oid& id) {
  git_tree* raw = nullptr;
  if (git_tree_lookup(&raw, repo, &id) == 0) return Tree(raw);
  return std::unexpected(damaged("folder", id));
}

}  // namespace

Result<Odb> open_odb(git_repository* repo) {
  git_odb* raw = nullptr;
  if (git_repository_odb(&raw, repo) != 0) return unavailable(last_message());
  return Odb(raw);
}

Result<Blob> read_blob(git_repository* repo, const git_oid& id) {
  git_blob* raw = nullptr;
  if (git_blob_lookup(&raw, repo, &id) == 0) return Blob(raw);
  return std::unexpected(damaged("file", id));
}

std::string_view content(const git_blob* blob) {
  return {static_cast<const char*>(git_blob_rawcontent(blob)),
          static_cast<std::size_t>(git_blob_rawsize(blob))};
}

Result<std::vector<std::string>> path_parts(std::string_view path) {
  std::vector<std::string> parts;
  const std::string_view whole = path;
  while (!path.empty()) {
    const auto end = path.find('/');
    const auto part = path.substr(0, end);
    if (part == ".." || part.contains('\0'))
      return invalid("the path leads out of the repository", name_text(whole));
    if (!part.empty() && part != ".") parts.emplace_back(part);
    path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
  }
  return parts;
}

Result<TreeEntry> entry_at(git_repository* repo, const git_commit* commit,
                           const std::string& path) {
  const auto parts = path_parts(path);
  if (!parts) return std::unexpected(parts.error());
  auto tree = root_tree(commit);
  if (!tree) return std::unexpected(tree.error());
  TreeEntry found{.oid = hex(*git_tree_id(tree->get())), .is_tree = true};
  // Part by part, so that a folder that is damaged is not taken for a file that is not there.
  for (std::size_t i = 0; i < parts->size(); ++i) {
    const auto* entry = git_tree_entry_byname(tree->get(), (*parts)[i].c_str());
    const bool last = i + 1 == parts->size();
    if (entry == nullptr || (!last && git_tree_entry_type(entry) != GIT_OBJECT_TREE)) {
      return not_found("is not in this commit", path);
    }
    auto here = described(entry, path);
    if (last || !here) return here;
    auto next = read_tree(repo, *git_tree_entry_id(entry));
    if (!next) return std::unexpected(next.error());
    *tree = std::move(*next);
  }
  return found;
}

Result<std::uint64_t> blob_size(git_odb* odb, const git_oid& id) {
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  if (git_odb_read_header(&size, &type, odb, &id) == 0) return size;
  return std::unexpected(damaged("file", id));
}

Result<std::string> file_at(git_repository* repo, const git_commit* commit, const std::string& path,
                            std::size_t max_bytes) {
  const auto entry = entry_at(repo, commit, path);
  if (!entry) return std::unexpected(entry.error());
  if (entry->is_tree) return invalid("is a folder", path);
  const auto id = parse_id(entry->oid);
  const auto odb = open_odb(repo);
  if (!odb) return std::unexpected(odb.error());
  const auto size = blob_size(odb->get(), *id);
  if (!size) return std::unexpected(size.error());
  if (*size > max_bytes) {
    return invalid(fmt::format("is {} bytes, and at most {} are read", *size, max_bytes), path);
  }
  const auto blob = read_blob(repo, *id);
  if (!blob) return std::unexpected(blob.error());
  return std::string(content(blob->get()));
}

Result<Tree> folder_at(git_repository* repo, const git_commit* commit, const std::string& path) {
  const auto entry = entry_at(repo, commit, path);
  if (!entry) return std::unexpected(entry.error());
  if (!entry->is_tree) return invalid("is a file, not a folder", path);
  const auto id = parse_id(entry->oid);
  return read_tree(repo, *id);
}

}  // namespace testlooper::git
