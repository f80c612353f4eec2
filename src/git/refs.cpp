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

// A tag may name a tree or a blob; that is nobody's fault, and nothing to test.
bool names_no_commit(int code) {
  return code == GIT_EPEEL || code == GIT_EINVALIDSPEC || code == GIT_EAMBIGUOUS;
}

class RefsReader {
 public:
  RefsReader(git_repository* repo, const std::set<std::string>& known, Problems& problems)
      : repo_(repo), known_(known), problems_(problems) {}

  Result<Refs> read() {
    git_reference_iterator* raw = nullptr;
    if (git_reference_iterator_new(&raw, repo_) != 0) return unavailable(last_message());
    const ReferenceIterator iterator(raw);
    git_reference* next = nullptr;
    int code = 0;
    while ((code = git_reference_next(&next, iterator.get())) == 0) take(Reference(next).get());
    if (code != GIT_ITEROVER) return unavailable(last_message());
    take_unlisted_files();
    return std::move(refs_);
  }

 private:
  void take(const git_reference* ref) {
    const std::string_view name = git_reference_name(ref);
    const bool is_branch = name.starts_with(kHeads);
    if (!is_branch && !name.starts_with(kTags)) return;
    seen_.emplace(name);
    const auto commit = commit_of(ref, is_branch);
    if (!commit) return;
    if (is_branch) {
      refs_.branches.emplace(name_text(name.substr(kHeads.size())), *commit);
    } else {
      refs_.tags.emplace(name_text(name.substr(kTags.size())), *commit);
    }
  }

  std::optional<git_oid> commit_of(const git_reference* ref, bool is_branch) {
    const git_oid* direct = git_reference_target(ref);
    if (direct != nullptr && known_.contains(hex(*direct))) return *direct;
    git_object* object = nullptr;
    const int code = git_reference_peel(&object, ref, GIT_OBJECT_COMMIT);
    if (code == 0) return *git_object_id(Object(object).get());
    if (is_branch || !names_no_commit(code)) complain(git_reference_name(ref));
    return std::nullopt;
  }

  // A ref's file that holds rubbish, or nothing after a power cut, is not listed by libgit2. It
  // must not pass for a deleted branch in silence.
  void take_unlisted_files() {
    const std::filesystem::path common = git_repository_commondir(repo_);
    for (const std::string_view kind : {kHeads, kTags}) {
      std::error_code error;
      std::filesystem::recursive_directory_iterator file(common / kind, error), end;
      for (; !error && file != end; file.increment(error)) {
        std::error_code ignored;
        const std::string name = file->path().lexically_relative(common).string();
        const bool lock = name.ends_with(".lock");
        if (!lock && !seen_.contains(name) && !file->is_directory(ignored)) take_unlisted(name);
      }
    }
  }

  void take_unlisted(const std::string& name) {
    git_reference* raw = nullptr;
    const int code = git_reference_lookup(&raw, repo_, name.c_str());
    const Reference ref(raw);
    if (code == 0) take(ref.get());
    if (code != 0 && code != GIT_ENOTFOUND) complain(name);
  }

  void complain(std::string_view name) {
    problems_.add(fmt::format("{} can't be read: {}", name_text(name), last_message()));
  }

  git_repository* repo_;
  const std::set<std::string>& known_;
  Problems& problems_;
  std::set<std::string> seen_;
  Refs refs_;
};

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
  auto refs = RefsReader(repo, known, problems).read();
  if (refs) refs->head_branch = head_branch(repo);
  return refs;
}

}  // namespace testlooper::git
