// The search for a culprit: on lines, on graphs, with gaps, and where there is none.
#include "lab/bisect.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "lab/random.hpp"

namespace testlooper::lab {
namespace {

constexpr int kLimit = 3'000;

Parents line(int commits) {
  Parents parents(1);
  for (int i = 1; i < commits; ++i) parents.push_back({i - 1});
  return parents;
}

std::vector<BisectCommit> range(std::size_t commits) {
  std::vector<BisectCommit> all(commits);
  all[0].candidate = false;
  return all;
}

class World {
 public:
  World(Parents parents, int culprit, double before, double after, std::uint64_t seed)
      : ancestry_(std::move(parents)), before_(before), after_(after), random_(seed) {
    for (int commit = 0; commit < ancestry_.size(); ++commit) {
      bad_.push_back(std::ranges::binary_search(ancestry_.with_ancestors(commit), culprit));
    }
  }
  bool fails(int commit) {
    return random_.chance(bad_[static_cast<std::size_t>(commit)] ? after_ : before_);
  }
  // Until the verdict, `in_flight` runs at a time.
  BisectAnswer search(Bisection& bisection, int in_flight = 1) {
    std::vector<int> pending;
    for (runs = 0; runs < kLimit; ++runs) {
      const auto answer = bisection.answer();
      if (answer.verdict != BisectVerdict::open) return answer;
      const auto room = in_flight - static_cast<int>(pending.size());
      for (const auto commit : bisection.next(room, pending)) pending.push_back(commit);
      if (pending.empty()) break;
      const auto ended = pending.front();
      pending.erase(pending.begin());
      asked.push_back(ended);
      bisection.add(ended, {fails(ended) ? 1 : 0, 1});
    }
    return bisection.answer();
  }

  int runs = 0;
  std::vector<int> asked;

 private:
  Ancestry ancestry_;
  std::vector<bool> bad_;
  double before_;
  double after_;
  Random random_;
};

TEST(Bisect, FindsTheCulpritOnALine) {
  int right = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto culprit = 1 + static_cast<int>(seed * 3 % 127);
    World world(line(128), culprit, .02, .3, seed);
    Bisection bisection(line(128), range(128));
    const auto answer = world.search(bisection);
    right += answer.verdict == BisectVerdict::culprit && answer.commits == std::vector{culprit};
  }
  EXPECT_GE(right, 37);
}

TEST(Bisect, FindsItOnAnyPathOfAGraph) {
  // Side branches of three commits, each begun two commits before and merged.
  Parents parents(1);
  int head = 0;
  int begin = 0;
  while (parents.size() < 120) {
    const auto size = static_cast<int>(parents.size());
    parents.push_back({begin});
    parents.push_back({size});
    parents.push_back({size + 1});
    parents.push_back({head});
    parents.push_back({size + 3, size + 2});
    begin = size + 3;
    head = size + 4;
  }
  int right = 0;
  for (int culprit = 1; culprit < 120; culprit += 5) {
    World world(parents, culprit, 0, .4, static_cast<std::uint64_t>(culprit));
    Bisection bisection(parents, range(parents.size()));
    const auto answer = world.search(bisection);
    right += answer.verdict == BisectVerdict::culprit && answer.commits == std::vector{culprit};
  }
  EXPECT_GE(right, 22) << "of 24";
}

TEST(Bisect, AVerdictIsVerifiedAtTheCulpritAndItsParents) {
  World world({{}, {0}, {0}, {1, 2}, {3}}, 3, 0, .5, 4);
  Bisection bisection({{}, {0}, {0}, {1, 2}, {3}}, range(5));
  const auto answer = world.search(bisection);
  EXPECT_EQ(answer.verdict, BisectVerdict::culprit);
  EXPECT_EQ(answer.commits, std::vector{3});
  for (const int commit : {1, 2, 3}) {
    EXPECT_GE(std::ranges::count(world.asked, commit), 3) << commit;
  }
  EXPECT_GT(answer.rate_after, .2);
  EXPECT_LT(answer.rate_before, .1);
}

TEST(Bisect, OnceTheLikeliestHasFailedRunsGoToItsParentUntilTheSearchIsSure) {
  constexpr int kCulprit = 10;
  auto commits = range(20);
  for (std::size_t commit = 0; commit < commits.size(); ++commit) {
    commits[commit].runs = commit < kCulprit ? Counts{0, 40} : Counts{10, 40};
  }
  // It has failed, in few runs; its parent never did, in more.
  commits[kCulprit - 1].runs = {0, 8};
  commits[kCulprit].runs = {1, 4};
  Bisection bisection(line(20), commits);
  int asked = 0;
  while (bisection.answer().probability < BisectSettings{}.stop && ++asked < 100) {
    ASSERT_EQ(bisection.answer().commits, std::vector{kCulprit});
    ASSERT_GT(bisection.answer().probability, BisectSettings{}.suspect);
    ASSERT_EQ(bisection.next(1), std::vector{kCulprit - 1});
    bisection.add(kCulprit - 1, {0, 1});
  }
  EXPECT_GT(asked, 0);
  EXPECT_LT(asked, 20);
}

TEST(Bisect, SaysThatTheRangeDoesNotHoldTheBeginning) {
  int said = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    World world(line(64), -1, .2, .2, seed);
    Bisection bisection(line(64), range(64));
    const auto answer = world.search(bisection);
    said += answer.verdict == BisectVerdict::starts_before && answer.commits.empty();
  }
  EXPECT_GE(said, 19);
}

TEST(Bisect, WhatFailsFromTheFirstCommitThatCanRunBeganBefore) {
  int said = 0;
  std::size_t runs = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    auto commits = range(64);
    for (int i = 0; i < 5; ++i) commits[static_cast<std::size_t>(i)].runnable = false;
    World world(line(64), -1, .2, .2, seed);
    Bisection bisection(line(64), commits);
    said += world.search(bisection).verdict == BisectVerdict::starts_before;
    runs += world.asked.size();
  }
  EXPECT_GE(said, 19);
  EXPECT_LT(runs, 20u * 250) << "it went on though no run could tell more";
}

TEST(Bisect, WhereTheOnlyCandidateIsTheFirstThatCanRunSomeRunsTellAll) {
  auto commits = range(3);
  commits[0].runnable = commits[1].runnable = false;
  World failing(line(3), -1, .2, .2, 1);
  Bisection fails(line(3), commits);
  EXPECT_EQ(fails.answer().verdict, BisectVerdict::open);
  EXPECT_EQ(fails.next(2), (std::vector{2, 2}));
  EXPECT_EQ(failing.search(fails).verdict, BisectVerdict::starts_before);
  World passing(line(3), -1, 0, 0, 1);
  Bisection passes(line(3), commits);
  EXPECT_EQ(passing.search(passes).verdict, BisectVerdict::never_fails);
  EXPECT_EQ(static_cast<std::int64_t>(passing.asked.size()), BisectSettings{}.verify_runs);
}

TEST(Bisect, SaysThatNothingFails) {
  World world(line(64), -1, 0, 0, 1);
  Bisection bisection(line(64), range(64));
  EXPECT_EQ(world.search(bisection).verdict, BisectVerdict::never_fails);
}

// They may be why somebody asked, or have one cause: they say where to look, and accuse nobody.
TEST(Bisect, StoredRunsSayWhereAndFreshOnesVerify) {
  auto commits = range(10);
  for (std::size_t i = 0; i < 10; ++i) commits[i].runs = {i >= 6 ? 40 : 1, 200};
  Bisection bisection(line(10), commits);
  EXPECT_EQ(bisection.answer().verdict, BisectVerdict::open);
  EXPECT_EQ(bisection.answer().commits, std::vector{6});
  std::vector<int> chosen;
  for (int i = 0; i < 100 && bisection.answer().verdict == BisectVerdict::open; ++i) {
    chosen.push_back(bisection.next(1).at(0));
    bisection.add(chosen.back(), {chosen.back() == 6 ? 1 : 0, 1});
  }
  EXPECT_EQ(bisection.answer().verdict, BisectVerdict::culprit);
  EXPECT_TRUE(bisection.answer().compared);
  EXPECT_TRUE(std::ranges::all_of(chosen, [](int at) { return at == 5 || at == 6; }));
  EXPECT_LE(chosen.size(), 12u);
  EXPECT_TRUE(bisection.next(8).empty());
}

// Stored runs of a commit that share their luck, and the newest of which were why it was begun.
TEST(Bisect, RunsThatShareTheirLuckAccuseNobody) {
  Random random(5);
  constexpr double kBadLuck = .05, kBad = .6, kGood = .01;
  int blamed = 0;
  for (int trial = 0; trial < 40; ++trial) {
    auto commits = range(100);
    for (std::size_t i = 0; i < 100; ++i) {
      const auto rate = i == 99 || random.chance(kBadLuck) ? kBad : kGood;
      for (int run = 0; run < 10; ++run) {
        commits[i].runs = commits[i].runs + Counts{random.chance(rate) ? 1 : 0, 1};
      }
    }
    Bisection bisection(line(100), commits);
    for (int run = 0; run < 3'000; ++run) {
      const auto next = bisection.next(1);
      if (next.empty()) break;
      bisection.add(next[0], {random.chance(kBadLuck * kBad + (1 - kBadLuck) * kGood) ? 1 : 0, 1});
    }
    if (bisection.answer().verdict == BisectVerdict::culprit) ++blamed;
  }
  EXPECT_LE(blamed, 4);
}

TEST(Bisect, ThePriorAloneIsNoAnswer) {
  const Bisection bisection(line(10), range(10), {.none = .5, .stop_none = .5});
  EXPECT_EQ(bisection.answer().verdict, BisectVerdict::open);
  EXPECT_FALSE(bisection.next(1).empty());
}

TEST(Bisect, ACulpritWithoutParentsThatRunIsNotSaidToBeCompared) {
  auto commits = range(4);
  commits[0].runnable = commits[1].runnable = false;
  commits[0].runs = {0, 400};
  Bisection bisection(line(4), commits);
  for (int run = 0; run < 20; ++run) bisection.add(2, {1, 1});
  ASSERT_EQ(bisection.answer().verdict, BisectVerdict::culprit);
  EXPECT_FALSE(bisection.answer().compared);
}

TEST(Bisect, CommitsThatCannotRunAreNeverAskedAndSharedTheBlame) {
  auto commits = range(40);
  commits[20].runnable = commits[21].runnable = false;
  World world(line(40), 21, 0, .5, 2);
  Bisection bisection(line(40), commits);
  const auto answer = world.search(bisection);
  EXPECT_EQ(answer.verdict, BisectVerdict::culprit);
  EXPECT_EQ(answer.commits, (std::vector{20, 21, 22}));
  EXPECT_EQ(std::ranges::count(world.asked, 20) + std::ranges::count(world.asked, 21), 0);
}

TEST(Bisect, ACommitThatTurnsOutNotToBuildIsSkipped) {
  World world(line(40), 17, 0, .5, 2);
  Bisection bisection(line(40), range(40));
  const auto first = bisection.next(1).at(0);
  bisection.set_not_runnable(first);
  const auto answer = world.search(bisection);
  EXPECT_EQ(answer.verdict, BisectVerdict::culprit);
  EXPECT_EQ(std::ranges::count(world.asked, first), 0);
}

TEST(Bisect, RunsThatAreFoundOfASkippedCommitTellItApart) {
  auto commits = range(10);
  for (std::size_t i = 0; i < 10; ++i) commits[i].runs = {i >= 6 ? 80 : 1, i == 5 ? 0 : 200};
  commits[5] = {.runnable = false, .runs = {}};
  Bisection bisection(line(10), commits);
  EXPECT_EQ(bisection.answer().commits, (std::vector{5, 6}));
  bisection.add(5, {1, 200});
  EXPECT_EQ(bisection.answer().commits, std::vector{6});
}

TEST(Bisect, WithoutRunnableCommitsItIsStuck) {
  auto commits = range(5);
  for (auto& commit : commits) commit.runnable = false;
  Bisection bisection(line(5), commits);
  EXPECT_TRUE(bisection.next(1).empty());
  EXPECT_EQ(bisection.answer().verdict, BisectVerdict::stuck);
}

TEST(Bisect, EightInFlightFindTheSame) {
  World world(line(128), 77, 0, .3, 3);
  Bisection bisection(line(128), range(128));
  const auto answer = world.search(bisection, 8);
  EXPECT_EQ(answer.verdict, BisectVerdict::culprit);
  EXPECT_EQ(answer.commits, std::vector{77});
}

TEST(Bisect, MoreIsInFlightTheMoreIsKnown) {
  auto commits = range(128);
  EXPECT_EQ(Bisection(line(128), commits).next(8).size(), 1u);
  commits[100].runs = {2, 24};
  EXPECT_EQ(Bisection(line(128), commits).next(8).size(), 3u);
  EXPECT_EQ(Bisection(line(128), commits).next(8, {50, 60}).size(), 1u);
  EXPECT_TRUE(Bisection(line(128), commits).next(8, {50, 60, 70}).empty());
  commits[100].runs = {8, 84};
  EXPECT_EQ(Bisection(line(128), commits).next(8).size(), 8u);
}

TEST(Bisect, IsResumedByItsRuns) {
  World world(line(128), 50, .05, .3, 9);
  Bisection bisection(line(128), range(128));
  auto stored = range(128);
  BisectSettings settings;
  for (; settings.made < 80; ++settings.made) {
    const auto commit = bisection.next(1).at(0);
    const Counts counts{world.fails(commit) ? 1 : 0, 1};
    bisection.add(commit, counts);
    auto& at = stored[static_cast<std::size_t>(commit)];
    at.runs = at.runs + counts;
    at.built = true;
  }
  const Bisection resumed(line(128), stored, settings);
  EXPECT_EQ(resumed.next(1), bisection.next(1));
  EXPECT_NEAR(resumed.answer().probability, bisection.answer().probability, 1e-12);
}

TEST(Bisect, ABuiltCommitIsPreferredToOneThatIsNot) {
  auto commits = range(64);
  for (const std::size_t i : {31u, 33u}) commits[i].built = true;
  Bisection bisection(line(64), commits);
  const auto first = bisection.next(1).at(0);
  EXPECT_TRUE(first == 31 || first == 33) << first;
}

TEST(Bisect, BesideManyRunsABuildIsCheap) {
  auto commits = range(64);
  commits[10].built = true;
  const auto first = [&](std::int64_t made) {
    BisectSettings settings;
    settings.made = made;
    return Bisection(line(64), commits, settings).next(1).at(0);
  };
  EXPECT_EQ(first(0), 10);
  EXPECT_EQ(first(60), 10);
  commits[10].built = false;
  EXPECT_NE(first(0), 10);
  const auto tells_most = first(0);
  commits[10].built = true;
  EXPECT_EQ(first(6'000), tells_most);
}

}  // namespace
}  // namespace testlooper::lab
