#include "support/git_repo.hpp"

#include <cstdlib>

#include "testlooper/base/check.hpp"

namespace testlooper::testing {
namespace {

std::string data(const std::string& bytes) {
  return "data " + std::to_string(bytes.size()) + "\n" + bytes + "\n";
}

std::string quoted(const std::string& path) {
  std::string text = "\"";
  for (const char c : path) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + "\"";
}

std::string first_line(std::string text) { return text.substr(0, text.find('\n')); }

}  // namespace

void use_plain_git() {
  for (const auto& [name, value] :
       std::map<std::string, std::string>{{"GIT_CONFIG_GLOBAL", "/dev/null"},
                                          {"GIT_CONFIG_NOSYSTEM", "1"},
                                          {"GIT_AUTHOR_NAME", "Ada Example"},
                                          {"GIT_AUTHOR_EMAIL", "ada@example.org"},
                                          {"GIT_AUTHOR_DATE", "1700000000 +0000"},
                                          {"GIT_COMMITTER_NAME", "Ada Example"},
                                          {"GIT_COMMITTER_EMAIL", "ada@example.org"},
                                          {"GIT_COMMITTER_DATE", "1700000000 +0000"}}) {
    setenv(name.c_str(), value.c_str(), 1);
  }
}

GitRepo GitRepo::bare(const std::string& path) {
  use_plain_git();
  must_run({.words = {"git", "init", "-q", "--bare", "-b", "main", path}});
  return GitRepo(path);
}

GitRepo GitRepo::ordinary(const std::string& path) {
  use_plain_git();
  must_run({.words = {"git", "init", "-q", "-b", "main", path}});
  return GitRepo(path);
}

CommandEnd GitRepo::try_git(std::vector<std::string> words, const std::string& input) const {
  words.insert(words.begin(), {"git", "-C", path_});
  return run({.words = std::move(words), .input = input});
}

std::string GitRepo::git(std::vector<std::string> words, const std::string& input) const {
  words.insert(words.begin(), {"git", "-C", path_});
  std::string out = must_run({.words = std::move(words), .input = input});
  if (out.ends_with('\n')) out.pop_back();
  return out;
}

std::string GitRepo::commit(const GitCommit& commit) {
  const std::int64_t when = commit.when != 0 ? commit.when : now_ += 60;
  const std::string ref = "refs/heads/" + commit.branch;
  const std::string date = " " + std::to_string(when) + " +0000\n";
  std::vector<std::string> parents;
  if (commit.parents) {
    parents = *commit.parents;
  } else if (const auto tip = try_git({"rev-parse", "-q", "--verify", ref}); tip.exit_code == 0) {
    parents = {first_line(tip.out)};
  }
  // Reset first: fast-import would go on from the branch otherwise.
  std::string stream = "reset " + ref + "\n\ncommit " + ref + "\nmark :1\nauthor " + commit.author +
                       date + "committer Ada Example <ada@example.org>" + date;
  if (!commit.encoding.empty()) stream += "encoding " + commit.encoding + "\n";
  stream += data(commit.message);
  for (std::size_t i = 0; i < parents.size(); ++i) {
    stream += (i == 0 ? "from " : "merge ") + parents[i] + "\n";
  }
  for (const auto& [path, file] : commit.files) {
    const bool submodule = file.mode == "160000";
    stream +=
        "M " + file.mode + " " + (submodule ? file.content : "inline") + " " + quoted(path) + "\n";
    if (!submodule) stream += data(file.content);
  }
  stream += "\nget-mark :1\n";
  return first_line(git({"fast-import", "--quiet", "--force", "--date-format=raw"}, stream));
}

}  // namespace testlooper::testing
