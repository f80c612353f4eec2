// What is new, on random histories, compared with what git itself says.
#include <algorithm>
#include <random>
#include <set>

#include "git/reader_fixture.hpp"

namespace testlooper::git {
namespace {

using Ids = std::set<std::string>;

constexpr int kCommits = 60;

// For git fast-import. Up to three parents among the last ten commits; one in twelve begins anew.
std::string random_history(std::mt19937& random, bool clocks_are_right) {
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::string stream;
  for (int i = 1; i <= kCommits; ++i) {
    const auto time = 1'700'000'000 + (clocks_are_right ? i * 60 : below(4000));
    const auto mark = std::to_string(i);
    stream += "commit refs/heads/c" + mark + "\nmark :" + mark + "\ncommitter A <a@x> " +
              std::to_string(time) + " +0000\ndata 1\nm\n";
    std::set<int> parents;
    const int wanted = i == 1 || below(12) == 0 ? 0 : 1 + below(3);
    for (int p = 0; p < wanted; ++p) parents.insert(std::max(1, i - 1 - below(10)));
    bool first = true;
    for (const int parent : parents) {
      stream += (first ? "from :" : "merge :") + std::to_string(parent) + "\n";
      first = false;
    }
    stream += "\n";
  }
  return stream;
}

class RandomHistoryTest : public ReaderTest, public ::testing::WithParamInterface<int> {
 protected:
  Ids rev_list(const Names& heads, const Names& known) {
    Names words = {"rev-list"};
    words.insert(words.end(), heads.begin(), heads.end());
    for (const auto& sha : known) words.push_back("^" + sha);
    const auto text = repo_.git(words);
    Ids ids;
    for (std::size_t at = 0; at < text.size(); at += 41) ids.insert(text.substr(at, 40));
    return ids;
  }
  Names tips() {
    const auto text = repo_.git({"for-each-ref", "--format=%(objectname)", "refs/heads/"});
    Names ids;
    for (std::size_t at = 0; at < text.size(); at += 41) ids.push_back(text.substr(at, 40));
    return ids;
  }
  // These branches, and no others.
  void set_branches(const Names& heads) {
    std::string orders;
    for (int i = 1; i <= kCommits; ++i) {
      orders += "delete refs/heads/c" + std::to_string(i) + "\n";
    }
    for (const auto& head : heads) orders += "update refs/heads/h" + head + " " + head + "\n";
    repo_.git({"update-ref", "--stdin"}, orders);
  }
  void expect_parents_first(const RefsObserved& seen) {
    Ids all, before;
    for (const auto& commit : seen.commits) all.insert(commit.sha);
    for (const auto& commit : seen.commits) {
      for (const auto& parent : commit.parents) {
        EXPECT_TRUE(!all.contains(parent) || before.contains(parent));
      }
      EXPECT_TRUE(before.insert(commit.sha).second) << "twice";
    }
  }

  GitRepo repo_ = GitRepo::bare(file("calc.git"));
};

TEST_P(RandomHistoryTest, NothingNewIsMissed) {
  std::mt19937 random(static_cast<unsigned>(GetParam()));
  const bool clocks_are_right = GetParam() % 2 == 0;
  repo_.git({"fast-import", "--quiet"}, random_history(random, clocks_are_right));
  Names ids = tips();
  std::ranges::shuffle(ids, random);
  const Names known(ids.begin(), ids.begin() + 5), heads(ids.begin() + 3, ids.begin() + 9);
  set_branches(heads);
  auto deep = spec(repo_.path());
  deep.scan_depth = 1000;
  const auto seen = scan(deep, known);
  expect_parents_first(seen);
  Ids found;
  for (const auto& commit : seen.commits) found.insert(commit.sha);
  Ids expected = rev_list(heads, known);
  EXPECT_TRUE(std::ranges::includes(found, expected));
  for (const auto& head : heads) {
    if (std::ranges::find(known, head) == known.end()) expected.insert(head);
  }
  // Where clocks ran wrong, some that are known may be taken for new; never others.
  if (clocks_are_right) {
    EXPECT_EQ(found, expected);
  } else {
    EXPECT_TRUE(std::ranges::includes(rev_list(heads, {}), found));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomHistoryTest, ::testing::Range(0, 24));

}  // namespace
}  // namespace testlooper::git
