// A reader, a folder, and the questions that most tests ask.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "git/git_repo_reader.hpp"
#include "support/git_repo.hpp"
#include "support/temp_dir.hpp"

namespace testlooper::git {

using ::testlooper::testing::GitCommit;
using ::testlooper::testing::GitFile;
using ::testlooper::testing::GitRepo;
using ::testlooper::testing::must_run;

class ReaderTest : public ::testing::Test {
 protected:
  std::string file(const std::string& name) const { return dir_.file(name); }
  static RepoSpec spec(const std::string& source) {
    RepoSpec spec;
    spec.name = "calc";
    spec.source = source;
    return spec;
  }

  Result<RefsObserved> try_scan(const RepoSpec& spec, std::vector<std::string> known = {}) {
    auto git_dir = reader_.git_dir_of(spec);
    if (!git_dir) return std::unexpected(git_dir.error());
    return reader_.scan({.spec = spec, .git_dir = *git_dir, .known_heads = std::move(known)});
  }
  RefsObserved scan(const RepoSpec& spec, std::vector<std::string> known = {}) {
    auto seen = try_scan(spec, std::move(known));
    EXPECT_TRUE(seen.has_value()) << seen.error().text();
    return seen.value_or(RefsObserved{});
  }
  RefsObserved scan(const GitRepo& repo, std::vector<std::string> known = {}) {
    return scan(spec(repo.path()), std::move(known));
  }

  ::testlooper::testing::TempDir dir_;
  GitRepoReader reader_{dir_.file("clones")};
};

inline std::vector<std::string> shas(const RefsObserved& seen) {
  std::vector<std::string> ids;
  for (const CommitInfo& commit : seen.commits) ids.push_back(commit.sha);
  return ids;
}

using Names = std::vector<std::string>;
using Refs = std::map<std::string, std::string>;

}  // namespace testlooper::git
