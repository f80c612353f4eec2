// Renames as git tells them of a real repository.
#include "lineage/git_lineage_finder.hpp"

#include <gtest/gtest.h>

#include "git/git_repo_reader.hpp"
#include "support/git_repo.hpp"
#include "support/temp_dir.hpp"

namespace testlooper::lineage {
namespace {

using ::testlooper::testing::GitFile;
using ::testlooper::testing::GitRepo;

std::string body(const std::string& name, const std::string& what) {
  return "def " + name + "():\n    value = make(" + what + ")\n    assert value == 1\n    assert " +
         what + "\n\n";
}

class GitLineageFinderTest : public ::testing::Test {
 protected:
  // A commit with exactly these files.
  std::string commit(const std::map<std::string, std::string>& files) {
    std::map<std::string, GitFile> tree;
    for (const auto& [path, text] : files) tree[path] = {text};
    return repo_.commit({.files = tree, .parents = std::vector<std::string>{}});
  }
  Result<std::vector<Continued>> find(ListedApart tests) {
    return finder_.find({repo_.path(), before_, after_, std::move(tests)});
  }
  std::vector<FileChange> changed() {
    const auto files = reader_.changed_files(repo_.path(), before_, after_);
    EXPECT_TRUE(files) << files.error().text();
    return files.value_or(std::vector<FileChange>{});
  }

  ::testlooper::testing::TempDir dir_;
  GitRepo repo_ = GitRepo::bare(dir_.file("calc.git"));
  git::GitRepoReader reader_{dir_.file("clones")};
  GitLineageFinder finder_{reader_};
  std::string before_, after_;
};

TEST_F(GitLineageFinderTest, GitTellsWhichFilesWereRenamed) {
  const auto text = body("test_a", "1") + body("test_b", "2");
  before_ = commit({{"a.py", text}, {"same.py", "x"}, {"old.py", "1\n"}, {"edited.py", "1\n"}});
  after_ = commit(
      {{"b.py", text + "# more\n"}, {"same.py", "x"}, {"new.py", "2\n"}, {"edited.py", "2\n"}});
  EXPECT_EQ(changed(),
            (std::vector<FileChange>{
                {"", "new.py"}, {"a.py", "b.py"}, {"edited.py", "edited.py"}, {"old.py", ""}}));
}

TEST_F(GitLineageFinderTest, LinksAreNoFiles) {
  before_ = repo_.commit({.files = {{"a.py", {"target", "120000"}}, {"b.py", {"1\n"}}},
                          .parents = std::vector<std::string>{}});
  after_ = commit({{"b.py", "2\n"}});
  EXPECT_EQ(changed(), (std::vector<FileChange>{{"b.py", "b.py"}}));
}

TEST_F(GitLineageFinderTest, TestsAreFoundInTheFilesThatTheyMovedTo) {
  before_ = commit({{"tests/a.py", body("test_a", "1") + body("test_b", "2")}});
  after_ = commit({{"unit/a.py", body("test_a", "1") + body("test_better", "2")}});
  const auto found =
      find({.gone = {{"s", {"tests/a.py", "test_a"}}, {"s", {"tests/a.py", "test_b"}}},
            .added = {{"s", {"unit/a.py", "test_a"}}, {"s", {"unit/a.py", "test_better"}}}});
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_EQ(*found,
            (std::vector<Continued>{{0, 0, Continuation::moved}, {1, 1, Continuation::renamed}}));
}

TEST_F(GitLineageFinderTest, ACommitThatIsNotThereIsAnError) {
  before_ = commit({{"a.py", "1\n"}});
  after_ = std::string(40, '1');
  EXPECT_FALSE(find({.gone = {{"s", {"a.py", "x"}}}, .added = {{"s", {"a.py", "y"}}}}));
  const auto nothing = find({.gone = {{"s", {"a.py", "x"}}}, .added = {}});
  ASSERT_TRUE(nothing);
  EXPECT_TRUE(nothing->empty()) << "where nothing was added, git is not asked";
}

}  // namespace
}  // namespace testlooper::lineage
