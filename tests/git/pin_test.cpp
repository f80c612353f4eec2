// Private refs that keep what we know.
#include <filesystem>

#include "git/reader_fixture.hpp"

namespace testlooper::git {
namespace {

class PinTest : public ReaderTest {
 protected:
  Names pins() const {
    const auto text = repo_.git({"for-each-ref", "--format=%(objectname)", "refs/testlooper/"});
    Names found;
    for (std::size_t at = 0; at < text.size(); at += 41) found.push_back(text.substr(at, 40));
    return found;
  }

  GitRepo repo_ = GitRepo::bare(file("calc.git"));
};

TEST_F(PinTest, PinnedCommitsOutliveForcePushDeletionAndGc) {
  const auto base = repo_.commit({});
  const auto lost = repo_.commit({.files = {{"a", {"kept"}}}});
  const auto branch = repo_.commit({.branch = "side"});
  ASSERT_TRUE(reader_.pin(repo_.path(), {lost, branch}).has_value());
  repo_.commit({.message = "instead", .parents = {{base}}});
  repo_.git({"update-ref", "-d", "refs/heads/side"});
  repo_.git({"reflog", "expire", "--expire=now", "--all"});
  repo_.git({"gc", "-q", "--prune=now"});
  EXPECT_EQ(reader_.file(repo_.path(), lost, "a", 10).value(), "kept");
  EXPECT_EQ(reader_.resolve(repo_.path(), branch).value(), branch);
}

TEST_F(PinTest, BranchThatMovesOnLeavesNoTrail) {
  std::string head;
  for (int i = 0; i < 5; ++i) {
    repo_.commit({});
    head = repo_.commit({});
    ASSERT_TRUE(reader_.pin(repo_.path(), {head}).has_value());
    ASSERT_TRUE(reader_.pin(repo_.path(), {head}).has_value());
  }
  const auto side = repo_.commit({.branch = "side"});
  ASSERT_TRUE(reader_.pin(repo_.path(), {side, head}).has_value());
  const auto left = pins();
  EXPECT_EQ(std::set(left.begin(), left.end()), (std::set{head, side}));
}

TEST_F(PinTest, AreNeitherBranchesNorTags) {
  const auto head = repo_.commit({});
  ASSERT_TRUE(reader_.pin(repo_.path(), {head}).has_value());
  const auto seen = scan(repo_);
  EXPECT_EQ(seen.branches, (Refs{{"main", head}}));
  EXPECT_TRUE(seen.tags.empty());
}

TEST_F(PinTest, OneThatFailsDoesNotStopTheOthers) {
  const auto head = repo_.commit({});
  const auto done = reader_.pin(repo_.path(), {std::string(40, 'a'), head});
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().kind, ErrorKind::not_found);
  EXPECT_EQ(pins(), (Names{head}));
}

TEST_F(PinTest, RepositoryThatCannotBeWrittenToSaysSoAndIsStillRead) {
  const auto head = repo_.commit({});
  // A file where the folder of the pins would be: even root can't write there.
  must_run({.words = {"touch", repo_.path() + "/refs/testlooper"}});
  const auto done = reader_.pin(repo_.path(), {head});
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().kind, ErrorKind::unavailable);
  EXPECT_NE(done.error().message.find("can't be kept from git gc"), std::string::npos);
  EXPECT_EQ(shas(scan(repo_)), (Names{head}));
}

}  // namespace
}  // namespace testlooper::git
