#include "git/resolve.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "git/library.hpp"
#include "git/text.hpp"

namespace testlooper::git {
namespace {

constexpr std::size_t kShortestId = 4;

Result<std::string> peeled(const git_object* object, const std::string& name) {
  git_object* raw = nullptr;
  if (git_object_peel(&raw, object, GIT_OBJECT_COMMIT) != 0) {
    return invalid(fmt::format("'{}' is not a commit", name));
  }
  return hex(*git_object_id(Object(raw).get()));
}

bool may_be_id(const std::string& name) {
  return name.size() >= kShortestId && name.size() <= GIT_OID_HEXSZ &&
         std::ranges::all_of(name, [](unsigned char c) { return std::isxdigit(c) != 0; });
}

Result<std::string> by_id(git_repository* repo, const std::string& name) {
  git_oid id;
  git_object* raw = nullptr;
  int code = git_oid_fromstrn(&id, name.data(), name.size());
  if (code == 0) {
    code = git_object_lookup_prefix(&raw, repo, &id, name.size(), GIT_OBJECT_ANY);
  }
  const Object object(raw);
  if (code == 0) return peeled(object.get(), name);
  if (code == GIT_EAMBIGUOUS) {
    return invalid(fmt::format("more than one id begins with '{}'; give more digits", name));
  }
  if (code == GIT_ENOTFOUND) return not_found(fmt::format("no commit's id begins with '{}'", name));
  return unavailable(last_message(), name);
}

}  // namespace

Result<std::string> resolve_commit(git_repository* repo, const std::string& name) {
  // As git does: 40 digits are an id, whatever a branch may be called.
  if (name.size() == GIT_OID_HEXSZ && may_be_id(name)) return by_id(repo, name);
  const std::string bytes = name_bytes(name);
  const std::array<std::string, 3> refs = {"refs/heads/" + bytes, "refs/tags/" + bytes,
                                           bytes == "HEAD" ? bytes : std::string()};
  for (const std::string& ref_name : refs) {
    git_reference* raw = nullptr;
    if (ref_name.empty() || git_reference_lookup(&raw, repo, ref_name.c_str()) != 0) continue;
    const Reference ref(raw);
    git_object* target = nullptr;
    if (git_reference_peel(&target, ref.get(), GIT_OBJECT_COMMIT) != 0) {
      return invalid(fmt::format("'{}' is not a commit: {}", name, last_message()));
    }
    return hex(*git_object_id(Object(target).get()));
  }
  if (may_be_id(name)) return by_id(repo, name);
  return not_found(fmt::format("there is no branch, tag or commit '{}'", name));
}

Result<std::string> resolve_at(const std::string& path, const std::string& name) {
  const auto repo = open_source(path);
  if (!repo) return std::unexpected(repo.error());
  return resolve_commit(repo->get(), name);
}

}  // namespace testlooper::git
