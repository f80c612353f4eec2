// Two commits' lists and counts, as they are compared.
#include "store_world.hpp"

namespace testlooper::store {
namespace {

class CompareView : public StoreWorld {
 protected:
  CompareView() {
    add_line(3);
    prepare(1, 3);
    prepare(2, 2);
  }
};

TEST_F(CompareView, HoldsListsAndCountsOfBoth) {
  run(2, want(2, request(2)), {result_of(named(0), Outcome::failed)});
  const auto pair = views_.listed_pair({"demo", sha(2), sha(1)});
  ASSERT_TRUE(pair) << pair.error().text();
  EXPECT_EQ(pair->git_dir, "/srv/demo.git");
  EXPECT_EQ(pair->base.tests.size(), 3u);
  EXPECT_EQ(pair->head.tests.size(), 2u);
  EXPECT_EQ(pair->head.sha, sha(2));
  EXPECT_EQ(pair->head.subject, "commit 2");
  EXPECT_EQ(pair->head.parents, std::vector<std::string>{sha(1)});
  EXPECT_TRUE(pair->head.planned);
  EXPECT_TRUE(pair->head.unlisted.empty());
  for (const auto& test : pair->head.tests) {
    const bool is_run = test.name.test == named(0);
    EXPECT_EQ(test.counts[Outcome::failed], is_run ? 1 : 0);
    EXPECT_EQ(test.shown.failed, is_run ? 1 : 0);
    EXPECT_EQ(test.verdict, is_run ? "failed" : "none");
    EXPECT_EQ(test.name.suite, kSuite);
  }
}

TEST_F(CompareView, TheBaseIsTheFirstParentWhereNoneIsNamed) {
  const auto pair = views_.listed_pair({"demo", "main", ""});
  ASSERT_TRUE(pair);
  EXPECT_EQ(pair->head.sha, sha(3));
  EXPECT_EQ(pair->base.sha, sha(2));
  EXPECT_FALSE(pair->head.planned);
  plan_commit(3, {"a", "b"});
  EXPECT_EQ(views_.listed_pair({"demo", "main", ""})->head.unlisted,
            (std::vector<std::string>{"a", "b"}));
}

TEST_F(CompareView, WhatIsNotThereIsNamed) {
  add_commit(9, {8});
  const std::vector<std::pair<CompareQuery, std::string>> cases{
      {{"none", "main", ""}, "none"},
      {{"demo", "nowhere", ""}, "nowhere"},
      {{"demo", "main", "nowhere"}, "nowhere"},
      {{"demo", sha(1), ""}, "is the first one"},
      {{"demo", sha(9), ""}, "older than what is stored"},
  };
  for (const auto& [query, named] : cases) {
    const auto pair = views_.listed_pair(query);
    ASSERT_FALSE(pair) << named;
    EXPECT_EQ(pair.error().kind, ErrorKind::not_found);
    EXPECT_NE(pair.error().text().find(named), std::string::npos) << pair.error().text();
  }
}

}  // namespace
}  // namespace testlooper::store
