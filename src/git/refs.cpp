#include "git/refs.hpp"

#include <filesystem>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "testlooper/base/limits.hpp"

#include "git/library.hpp"
#include "git/text.hpp"

namespace testlooper::git {
namespace {

constexpr std::string_view kHeads = "refs/heads/";
constexpr std::string_view kTags = "refs/tags/";

// A ref's file that holds rubbish, or nothing after a power cut, is not listed by libgit2. It must
// not pass for a deleted branch in silence.
void add_unlisted_files(git_repository* repo, std::set<std::string>& names) {
  const std::filesystem::path common = git_repository_commondir(repo);
  for (const std::string_view kind : {kHeads, kTags}) {
    std::error_code error;
    std::filesystem::recursive_directory_iterator file(common / kind, error), end;
    for (; !error && file != end; file.increment(error)) {
      std::error_code ignored;
      const bool lock = file->path().extension() == ".lock";
      if (lock || file->is_directory(ignored)) continue;
      names.insert(file->path().lexically_relative(common).string());
    }
  }
}

Result<std::set<std::string>> ref_names(git_repository* repo) {
  git_reference_iterator* raw = nullptr;
  if (git_reference_iterator_new(&raw, repo) != 0) return unavailable(last_message());
  const ReferenceIterator iterator(raw);
  std::set<std::string> names;
  const char* name = nullptr;
  int code = 0;
  while ((code = git_reference_next_name(&name, iterator.get())) == 0) names.emplace(name);
  if (code != GIT_ITEROVER) return unavailable(last_message());
  add_unlisted_files(repo, names);
  return names;
}

// A tag may name a tree or a blob; that is nobody's fault, and nothing to test.
bool names_no_commit(int code) {
  return code == GIT_EPEEL || code == GIT_EINVALIDSPEC || code == GIT_EAMBIGUOUS;
}

std::optional<git_oid> commit_of(git_repository* repo, const std::string& name,
                                 const std::set<std::string>& known, Problems& problems) {
  git_reference* raw = nullptr;
  int code = git_reference_lookup(&raw, repo, name.c_str());
  if (code == GIT_ENOTFOUND) return std::nullopt;  // deleted since it was listed
  const Reference ref(raw);
  if (code == 0) {
    const git_oid* direct = git_reference_target(ref.get());
    if (direct != nullptr && known.contains(hex(*direct))) return *direct;
    git_object* object = nullptr;
    code = git_reference_peel(&object, ref.get(), GIT_OBJECT_COMMIT);
    if (code == 0) return *git_object_id(Object(object).get());
    if (name.starts_with(kTags) && names_no_commit(code)) return std::nullopt;
  }
  problems.add(fmt::format("{} can't be read: {}", name_text(name), last_message()));
  return std::nullopt;
}

std::string head_branch(git_repository* repo) {
  git_reference* raw = nullptr;
  if (git_reference_lookup(&raw, repo, "HEAD") != 0) return {};
  const Reference head(raw);
  const char* target = git_reference_symbolic_target(head.get());
  const std::string_view name = target != nullptr ? target : "";
  return name.starts_with(kHeads) ? name_text(name.substr(kHeads.size())) : std::string();
}

}  // namespace

void Problems::add(std::string sentence) {
  if (sentences_.size() < limits::kRepoProblems) {
    sentences_.push_back(std::move(sentence));
  } else {
    ++left_out_;
  }
}

std::vector<std::string> Problems::take() {
  if (left_out_ > 0) sentences_.push_back(fmt::format("and {} more", left_out_));
  return std::move(sentences_);
}

Result<Refs> read_refs(git_repository* repo, const std::set<std::string>& known,
                       Problems& problems) {
  const auto names = ref_names(repo);
  if (!names) return std::unexpected(names.error());
  Refs refs;
  for (const std::string& name : *names) {
    const bool is_branch = name.starts_with(kHeads);
    if (!is_branch && !name.starts_with(kTags)) continue;
    const auto commit = commit_of(repo, name, known, problems);
    if (!commit) continue;
    const std::string_view bytes = name;
    if (is_branch) {
      refs.branches.emplace(name_text(bytes.substr(kHeads.size())), *commit);
    } else {
      refs.tags.emplace(name_text(bytes.substr(kTags.size())), *commit);
    }
  }
  refs.head_branch = head_branch(repo);
  return refs;
}

}  // namespace testlooper::git
