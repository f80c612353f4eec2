// Git things, as the store keeps them. History is a graph: a commit has any number of parents, and
// a parent outside the scanned depth is known by its id alone.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/time.hpp"

namespace testlooper {

// A repository as the server's configuration names it.
struct RepoSpec {
  std::string name;    // unique; part of URLs
  std::string source;  // a path, or a URL that git can clone
  std::string config_path = ".testlooper/config.yaml";
  std::string branch_prefix;   // only these branches are tested; "" is all
  std::string primary_branch;  // "" is what HEAD names
  int scan_depth = 0;          // commits of a branch new to us; 0: default
  int fetch_period_s = 0;      // between two looks at it; 0: the server's scan period
  bool operator==(const RepoSpec&) const = default;
};

// What a person changes of a repository while the server runs; absent parts stay as they are.
struct RepoSettings {
  std::optional<std::string> config_path, branch_prefix, primary_branch;
  std::optional<int> scan_depth, fetch_period_s;  // 0: default
  bool operator==(const RepoSettings&) const = default;
};

// Who named it: the server's configuration or command line, or a person through the API.
enum class RepoOrigin { config, api };
// A removed one keeps its data and is not shown; a purging one loses them, step by step.
enum class RepoStanding { active, removed, purging };

// A repository that is to be looked at, and where its objects are or will be.
struct ConfiguredRepo {
  RepoSpec spec;
  std::string git_dir;
};
// All that the server's configuration names, as it was read again.
struct ConfiguredRepos {
  std::vector<ConfiguredRepo> repos;
  std::vector<std::string> warnings;  // what can't change while the server runs
};
// What reading it again has led to; names of repositories.
struct ReloadReport {
  std::vector<std::string> added, changed, removed;
  std::vector<std::string> warnings;
};

struct Repo {
  RepoId id;
  RepoSpec spec;
  std::string git_dir;  // where the objects are read: the source itself, or our clone of the URL
};

struct CommitInfo {
  std::string sha;  // 40 lower-case hex digits
  std::vector<std::string> parents;
  std::string author;
  std::string author_email;
  WallTime committed_at;
  std::string message;  // UTF-8; broken bytes are replaced
  bool operator==(const CommitInfo&) const = default;
};

// "Look at this ref": what a hook or a webhook told us. The repository itself is the truth.
struct Push {
  std::string ref;  // "refs/heads/feature/x"; may be empty: look at everything
  std::string old_sha;
  std::string new_sha;
  std::string delivery_id;  // unique for a delivery; "" where the sender gives none
};

// All refs of a repository at one moment, with the commits that were new to us.
struct RefsObserved {
  std::map<std::string, std::string> branches;  // name without refs/heads/ -> sha
  std::map<std::string, std::string> tags;      // name without refs/tags/ -> sha of the commit
  std::string head_branch;                      // what HEAD names; may be empty
  std::vector<CommitInfo> commits;              // new ones, parents before children
  std::vector<std::string> problems;            // what could not be read: a sentence for each
};

}  // namespace testlooper
