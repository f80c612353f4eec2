#include "git/clones.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string_view>

#include <fmt/format.h>
#include <unistd.h>

#include "git/library.hpp"
#include "git/source.hpp"

namespace testlooper::git {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUnfinished = ".unfinished-";
// git holds a lock file for moments, and removes it when it is asked to end. An older one was left
// by a power cut or a kill, and would make every fetch fail.
constexpr auto kStaleLockAge = std::chrono::minutes{10};

bool is_repository(const std::string& path) { return open_git_dir(path).has_value(); }

// What killed processes left of earlier tries. A try has a name of its own, as a git program that
// outlived its server may still write into the last one.
void remove_unfinished(const fs::path& path) {
  const std::string prefix = path.filename().string() + std::string(kUnfinished);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(path.parent_path(), ignored)) {
    if (entry.path().filename().string().starts_with(prefix)) fs::remove_all(entry.path(), ignored);
  }
}

void remove_if_stale(const fs::path& file) {
  std::error_code error;
  const auto written = fs::last_write_time(file, error);
  if (!error && fs::file_time_type::clock::now() - written > kStaleLockAge) fs::remove(file, error);
}

void remove_stale_locks(const fs::path& git_dir) {
  for (const char* name : {"packed-refs.lock", "HEAD.lock", "config.lock", "shallow.lock"}) {
    remove_if_stale(git_dir / name);
  }
  std::error_code error;
  fs::recursive_directory_iterator entry(git_dir / "refs", error), end;
  for (; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ".lock") remove_if_stale(entry->path());
  }
}

// "ref: refs/heads/main\tHEAD\n…" of `git ls-remote --symref`; "" where HEAD names no branch.
std::string symref_target(std::string_view answer) {
  constexpr std::string_view kStart = "ref: ";
  const auto end = answer.find("\tHEAD");
  if (!answer.starts_with(kStart) || end == std::string_view::npos) return {};
  return std::string(answer.substr(kStart.size(), end - kStart.size()));
}

bool head_is_born(git_repository* repo) { return git_repository_head_unborn(repo) == 0; }

}  // namespace

Clones::Clones(std::string folder, ChildLimits limits)
    : folder_(std::move(folder)), limits_(limits) {}

std::string Clones::path_of(const RepoSpec& spec) const {
  return (fs::path(folder_) / clone_folder(spec.name, spec.source)).string();
}

std::shared_ptr<std::mutex> Clones::lock_of(const std::string& path) {
  const std::scoped_lock hold(mutex_);
  auto& lock = locks_[path];
  if (!lock) lock = std::make_shared<std::mutex>();
  return lock;
}

void Clones::stop() { stop_.stop(); }

Result<void> Clones::refresh(const RepoSpec& spec) {
  const std::string path = path_of(spec);
  const auto lock = lock_of(path);
  const std::scoped_lock hold(*lock);
  Result<void> done = is_repository(path) ? fetch(spec.source, path) : make(spec, path);
  if (!done) {
    done.error().context = fmt::format("{} can't be fetched", without_secrets(spec.source));
  }
  return done;
}

Result<void> Clones::probe(const RepoSpec& spec) {
  const auto patience = std::min<Milliseconds>(Seconds{limits::kRepoProbeSeconds}, limits_.total);
  const auto started = std::chrono::steady_clock::now();
  const auto answer = run_git({"ls-remote", "--symref", "--", spec.source, "HEAD"},
                              {.silence = patience, .total = patience}, stop_);
  const bool slow = std::chrono::steady_clock::now() - started >= patience;
  if (answer || slow || answer.error().kind == ErrorKind::cancelled) return {};
  return invalid("can't be read: " + answer.error().message, without_secrets(spec.source));
}

Result<void> Clones::forget(const RepoSpec& spec) {
  const std::string path = path_of(spec);
  const auto lock = lock_of(path);
  const std::scoped_lock hold(*lock);
  remove_unfinished(path);
  std::error_code error;
  fs::remove_all(path, error);
  if (error) return unavailable(error.message(), path);
  return {};
}

Result<void> Clones::make(const RepoSpec& spec, const std::string& path) {
  std::error_code error;
  fs::create_directories(folder_, error);
  remove_unfinished(path);
  fs::remove_all(path, error);
  const std::string unfinished = fmt::format("{}{}{}", path, kUnfinished, getpid());
  git_repository* raw = nullptr;
  // Not by git's own init or clone: the user's template would bring hooks.
  if (git_repository_init(&raw, unfinished.c_str(), 1) != 0) return unavailable(last_message());
  Repository(raw).reset();
  if (auto done = fetch(spec.source, unfinished); !done) {
    fs::remove_all(unfinished, error);
    return done;
  }
  fs::rename(unfinished, path, error);
  if (error) return unavailable(fmt::format("{}: {}", path, error.message()));
  return {};
}

Result<void> Clones::fetch(const std::string& url, const std::string& git_dir) {
  remove_stale_locks(git_dir);
  const auto done =
      run_git({"--git-dir=" + git_dir, "-c", "gc.autoDetach=false", "fetch", "--progress",
               "--prune", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--",
               url, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"},
              limits_, stop_);
  if (!done) return std::unexpected(done.error());
  const auto repo = open_git_dir(git_dir);
  if (!repo) return std::unexpected(repo.error());
  return head_is_born(repo->get()) ? Result<void>{} : follow_head(url, git_dir);
}

// HEAD names no branch that exists here: the clone is new, or the source's default branch has
// another name now.
Result<void> Clones::follow_head(const std::string& url, const std::string& git_dir) {
  const auto answer = run_git({"ls-remote", "--symref", "--", url, "HEAD"}, limits_, stop_);
  if (!answer) return std::unexpected(answer.error());
  const std::string target = symref_target(*answer);
  if (target.empty()) return {};
  const auto repo = open_git_dir(git_dir);
  if (!repo) return std::unexpected(repo.error());
  git_reference* raw = nullptr;
  if (git_reference_symbolic_create(&raw, repo->get(), "HEAD", target.c_str(), 1, nullptr) != 0) {
    return unavailable(last_message());
  }
  Reference(raw).reset();
  return {};
}

}  // namespace testlooper::git
