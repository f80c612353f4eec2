// Names and messages that nobody would choose, and somebody will push.
#include <set>

#include <git2.h>

#include "git/reader_fixture.hpp"
#include "git/text.hpp"

namespace testlooper::git {
namespace {

using WildNamesTest = ReaderTest;

TEST_F(WildNamesTest, BranchNamesArriveAsTheyAre) {
  auto repo = GitRepo::bare(file("calc.git"));
  const Names names = {"feature/x",
                       "a/b/c/d",
                       "--output=x",
                       "-rf",
                       "$(id)",
                       "`id`",
                       "a;b|c&d",
                       "quote'\"quote",
                       "right\u202Eleft",
                       "<img/src=x/onerror=alert(1)>",
                       "HEAD",
                       "refs/heads/main",
                       "\U0001F4A5",
                       std::string(200, 'n')};
  Refs expected;
  for (const auto& name : names) expected[name] = repo.commit({.branch = name});
  const auto seen = scan(repo);
  EXPECT_EQ(seen.branches, expected);
  EXPECT_EQ(seen.commits.size(), names.size());
  for (const auto& [name, sha] : expected) {
    EXPECT_EQ(reader_.resolve(repo.path(), name).value_or("none"), sha) << name;
  }
}

TEST_F(WildNamesTest, BytesThatAreNoUtf8BecomeEscapesThatDoNotCollide) {
  auto repo = GitRepo::bare(file("calc.git"));
  const auto one = repo.commit({.branch = "caf\xe9"});
  const auto two = repo.commit({.branch = "caf\xe8"});
  EXPECT_EQ(scan(repo).branches, (Refs{{"caf\\xe9", one}, {"caf\\xe8", two}}));
  EXPECT_EQ(reader_.resolve(repo.path(), "caf\\xe9").value(), one);
}

TEST_F(WildNamesTest, MessagesAndAuthorsAreValidUtf8) {
  auto repo = GitRepo::bare(file("calc.git"));
  repo.commit({.message = "bad \xff\xc0\xaf end"});
  repo.commit({.message = "caf\xe9", .author = "Ren\xe9 <r@x>", .encoding = "ISO-8859-1"});
  repo.commit({.message = std::string(limits::kCommitMessageBytes - 1, 'a') + "\u00e9\u00e9"});
  const auto seen = scan(repo);
  ASSERT_EQ(seen.commits.size(), 3u);
  EXPECT_EQ(seen.commits[0].message, "bad \uFFFD\uFFFD\uFFFD end");
  EXPECT_EQ(seen.commits[1].message, "caf\u00e9");
  EXPECT_EQ(seen.commits[1].author, "Ren\u00e9");
  EXPECT_EQ(seen.commits[2].message, std::string(limits::kCommitMessageBytes - 1, 'a'));
}

TEST(NameText, IsUndoneByNameBytes) {
  for (const std::string name : {"main", "\xff", "a\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                                 "\xc0\x80", "\xe2\x82", "x/\xfe/y", "\u20ac"}) {
    EXPECT_EQ(name_bytes(name_text(name)), name);
  }
  EXPECT_EQ(name_text("\u20ac"), "\u20ac");
  EXPECT_EQ(name_text("\xed\xa0\x80"), "\\xed\\xa0\\x80");
}

TEST(Prose, IsCutBetweenCharacters) {
  EXPECT_EQ(prose("ab\u20ac", "", 4), "ab");
  EXPECT_EQ(prose("ab\u20ac", "", 5), "ab\u20ac");
  EXPECT_EQ(prose("\xff\xff", "", 5), "\uFFFD");
  EXPECT_EQ(prose("\xe9", "latin1", 1), "");
}

TEST_F(WildNamesTest, WhatPeopleTypeFindsTheCommit) {
  auto repo = GitRepo::bare(file("calc.git"));
  const auto first = repo.commit({.files = {{"a", {"1"}}}});
  const auto second = repo.commit({});
  repo.git({"tag", "-a", "-m", "release", "v1", first});
  const auto& at = repo.path();
  EXPECT_EQ(reader_.resolve(at, "main").value(), second);
  EXPECT_EQ(reader_.resolve(at, "HEAD").value(), second);
  EXPECT_EQ(reader_.resolve(at, "v1").value(), first);
  EXPECT_EQ(reader_.resolve(at, first).value(), first);
  EXPECT_EQ(reader_.resolve(at, first.substr(0, 8)).value(), first);
  EXPECT_EQ(reader_.resolve(at, repo.git({"rev-parse", "v1"})).value(), first);
  EXPECT_EQ(reader_.resolve(at, repo.git({"rev-parse", "main:a"})).error().kind,
            ErrorKind::invalid);
  for (const std::string absent : {"", "abc", "nowhere", "../x", "main~1", "main^{tree}", "a b",
                                   "0000000000000000000000000000000000000000"}) {
    const auto found = reader_.resolve(at, absent);
    ASSERT_FALSE(found.has_value()) << absent;
    EXPECT_EQ(found.error().kind, ErrorKind::not_found) << absent;
  }
}

TEST_F(WildNamesTest, StartOfAnIdThatFitsSeveralIsRefused) {
  auto repo = GitRepo::bare(file("calc.git"));
  std::map<std::string, GitFile> files;
  for (int i = 0; i < 2000; ++i) files["f" + std::to_string(i)] = {std::to_string(i)};
  repo.commit({.files = files});
  const auto all = repo.git({"ls-tree", "--format=%(objectname)", "main"});
  std::set<std::string> starts;
  std::string shared;
  for (std::size_t at = 0; shared.empty(); at += GIT_OID_HEXSZ + 1) {
    if (!starts.insert(all.substr(at, 4)).second) shared = all.substr(at, 4);
  }
  const auto found = reader_.resolve(repo.path(), shared);
  ASSERT_FALSE(found.has_value());
  EXPECT_NE(found.error().message.find("give more digits"), std::string::npos);
}

}  // namespace
}  // namespace testlooper::git
