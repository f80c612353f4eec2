// Repositories that are shallow, damaged or owned by others: what can be read is read, and what
// can't is said.
#include <filesystem>
#include <fstream>

#include "git/reader_fixture.hpp"

// Asked for by the leak checker. libgit2 1.5 loses the memory of each pattern that it matches on a
// configuration, which it does when the source of a repository is looked at; see open_git_dir.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libpcre2-8"; }

namespace testlooper::git {
namespace {

namespace fs = std::filesystem;

class DamageTest : public ReaderTest {
 protected:
  static std::string object_path(const GitRepo& repo, const std::string& id) {
    return repo.path() + "/objects/" + id.substr(0, 2) + "/" + id.substr(2);
  }
  static void remove_object(const GitRepo& repo, const std::string& id) {
    ASSERT_TRUE(fs::remove(object_path(repo, id)));
  }
  static void spoil_object(const GitRepo& repo, const std::string& id) {
    fs::permissions(object_path(repo, id), fs::perms::owner_all);
    std::ofstream(object_path(repo, id)) << "rubbish";
  }
};

TEST_F(DamageTest, ShallowCloneEndsAtItsBorder) {
  auto source = GitRepo::bare(file("calc.git"));
  Names line;
  for (int i = 0; i < 6; ++i) line.push_back(source.commit({}));
  source.git({"clone", "-q", "--bare", "--depth=3", source.file_url(), file("shallow.git")});
  const auto seen = scan(spec(file("shallow.git")));
  EXPECT_EQ(shas(seen), (Names{line[3], line[4], line[5]}));
  EXPECT_EQ(seen.commits[0].parents, (Names{line[2]}));
  EXPECT_TRUE(seen.problems.empty());
}

TEST_F(DamageTest, MissingAncestorIsToldAndTheRestGoesOn) {
  auto repo = GitRepo::bare(file("calc.git"));
  Names line;
  for (int i = 0; i < 4; ++i) line.push_back(repo.commit({}));
  const auto other = repo.commit({.branch = "other"});
  remove_object(repo, line[1]);
  const auto seen = scan(repo);
  EXPECT_EQ(shas(seen), (Names{line[2], line[3], other}));
  ASSERT_EQ(seen.problems.size(), 1u);
  EXPECT_NE(seen.problems[0].find("commit " + line[1] + " is missing or damaged"),
            std::string::npos);
}

TEST_F(DamageTest, HeadThatIsDamagedTakesNoOtherBranchWithIt) {
  auto repo = GitRepo::bare(file("calc.git"));
  const auto good = repo.commit({});
  const auto bad = repo.commit({.branch = "bad"});
  const auto gone = repo.commit({.branch = "gone"});
  spoil_object(repo, bad);
  remove_object(repo, gone);
  std::ofstream(repo.path() + "/refs/heads/garbage") << "no id at all\n";
  const auto seen = scan(repo);
  EXPECT_EQ(seen.branches, (Refs{{"main", good}}));
  EXPECT_EQ(seen.problems.size(), 3u);
}

TEST_F(DamageTest, ProblemsAreCounted) {
  auto repo = GitRepo::bare(file("calc.git"));
  for (int i = 0; i < limits::kRepoProblems + 5; ++i) {
    std::ofstream(repo.path() + "/refs/heads/garbage" + std::to_string(i)) << "no id\n";
  }
  const auto seen = scan(repo);
  ASSERT_EQ(seen.problems.size(), limits::kRepoProblems + 1u);
  EXPECT_EQ(seen.problems.back(), "and 5 more");
}

TEST_F(DamageTest, DamagedFileAndFolderAreTheMachinesFault) {
  auto repo = GitRepo::bare(file("calc.git"));
  const auto head = repo.commit({.files = {{"d/file", {"x"}}, {"e/file", {"y"}}}});
  spoil_object(repo, repo.git({"rev-parse", head + ":d/file"}));
  remove_object(repo, repo.git({"rev-parse", head + ":e"}));
  for (const std::string path : {"d/file", "e/file"}) {
    const auto read = reader_.file(repo.path(), head, path, 100);
    ASSERT_FALSE(read.has_value()) << path;
    EXPECT_EQ(read.error().kind, ErrorKind::unavailable) << path;
  }
  const auto tar = reader_.write_tar(repo.path(), head, "", "", file("out.tar"));
  ASSERT_FALSE(tar.has_value());
  EXPECT_EQ(tar.error().kind, ErrorKind::unavailable);
  EXPECT_FALSE(fs::exists(file("out.tar")));
}

TEST_F(DamageTest, RepositoryOfAnotherUserIsRead) {
  auto repo = GitRepo::bare(file("calc.git"));
  const auto head = repo.commit({});
  if (chown(repo.path().c_str(), 12345, 12345) != 0) {
    // Only root may give a folder away; what is tested is that a foreign owner changes nothing.
    ASSERT_NE(geteuid(), 0u);
  }
  EXPECT_EQ(scan(repo).branches, (Refs{{"main", head}}));
}

TEST_F(DamageTest, ExtensionsThatChangeNothingForReadersAreTaken) {
  auto repo = GitRepo::ordinary(file("calc"));
  const auto head = repo.commit({});
  repo.git({"config", "core.repositoryFormatVersion", "1"});
  repo.git({"config", "extensions.worktreeConfig", "true"});
  repo.git({"config", "extensions.preciousObjects", "true"});
  EXPECT_EQ(scan(repo).branches, (Refs{{"main", head}}));
}

TEST_F(DamageTest, RepositoryOfAnUnknownFormatIsNamedInTheError) {
  must_run({.words = {"git", "init", "-q", "--bare", "--object-format=sha256", file("new.git")}});
  const auto seen = try_scan(spec(file("new.git")));
  ASSERT_FALSE(seen.has_value());
  EXPECT_NE(seen.error().message.find("objectformat"), std::string::npos) << seen.error().message;
}

}  // namespace
}  // namespace testlooper::git
