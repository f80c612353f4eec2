// The branch page: which commits, in which order, and what each cell of the matrix says.
#include <algorithm>

#include "store/column.hpp"
#include "store_world.hpp"

namespace testlooper::store {
namespace {

class BranchView : public StoreWorld {
 protected:
  std::vector<std::string> shas(const BranchQuery& query) {
    const auto page = views_.branch(query);
    if (!page) {
      ADD_FAILURE() << page.error().text();
      return {};
    }
    std::vector<std::string> found;
    for (const auto& each : page->commits) found.push_back(each.sha);
    return found;
  }
  static std::vector<std::string> shas_of(const std::vector<int>& numbers) {
    std::vector<std::string> found;
    for (const int number : numbers) found.push_back(sha(number));
    return found;
  }
  // Runs the test of this number at the commit, once for each outcome.
  void outcomes(int commit_number, int test_number, const std::vector<Outcome>& each) {
    const auto desired = want(commit_number, request(static_cast<std::int64_t>(each.size())));
    for (const auto outcome : each) {
      run(commit_number, desired, {result_of(named(test_number), outcome)});
    }
  }
};

TEST_F(BranchView, ShowsTheNewestCommitsFirst) {
  add_line(3);
  EXPECT_EQ(shas(of_branch("main")), shas_of({3, 2, 1}));
  EXPECT_EQ(shas(of_branch("")), shas_of({3, 2, 1})) << "no name is the primary branch";
}

TEST_F(BranchView, WalksBothSidesOfAMerge) {
  // 1 - 2 - 4 - 5(merge of 4 and 3), 3 on 1
  add_commit(1);
  add_commit(2, {1});
  add_commit(3, {1});
  add_commit(4, {2});
  add_commit(5, {4, 3});
  set_branches({{"main", 5}});
  EXPECT_EQ(shas(of_branch("")), shas_of({5, 4, 3, 2, 1}));
  const auto page = views_.branch(of_branch(""));
  EXPECT_EQ(page->commits[0].parents, shas_of({4, 3})) << "in the order of git";
}

TEST_F(BranchView, AForcePushShowsTheNewLineOnly) {
  add_line(3);
  add_commit(10, {1});
  set_branches({{"main", 10}});
  EXPECT_EQ(shas(of_branch("")), shas_of({10, 1}));
}

TEST_F(BranchView, ADeletedBranchIsNotShownAndSaidToBeDeleted) {
  add_line(2);
  set_branches({{"main", 2}, {"topic", 1}});
  set_branches({{"main", 2}});
  const auto error = views_.branch(of_branch("topic")).error();
  EXPECT_EQ(error.kind, ErrorKind::not_found);
  EXPECT_NE(error.message.find("was deleted"), std::string::npos);
  EXPECT_EQ(views_.branch(of_branch(""))->branches.size(), 1u);
  EXPECT_EQ(views_.repos()->repos[0].branches, 1);
}

TEST_F(BranchView, ListsThePrimaryBranchFirstThenByName) {
  add_line(2);
  set_branches({{"main", 2}, {"a/b", 1}, {"z", 1}});
  const auto branches = views_.branch(of_branch("z"))->branches;
  ASSERT_EQ(branches.size(), 3u);
  EXPECT_EQ(branches[0].name, "main");
  EXPECT_TRUE(branches[0].primary);
  EXPECT_EQ(branches[1].name, "a/b");
  EXPECT_EQ(branches[1].head->sha, sha(1));
  EXPECT_FALSE(branches[2].primary);
}

TEST_F(BranchView, OlderCommitsComePageByPage) {
  add_line(5);
  auto query = of_branch("");
  query.limit = 2;
  EXPECT_EQ(shas(query), shas_of({5, 4}));
  EXPECT_TRUE(views_.branch(query)->more_commits);
  query.before = sha(4);
  EXPECT_EQ(shas(query), shas_of({3, 2}));
  query.before = sha(2);
  EXPECT_EQ(shas(query), shas_of({1}));
  EXPECT_FALSE(views_.branch(query)->more_commits);
}

TEST_F(BranchView, PagesThroughMergesRepeatAndLoseNothing) {
  add_commit(1);
  for (int number = 2; number <= 40; number += 3) {
    add_commit(number, {number - 1});
    add_commit(number + 1, {number - 1});
    add_commit(number + 2, {number, number + 1});
  }
  set_branches({{"main", 40}});
  auto all = of_branch("");
  all.limit = 200;
  auto query = of_branch("");
  query.limit = 7;
  std::vector<std::string> paged;
  for (;;) {
    const auto part = shas(query);
    paged.insert(paged.end(), part.begin(), part.end());
    if (part.size() < 7) break;
    query.before = paged.back();
  }
  EXPECT_EQ(paged.size(), 40u);
  EXPECT_EQ(paged, shas(all));
}

TEST_F(BranchView, HistoryEndsWhereTheScanDid) {
  add_commit(7, {6});  // 6 was never scanned
  set_branches({{"main", 7}});
  EXPECT_EQ(shas(of_branch("")), shas_of({7}));
}

TEST_F(BranchView, NamesThatAreNotThereAreNotFound) {
  add_line(1);
  auto query = of_branch("nowhere");
  EXPECT_EQ(views_.branch(query).error().kind, ErrorKind::not_found);
  query = of_branch("");
  query.before = sha(99);
  EXPECT_EQ(views_.branch(query).error().kind, ErrorKind::not_found);
  query.repo = "nothing";
  EXPECT_EQ(views_.branch(query).error().message, "there is no repository 'nothing'");
}

TEST_F(BranchView, ARepositoryWithoutBranchesIsAnEmptyPage) {
  const auto page = views_.branch(of_branch(""));
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->commits.empty());
  EXPECT_TRUE(page->branches.empty());
}

TEST_F(BranchView, EachCellSaysWhatTheRunsOfATestAtACommitSaid) {
  using enum Outcome;
  add_line(3);
  prepare(1, 1);
  prepare(2, 2);
  outcomes(1, 0, {failed});
  outcomes(2, 0, {passed, failed, failed});
  outcomes(2, 1, {skipped});
  const auto page = views_.branch(of_branch(""));
  ASSERT_TRUE(page);
  ASSERT_EQ(page->rows.size(), 2u);
  EXPECT_EQ(page->rows[0].name, "test_0");
  EXPECT_EQ(page->rows[0].cells, "-~F") << "3 has no list, 2 is mixed, 1 failed";
  ASSERT_EQ(page->rows[0].mixed.size(), 1u);
  EXPECT_EQ(page->rows[0].mixed[0].commit, 1);
  EXPECT_EQ(page->rows[0].mixed[0].failures, 2);
  EXPECT_EQ(page->rows[0].mixed[0].runs, 3);
  EXPECT_EQ(page->rows[1].cells, "-S-");
}

TEST_F(BranchView, RowsAreSortedAndMatchedByIdLiterally) {
  add_line(1);
  want(1);
  plan_commit(1);
  const auto listed = [](const char* path, const char* name) {
    return ListedTest{{path, name}, {}};
  };
  commit({change::TestsRecorded{
      suite(1).id,
      {{listed("b.py", "x"), listed("a.py", "y_%"), listed("a.py", "A"), listed("", "z")}, {}}}});
  const auto ids = [&](const std::string& text) {
    auto query = of_branch("");
    query.test_contains = text;
    std::vector<std::string> found;
    for (const auto& row : views_.branch(query)->rows) {
      found.push_back(TestName{row.path, row.name}.id());
    }
    return found;
  };
  EXPECT_EQ(ids(""), (std::vector<std::string>{"z", "a.py::A", "a.py::y_%", "b.py::x"}));
  EXPECT_EQ(ids("_%"), std::vector<std::string>{"a.py::y_%"});
  EXPECT_EQ(ids("y::"), (std::vector<std::string>{"a.py::A", "a.py::y_%", "b.py::x"}));
  EXPECT_TRUE(ids("unit").empty()) << "the suite is no part of the id";
}

TEST(Cells, TellApartWhatHappened) {
  using enum Outcome;
  const auto cell = [](const std::vector<Outcome>& outcomes) {
    OutcomeCounts counts;
    for (const auto outcome : outcomes) ++counts[outcome];
    return cell_of(counts);
  };
  EXPECT_EQ(cell({}), '.');
  EXPECT_EQ(cell({passed}), 'P');
  EXPECT_EQ(cell({failed}), 'F');
  EXPECT_EQ(cell({error}), 'E');
  EXPECT_EQ(cell({skipped}), 'S');
  EXPECT_EQ(cell({xfailed}), 'x');
  EXPECT_EQ(cell({xpassed}), 'X');
  EXPECT_EQ(cell({timed_out}), 'T');
  EXPECT_EQ(cell({crashed}), 'C');
  EXPECT_EQ(cell({infra}), 'I');
  EXPECT_EQ(cell({passed, failed}), '~');
  EXPECT_EQ(cell({xfailed, crashed}), '~');
  EXPECT_EQ(cell({failed, timed_out, timed_out}), 'T') << "failures of two kinds are no flake";
  EXPECT_EQ(cell({failed, timed_out}), 'F');
  EXPECT_EQ(cell({passed, skipped, infra}), 'P');
}

}  // namespace
}  // namespace testlooper::store
