#include "git/library.hpp"

#include <array>
#include <cctype>
#include <filesystem>

#include <fmt/format.h>

#include "testlooper/base/check.hpp"

namespace testlooper::git {
namespace {

constexpr std::size_t kObjectCacheBytes = 8u << 20;

Result<Repository> opened(int code, git_repository* raw, const std::string& path) {
  if (code == 0) return Repository(raw);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return not_found(fmt::format("{} does not exist, or may not be looked at", path));
  }
  if (code == GIT_ENOTFOUND) return invalid(fmt::format("{} is not a git repository", path));
  return unavailable(fmt::format("{} can't be opened: {}", path, last_message()));
}

}  // namespace

void set_up_library() {
  [[maybe_unused]] static const bool done = [] {
    TL_CHECK(git_libgit2_init() > 0);
    // The server reads repositories that belong to others, a git host's user for instance. The
    // ownership check protects those who run what a repository's config and hooks name; nothing of
    // a repository is ever executed here.
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    // These change nothing in how objects and refs are read.
    std::array<const char*, 3> harmless = {"worktreeconfig", "partialclone", "preciousobjects"};
    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, harmless.data(), harmless.size());
    git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, static_cast<ssize_t>(kObjectCacheBytes));
    return true;
  }();
}

std::string last_message() {
  const git_error* error = git_error_last();
  std::string text = error && error->message ? error->message : "no reason given";
  text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

Error damaged(std::string_view what, const git_oid& id) {
  return {ErrorKind::unavailable,
          fmt::format("{} {} is missing or damaged: {}", what, hex(id), last_message()),
          {}};
}

Result<Repository> open_source(const std::string& path) {
  set_up_library();
  git_repository* raw = nullptr;
  const int code =
      git_repository_open_ext(&raw, path.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr);
  return opened(code, raw, path);
}

Result<Repository> open_git_dir(const std::string& git_dir) {
  set_up_library();
  git_repository* raw = nullptr;
  // Besides being quick, this does not match patterns on the configuration: libgit2 1.5 loses the
  // memory of each match where it was built with PCRE2.
  const int code = git_repository_open_bare(&raw, git_dir.c_str());
  return opened(code, raw, git_dir);
}

Result<git_oid> parse_id(const std::string& sha) {
  git_oid id;
  if (sha.size() != GIT_OID_HEXSZ || git_oid_fromstr(&id, sha.c_str()) != 0) {
    return invalid(fmt::format("'{}' is not a full object id", sha));
  }
  return id;
}

std::string hex(const git_oid& id) {
  std::string text(GIT_OID_HEXSZ, '0');
  git_oid_fmt(text.data(), &id);
  return text;
}

Result<Commit> read_commit(git_repository* repo, const std::string& sha) {
  const auto id = parse_id(sha);
  if (!id) return std::unexpected(id.error());
  git_commit* raw = nullptr;
  const int code = git_commit_lookup(&raw, repo, &*id);
  if (code == 0) return Commit(raw);
  if (code == GIT_ENOTFOUND) return not_found(fmt::format("commit {} is not there", sha));
  return std::unexpected(damaged("commit", *id));
}

Result<Tree> root_tree(const git_commit* commit) {
  git_tree* raw = nullptr;
  if (git_commit_tree(&raw, commit) == 0) return Tree(raw);
  return std::unexpected(damaged("tree", *git_commit_tree_id(commit)));
}

}  // namespace testlooper::git
