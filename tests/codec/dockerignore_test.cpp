#include "codec/dockerignore.hpp"

#include <gtest/gtest.h>

#include "support/cpu_time.hpp"

namespace testlooper::codec {
namespace {

bool ignores(std::string_view rules, std::string_view path) {
  return Dockerignore(rules).ignores(path);
}

TEST(Dockerignore, NothingIsIgnoredWithoutRules) {
  EXPECT_FALSE(ignores("", "a"));
  EXPECT_FALSE(ignores("# a\n\n   \n", "a"));
}

TEST(Dockerignore, ARuleMatchesItsPathAndAllBelow) {
  EXPECT_TRUE(ignores("build", "build"));
  EXPECT_TRUE(ignores("build", "build/x/y"));
  EXPECT_FALSE(ignores("build", "builds"));
  EXPECT_FALSE(ignores("build", "a/build")) << "rules begin at the top";
  EXPECT_TRUE(ignores("/build/", "build/x"));
  EXPECT_TRUE(ignores("./a//b/../c", "a/c"));
}

TEST(Dockerignore, StarsStayWithinAName) {
  EXPECT_TRUE(ignores("*.o", "x.o"));
  EXPECT_FALSE(ignores("*.o", "a/x.o"));
  EXPECT_TRUE(ignores("*/*.o", "a/x.o"));
  EXPECT_FALSE(ignores("*/*.o", "a/b/x.o"));
  EXPECT_TRUE(ignores("a*c*", "abbcd"));
  EXPECT_TRUE(ignores("a?c", "abc"));
  EXPECT_FALSE(ignores("a?c", "a/c"));
  EXPECT_TRUE(ignores("*", "a/b"));
}

TEST(Dockerignore, TwoStarsSpanFolders) {
  EXPECT_TRUE(ignores("**/*.o", "x.o"));
  EXPECT_TRUE(ignores("**/*.o", "a/b/x.o"));
  EXPECT_TRUE(ignores("a/**/z", "a/z"));
  EXPECT_TRUE(ignores("a/**/z", "a/b/c/z"));
  EXPECT_FALSE(ignores("a/**/z", "a/bz"));
  EXPECT_TRUE(ignores("a/**", "a/b/c"));
  EXPECT_FALSE(ignores("a/**", "a"));
  EXPECT_TRUE(ignores("**", "a"));
  EXPECT_TRUE(ignores("**/node_modules", "x/node_modules/y"));
}

TEST(Dockerignore, SetsOfCharacters) {
  EXPECT_TRUE(ignores("[ab-d].txt", "c.txt"));
  EXPECT_FALSE(ignores("[ab-d].txt", "e.txt"));
  EXPECT_TRUE(ignores("[^a].txt", "b.txt"));
  EXPECT_FALSE(ignores("[^a].txt", "a.txt"));
  EXPECT_TRUE(ignores("a\\*b", "a*b"));
  EXPECT_FALSE(ignores("a\\*b", "axb"));
  EXPECT_TRUE(ignores("a[", "a["));
  EXPECT_FALSE(ignores("[\\]", "x"));
}

TEST(Dockerignore, TheLastMatchCounts) {
  const Dockerignore rules("*.md\n!README*.md\nREADME-secret.md\n");
  EXPECT_TRUE(rules.has_exceptions());
  EXPECT_TRUE(rules.ignores("x.md"));
  EXPECT_FALSE(rules.ignores("README.md"));
  EXPECT_TRUE(rules.ignores("README-secret.md"));
}

TEST(Dockerignore, WhatIsBelowAnIgnoredFolderCanBeTakenBack) {
  const Dockerignore rules("docs\n!docs/keep\n! docs/also  \n");
  EXPECT_TRUE(rules.ignores("docs/x"));
  EXPECT_FALSE(rules.ignores("docs/keep"));
  EXPECT_FALSE(rules.ignores("docs/keep/x"));
  EXPECT_FALSE(rules.ignores("docs/also/x"));
  EXPECT_FALSE(Dockerignore("docs\n").has_exceptions());
}

TEST(Dockerignore, LineEndsAndMarksDoNotMatter) {
  EXPECT_TRUE(
      ignores("\xEF\xBB\xBF"
              "a\r\nb\r\n",
              "a"));
  EXPECT_TRUE(ignores("a\r\n  b  \r\n", "b"));
}

TEST(Dockerignore, NoPatternTakesLong) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a**/";
  const testing::CpuTimer timer;
  EXPECT_FALSE(ignores(pattern + "b", std::string(2'000, 'a')));
  EXPECT_LT(timer.seconds(), 2);
}

}  // namespace
}  // namespace testlooper::codec
