#include "codec/variables.hpp"

#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

namespace testlooper::codec {
namespace {

const Variables kKnown = {{"REPO_ROOT", "/repo"}};

TEST(Variables, KnownNamesAreReplaced) {
  const Variables own = {{"PYTHONPATH", "${REPO_ROOT}/src:${REPO_ROOT}"}};
  EXPECT_EQ(expand_variables(own, kKnown), (Variables{{"PYTHONPATH", "/repo/src:/repo"}}));
}

TEST(Variables, OwnNamesAreReplacedInAnyOrder) {
  const Variables own = {{"A", "${B}-${C}"}, {"B", "${C}"}, {"C", "${REPO_ROOT}"}};
  EXPECT_EQ(expand_variables(own, kKnown),
            (Variables{{"A", "/repo-/repo"}, {"B", "/repo"}, {"C", "/repo"}}));
}

TEST(Variables, KnownNamesComeBeforeOwnOnes) {
  const Variables own = {{"REPO_ROOT", "/mine"}, {"A", "${REPO_ROOT}"}};
  EXPECT_EQ(expand_variables(own, kKnown).at("A"), "/repo");
}

TEST(Variables, OtherDollarsAreLeftAlone) {
  const Variables own = {{"A", "$REPO_ROOT $$ ${} ${UNKNOWN} ${REPO_ROOT:-x} $(id) ${REPO_ROOT"}};
  EXPECT_EQ(expand_variables(own, kKnown), own);
}

TEST(Variables, TheInnermostReferenceCounts) {
  const Variables own = {{"A", "${${REPO_ROOT}}"}};
  EXPECT_EQ(expand_variables(own, kKnown).at("A"), "${/repo}");
}

TEST(Variables, WhatWasInsertedIsNotLookedAtAgain) {
  const Variables own = {{"A", "${KNOWN}"}, {"B", "b"}};
  EXPECT_EQ(expand_variables(own, {{"KNOWN", "${B}"}}).at("A"), "${B}");
}

TEST(Variables, ReferencesInACircleAreLeftAsTheyAre) {
  const Variables own = {
      {"A", "a${B}${REPO_ROOT}"}, {"B", "b${A}"}, {"C", "${C}:${D}"}, {"D", "d"}, {"E", "${A}"}};
  EXPECT_EQ(
      expand_variables(own, kKnown),
      (Variables{{"A", "a${B}/repo"}, {"B", "b${A}"}, {"C", "${C}:d"}, {"D", "d"}, {"E", "${A}"}}));
}

TEST(Variables, DoublingEndsAtTheLimit) {
  Variables own = {{"V000", std::string(1000, 'x')}};
  for (int i = 1; i < 200; ++i) {
    char name[8], before[8];
    std::snprintf(name, sizeof name, "V%03d", i);
    std::snprintf(before, sizeof before, "V%03d", i - 1);
    own[name] = "${" + std::string(before) + "}${" + before + "}";
  }
  std::size_t total = 0;
  for (const auto& [name, value] : expand_variables(own, {})) total += value.size();
  EXPECT_LE(total, limits::kVariablesBytes);
  EXPECT_GT(total, limits::kVariablesBytes / 4);
}

TEST(Variables, ALongChainIsNoProblem) {
  Variables own;
  for (int i = 0; i < 10'000; ++i) {
    own["V" + std::to_string(i)] = "${V" + std::to_string(i + 1) + "}";
  }
  own["V10000"] = "x";
  EXPECT_EQ(expand_variables(own, {}).at("V0"), "x");
}

}  // namespace
}  // namespace testlooper::codec
