// A real repository in a folder of the test's, written by the git program. Ids are the same in each
// run: names and dates are fixed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "support/command.hpp"

namespace testlooper::testing {

struct GitFile {
  std::string content;          // of a submodule: the id of its commit
  std::string mode = "100644";  // 100755, 120000 (symbolic link), 160000 (submodule)
};

struct GitCommit {
  std::string branch = "main";  // without refs/heads/; any bytes that git takes
  std::string message = "change";
  std::map<std::string, GitFile> files = {};             // added to those of the first parent
  std::optional<std::vector<std::string>> parents = {};  // absent: the branch as it is
  std::int64_t when = 0;                                 // seconds; 0: a minute after the last
  std::string author = "Ada Example <ada@example.org>";
  std::string encoding = {};
};

class GitRepo {
 public:
  static GitRepo bare(const std::string& path);
  static GitRepo ordinary(const std::string& path);

  const std::string& path() const { return path_; }
  std::string file_url() const { return "file://" + path_; }

  // The commit's id. The branch moves there, wherever it was.
  std::string commit(const GitCommit& commit);
  // `git -C path …`: the output without the newline at its end; must succeed.
  std::string git(std::vector<std::string> words, const std::string& input = {}) const;
  CommandEnd try_git(std::vector<std::string> words, const std::string& input = {}) const;

 private:
  explicit GitRepo(std::string path) : path_(std::move(path)) {}

  std::string path_;
  std::int64_t now_ = 1'700'000'000;
};

// For this process and its children: no configuration of the machine's, fixed names and dates.
void use_plain_git();

}  // namespace testlooper::testing
