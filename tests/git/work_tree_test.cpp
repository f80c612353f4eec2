// A working folder's files and its primary branch, as `testlooper init` looks at them.
#include "git/work_tree.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "support/git_repo.hpp"
#include "support/temp_dir.hpp"

namespace testlooper::git {
namespace {

namespace fs = std::filesystem;
using testing::GitRepo;
using Paths = std::vector<std::string>;

class WorkTreeTest : public ::testing::Test {
 protected:
  void put(const std::string& path, const std::string& text = "x\n") const {
    const auto full = fs::path(repo_.path()) / path;
    fs::create_directories(full.parent_path());
    std::ofstream(full) << text;
  }

  testing::TempDir folder_;
  GitRepo repo_ = GitRepo::ordinary(folder_.file("shop"));
};

TEST_F(WorkTreeTest, HasWhatIsThereAndNotIgnored) {
  put(".gitignore", "*.log\nout/\n");
  put("kept.py");
  put("gone.py");
  put("forced.log");
  repo_.git({"add", "--force", "."});
  put("a/new file.py");
  put("a.log");
  put("out/b.py");
  fs::remove(fs::path(repo_.path()) / "gone.py");
  const auto tree = work_tree(repo_.path() + "/");
  ASSERT_TRUE(tree) << tree.error().text();
  EXPECT_EQ(tree->paths, (Paths{".gitignore", "a/new file.py", "forced.log", "kept.py"}));
  EXPECT_EQ(tree->folder, fs::canonical(repo_.path()));
  const auto found = ignored(repo_.path(), {"a.log", "b.py", "out/b.py"});
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, (Paths{"a.log", "out/b.py"}));
}

TEST_F(WorkTreeTest, GuessesThePrimaryBranch) {
  repo_.git({"symbolic-ref", "HEAD", "refs/heads/unborn"});
  EXPECT_EQ(work_tree(repo_.path())->primary_branch, "unborn");
  const auto sha = repo_.commit({.branch = "master"});
  EXPECT_EQ(work_tree(repo_.path())->primary_branch, "master");
  repo_.commit({.branch = "main"});
  EXPECT_EQ(work_tree(repo_.path())->primary_branch, "main");
  repo_.git({"update-ref", "refs/remotes/origin/feature/trunk", sha});
  repo_.git({"symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/feature/trunk"});
  EXPECT_EQ(work_tree(repo_.path())->primary_branch, "feature/trunk");
}

TEST_F(WorkTreeTest, NamesNoneWhereHeadIsACommit) {
  const auto sha = repo_.commit({.branch = "other"});
  repo_.git({"update-ref", "--no-deref", "HEAD", sha});
  EXPECT_EQ(work_tree(repo_.path())->primary_branch, "");
}

TEST_F(WorkTreeTest, ALinkedWorktreeIsOne) {
  repo_.commit({.branch = "main", .files = {{"a.py", {"x\n"}}}});
  repo_.git({"worktree", "add", "-q", folder_.file("linked"), "-b", "linked", "main"});
  const auto tree = work_tree(folder_.file("linked"));
  ASSERT_TRUE(tree) << tree.error().text();
  EXPECT_EQ(tree->paths, Paths{"a.py"});
}

TEST_F(WorkTreeTest, WhatIsNoWorkingFolderSaysSo) {
  put("a/b/c.py");
  const auto inner = work_tree(repo_.path() + "/a/b");
  ASSERT_FALSE(inner);
  EXPECT_EQ(inner.error().kind, ErrorKind::invalid);
  EXPECT_TRUE(inner.error().message.contains("is a folder of the repository"))
      << inner.error().message;
  const auto bare = work_tree(GitRepo::bare(folder_.file("bare.git")).path());
  ASSERT_FALSE(bare);
  EXPECT_TRUE(bare.error().message.contains("is a bare repository"));
  EXPECT_EQ(work_tree(folder_.file("nowhere")).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace testlooper::git
