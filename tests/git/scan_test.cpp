// What a scan says of branches, tags and history.
#include "git/reader_fixture.hpp"
#include "git/resolve.hpp"

namespace testlooper::git {
namespace {

using ScanTest = ReaderTest;

TEST_F(ScanTest, EmptyRepositoryHasNothingAndIsFine) {
  const auto repo = GitRepo::bare(file("empty.git"));
  const auto seen = scan(repo);
  EXPECT_TRUE(seen.branches.empty());
  EXPECT_TRUE(seen.commits.empty());
  EXPECT_TRUE(seen.problems.empty());
  EXPECT_EQ(seen.head_branch, "main");
}

TEST_F(ScanTest, BareRepositoryIsReadWhole) {
  auto repo = GitRepo::bare(file("calc.git"));
  const auto first = repo.commit({.message = "begin\n\nwith a body\n"});
  const auto second = repo.commit({.message = "go on", .author = "Bob <bob@example.org>"});
  const auto seen = scan(repo);
  EXPECT_EQ(seen.branches, (Refs{{"main", second}}));
  EXPECT_EQ(seen.head_branch, "main");
  ASSERT_EQ(shas(seen), (Names{first, second}));
  EXPECT_TRUE(seen.commits[0].parents.empty());
  EXPECT_EQ(seen.commits[0].message, "begin\n\nwith a body\n");
  EXPECT_EQ(seen.commits[0].committed_at.ms, 1'700'000'060'000);
  EXPECT_EQ(seen.commits[1].parents, (Names{first}));
  EXPECT_EQ(seen.commits[1].author, "Bob");
  EXPECT_EQ(seen.commits[1].author_email, "bob@example.org");
}

TEST_F(ScanTest, OrdinaryRepositoryWorktreeAndGitFileNameTheSameGitFolder) {
  auto repo = GitRepo::ordinary(file("calc"));
  const auto head = repo.commit({.files = {{"a", {"1"}}}});
  repo.git({"worktree", "add", "-q", "-b", "side", file("linked")});
  const auto expected = file("calc") + "/.git";
  EXPECT_EQ(reader_.git_dir_of(spec(repo.path())).value(), expected);
  EXPECT_EQ(reader_.git_dir_of(spec(expected)).value(), expected);
  EXPECT_EQ(reader_.git_dir_of(spec(file("linked"))).value(), expected);
  EXPECT_EQ(scan(spec(file("linked"))).branches, (Refs{{"main", head}, {"side", head}}));
}

TEST_F(ScanTest, HeadOfALinkedWorktreeIsItsOwn) {
  auto repo = GitRepo::ordinary(file("calc"));
  const auto main = repo.commit({});
  const auto side = repo.commit({});
  repo.git({"worktree", "add", "-q", "-b", "side", file("linked"), side});
  repo.git({"reset", "-q", "--soft", main});
  EXPECT_EQ(resolve_at(repo.path(), "HEAD").value(), main);
  EXPECT_EQ(resolve_at(file("linked"), "HEAD").value(), side);
  EXPECT_EQ(resolve_at(file("linked"), "main").value(), main);
}

TEST_F(ScanTest, SourcesThatAreNoRepositoryAreNamedInTheError) {
  must_run({.words = {"mkdir", file("plain")}});
  const auto plain = reader_.git_dir_of(spec(file("plain")));
  ASSERT_FALSE(plain.has_value());
  EXPECT_EQ(plain.error().kind, ErrorKind::invalid);
  EXPECT_EQ(plain.error().message, file("plain") + " is not a git repository");
  const auto absent = reader_.git_dir_of(spec(file("absent")));
  ASSERT_FALSE(absent.has_value());
  EXPECT_EQ(absent.error().kind, ErrorKind::not_found);
}

TEST_F(ScanTest, FolderWithinARepositoryIsNotTakenForIt) {
  auto repo = GitRepo::ordinary(file("calc"));
  must_run({.words = {"mkdir", file("calc/inner")}});
  EXPECT_FALSE(reader_.git_dir_of(spec(file("calc/inner"))).has_value());
}

TEST_F(ScanTest, TagsAreToldFromBranchesAndPeeledToCommits) {
  auto repo = GitRepo::bare(file("calc.git"));
  const auto head = repo.commit({.files = {{"a", {"1"}}}});
  repo.git({"tag", "light", head});
  repo.git({"tag", "-a", "-m", "release", "v1", head});
  repo.git({"tag", "-a", "-m", "again", "v1-again", "v1"});
  repo.git({"tag", "of-tree", head + "^{tree}"});
  repo.git({"tag", "-a", "-m", "file", "of-blob", head + ":a"});
  repo.git({"branch", "v1", head});
  const auto seen = scan(repo);
  EXPECT_EQ(seen.tags, (Refs{{"light", head}, {"v1", head}, {"v1-again", head}}));
  EXPECT_EQ(seen.branches, (Refs{{"main", head}, {"v1", head}}));
  EXPECT_TRUE(seen.problems.empty());
}

TEST_F(ScanTest, MergesHaveAllTheirParents) {
  auto repo = GitRepo::bare(file("calc.git"));
  const auto base = repo.commit({});
  const auto a = repo.commit({.branch = "a", .parents = {{base}}});
  const auto b = repo.commit({.branch = "b", .parents = {{base}}});
  const auto c = repo.commit({.branch = "c", .parents = {{base}}});
  const auto merge = repo.commit({.message = "merge", .parents = {{base, a}}});
  const auto octopus = repo.commit({.message = "octopus", .parents = {{merge, b, c}}});
  const auto seen = scan(repo);
  ASSERT_EQ(seen.commits.size(), 6u);
  EXPECT_EQ(seen.commits.front().sha, base);
  EXPECT_EQ(seen.commits.back().sha, octopus);
  EXPECT_EQ(seen.commits.back().parents, (Names{merge, b, c}));
}

TEST_F(ScanTest, ParentsComeBeforeChildrenWhateverTheClocksSay) {
  auto repo = GitRepo::bare(file("calc.git"));
  Names line;
  for (int i = 0; i < 6; ++i) line.push_back(repo.commit({.when = 1'000'000'000 - i * 1000}));
  EXPECT_EQ(shas(scan(repo)), line);
}

TEST_F(ScanTest, PushOfFiftyCommitsIsTakenWhole) {
  auto repo = GitRepo::bare(file("calc.git"));
  const auto known = repo.commit({});
  Names line;
  for (int i = 0; i < 50; ++i) line.push_back(repo.commit({}));
  EXPECT_EQ(shas(scan(repo, {known})), line);
  EXPECT_TRUE(scan(repo, {line.back()}).commits.empty());
}

TEST_F(ScanTest, BranchNewToUsIsReadToTheConfiguredDepth) {
  auto repo = GitRepo::bare(file("calc.git"));
  Names line;
  for (int i = 0; i < 30; ++i) line.push_back(repo.commit({}));
  EXPECT_EQ(shas(scan(repo)), Names(line.end() - limits::kScanDepthCommits, line.end()));
  auto shallow = spec(repo.path());
  shallow.scan_depth = 3;
  const auto seen = scan(shallow);
  EXPECT_EQ(shas(seen), Names(line.end() - 3, line.end()));
  EXPECT_EQ(seen.commits.front().parents, (Names{line[26]}));
}

TEST_F(ScanTest, DepthCountsForEachUnrelatedBranch) {
  auto repo = GitRepo::bare(file("calc.git"));
  Names line, other;
  for (int i = 0; i < 4; ++i) line.push_back(repo.commit({}));
  for (int i = 0; i < 4; ++i) other.push_back(repo.commit({.branch = "other"}));
  auto two = spec(repo.path());
  two.scan_depth = 2;
  EXPECT_EQ(shas(scan(two)), (Names{line[2], line[3], other[2], other[3]}));
  // main is known, with all that is behind it; the other history is still new.
  EXPECT_EQ(shas(scan(two, {line[3]})), (Names{other[2], other[3]}));
}

TEST_F(ScanTest, AllScannedCommitsOfAMergeOfUnrelatedHistoryAreNew) {
  auto repo = GitRepo::bare(file("calc.git"));
  const auto known = repo.commit({});
  const auto a = repo.commit({.branch = "import"});
  const auto b = repo.commit({.branch = "import"});
  const auto merge = repo.commit({.parents = {{known, b}}});
  repo.git({"update-ref", "-d", "refs/heads/import"});
  EXPECT_EQ(shas(scan(repo, {known})), (Names{a, b, merge}));
}

TEST_F(ScanTest, OverallCapKeepsTheNewestAndEveryHead) {
  GitRepoReader capped(file("clones"), {.new_commits = 5, .source_bytes = 1, .fetch = {}});
  auto repo = GitRepo::bare(file("calc.git"));
  const auto old_head = repo.commit({.branch = "old"});
  const auto known = repo.commit({});
  Names line;
  for (int i = 0; i < 4; ++i) line.push_back(repo.commit({}));
  const auto cut = capped.scan({spec(repo.path()), repo.path(), {}}).value();
  EXPECT_EQ(shas(cut), (Names{old_head, known, line[0], line[1], line[2], line[3]}));
}

TEST_F(ScanTest, ForcePushBringsOnlyTheNewCommits) {
  auto repo = GitRepo::bare(file("calc.git"));
  const auto base = repo.commit({});
  const auto lost = repo.commit({.message = "will be lost"});
  const auto kept = repo.commit({.message = "instead", .parents = {{base}}});
  const auto seen = scan(repo, {lost});
  EXPECT_EQ(shas(seen), (Names{kept}));
  EXPECT_EQ(seen.commits[0].parents, (Names{base}));
  EXPECT_EQ(seen.branches, (Refs{{"main", kept}}));
}

TEST_F(ScanTest, KnownHeadThatIsGoneIsIgnored) {
  auto repo = GitRepo::bare(file("calc.git"));
  const auto head = repo.commit({});
  const auto seen = scan(repo, {std::string(40, 'a')});
  EXPECT_EQ(shas(seen), (Names{head}));
  EXPECT_TRUE(seen.problems.empty());
}

TEST_F(ScanTest, BranchSetBackToAnOldCommitStillBringsThatCommit) {
  auto repo = GitRepo::bare(file("calc.git"));
  Names line;
  for (int i = 0; i < 5; ++i) line.push_back(repo.commit({}));
  repo.git({"branch", "back", line[1]});
  EXPECT_EQ(shas(scan(repo, {line[4]})), (Names{line[1]}));
}

TEST_F(ScanTest, DeletedBranchIsGone) {
  auto repo = GitRepo::bare(file("calc.git"));
  const auto head = repo.commit({});
  repo.git({"branch", "gone", head});
  EXPECT_EQ(scan(repo).branches.size(), 2u);
  repo.git({"branch", "-D", "gone"});
  EXPECT_EQ(scan(repo).branches, (Refs{{"main", head}}));
}

TEST_F(ScanTest, BranchesOutsideThePrefixAreListedAndNotWalked) {
  auto repo = GitRepo::bare(file("calc.git"));
  const auto base = repo.commit({});
  const auto wanted = repo.commit({.branch = "ci/one", .parents = {{base}}});
  const auto other = repo.commit({.branch = "other", .parents = {{base}}});
  auto only_ci = spec(repo.path());
  only_ci.branch_prefix = "ci/";
  const auto seen = scan(only_ci);
  EXPECT_EQ(seen.branches, (Refs{{"ci/one", wanted}, {"main", base}, {"other", other}}));
  EXPECT_EQ(shas(seen), (Names{base, wanted}));
}

TEST_F(ScanTest, DetachedHeadNamesNoBranch) {
  auto repo = GitRepo::ordinary(file("calc"));
  const auto head = repo.commit({});
  repo.git({"checkout", "-q", "--detach", head});
  EXPECT_EQ(scan(repo).head_branch, "");
}

TEST_F(ScanTest, PackedRefsAndObjectsReadTheSame) {
  auto repo = GitRepo::bare(file("calc.git"));
  Names line;
  for (int i = 0; i < 5; ++i) line.push_back(repo.commit({.files = {{"f", {"content"}}}}));
  repo.git({"tag", "-a", "-m", "release", "v1", line[2]});
  const auto loose = scan(repo);
  repo.git({"gc", "-q", "--prune=now"});
  const auto packed = scan(repo);
  EXPECT_EQ(packed.branches, loose.branches);
  EXPECT_EQ(packed.tags, loose.tags);
  EXPECT_EQ(packed.commits, loose.commits);
}

TEST_F(ScanTest, HistoryGoesBackAsFarAsSomebodyNeedsIt) {
  auto repo = GitRepo::bare(file("calc.git"));
  const auto first = repo.commit({});
  const auto second = repo.commit({});
  const auto third = repo.commit({});
  const auto between = [&](HistoryRange range) {
    Names found;
    for (const auto& commit : reader_.history(repo.path(), range).value()) {
      found.push_back(commit.sha);
    }
    return found;
  };
  EXPECT_EQ(between({.to = "main", .from = first.substr(0, 10), .limit = 9}),
            (Names{first, second, third}));
  EXPECT_EQ(between({.to = "main", .from = "", .limit = 2}), (Names{second, third}));
  EXPECT_EQ(between({.to = second, .from = "", .limit = 1}), (Names{second}));
  EXPECT_EQ(reader_.history(repo.path(), {.to = "none", .from = "", .limit = 1}).error().kind,
            ErrorKind::not_found);
}

}  // namespace
}  // namespace testlooper::git
