// The demo's history does what examples/demo/README.md says of it.
#include <fstream>
#include <memory>
#include <set>

#include "git/reader_fixture.hpp"

namespace testlooper::git {
namespace {

using ::testlooper::testing::Command;
using ::testlooper::testing::CommandEnd;
using ::testlooper::testing::run;

const std::string kDemo = std::string(TL_SOURCE_DIR) + "/examples/demo";
const std::string kReport = "tests/integration/report_test.sh::test_report_names_what_is_low";
const std::string kLimit = "tests/integration/settings_test.sh::test_limit_is_remembered";
const std::string kNumbers =
    "tests/unit/orders_test.sh::test_orders_of_a_day_have_different_numbers";
const std::string kCents = "tests/unit/money_test.sh::test_cents_are_written_with_two_digits";

class DemoTest : public ReaderTest {
 protected:
  // Made once: no test writes to it.
  static void SetUpTestSuite() {
    shared_ = std::make_unique<::testlooper::testing::TempDir>();
    must_run({.words = {kDemo + "/make_history.sh", demo()}});
  }
  static void TearDownTestSuite() { shared_.reset(); }
  static std::string demo() { return shared_->file("demo.git"); }

  std::string files_of_branch(const std::string& branch) {
    return files_of(reader_.resolve(demo(), branch).value());
  }
  // The commit's files, as a run has them.
  std::string files_of(const std::string& sha) {
    EXPECT_TRUE(reader_.write_tar(demo(), sha, "", sha, file("tar")).has_value());
    must_run({.words = {"tar", "-xf", file("tar"), "-C", dir_.path()}});
    return file(sha);
  }
  // Exit code 0 where all of them pass; run in this order.
  CommandEnd run_tests(const std::string& folder, const std::string& suite, const Names& tests) {
    std::ofstream list(file("list"));
    for (const auto& test : tests) list << test << "\n";
    list.close();
    must_run({.words = {"rm", "-rf", file("shop")}});
    const bool one_shop = suite == "tests/integration";
    return run({.words = {"sh", "tests/run.sh", suite, file("report.xml"), file("list")},
                .folder = folder,
                .variables = {{"SHOP_DATA", one_shop ? file("shop") : ""}}});
  }

 private:
  inline static std::unique_ptr<::testlooper::testing::TempDir> shared_;
};

TEST_F(DemoTest, HistoryIsTheSameEachTime) {
  setenv("GIT_AUTHOR_NAME", "Somebody Else", 1);
  must_run({.words = {"sh", "-c", "umask 077; exec \"$0\" \"$1\"", kDemo + "/make_history.sh",
                      file("again.git")}});
  const auto seen = scan(spec(demo()));
  EXPECT_EQ(seen.branches, scan(spec(file("again.git"))).branches);
  EXPECT_EQ(seen.head_branch, "main");
  EXPECT_EQ(seen.commits.size(), 16u);
  std::set<std::string> people;
  int merges = 0;
  for (const auto& commit : seen.commits) {
    people.insert(commit.author);
    merges += commit.parents.size() == 2 ? 1 : 0;
  }
  EXPECT_EQ(merges, 1);
  EXPECT_EQ(people, (std::set<std::string>{"Aiko Tanabe", "Jonas Weber", "Mara Lindt"}));
}

TEST_F(DemoTest, ExistingRepositoryIsLeftAlone) {
  const auto again = run({.words = {kDemo + "/make_history.sh", demo()}});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_EQ(again.err, "error: " + demo() + " exists already\n");
}

TEST_F(DemoTest, OneTestBreaksAndIsFixed) {
  Names broken;
  for (const auto& commit : scan(spec(demo())).commits) {
    const auto folder = files_of(commit.sha);
    if (run({.words = {"grep", "-q", "two_digits", folder + "/tests/unit/money_test.sh"}})
            .exit_code != 0) {
      continue;
    }
    if (run_tests(folder, "tests/unit", {kCents}).exit_code != 0) {
      broken.push_back(commit.message.substr(0, commit.message.find('\n')));
    }
  }
  EXPECT_EQ(broken,
            (Names{"Write amounts without printf", "Order numbers that people can say on the phone",
                   "Merge branch 'feature/search'", "Report what is low"}));
}

TEST_F(DemoTest, OneTestDependsOnTheOrder) {
  const auto folder = files_of_branch("main");
  EXPECT_EQ(run_tests(folder, "tests/integration", {kReport}).exit_code, 0);
  EXPECT_EQ(run_tests(folder, "tests/integration", {kReport, kLimit}).exit_code, 0);
  const auto after = run_tests(folder, "tests/integration", {kLimit, kReport});
  EXPECT_EQ(after.exit_code, 1);
  EXPECT_NE(after.out.find("FAIL  " + kReport), std::string::npos) << after.out;
}

TEST_F(DemoTest, OneTestFlakesInAFifthOfItsRuns) {
  const auto folder = files_of_branch("main");
  const auto end = run_tests(folder, "tests/unit", Names(60, kNumbers));
  std::size_t failures = 0;
  for (auto at = end.out.find("FAIL"); at != std::string::npos; at = end.out.find("FAIL", at + 1)) {
    ++failures;
  }
  // 11 of 60, and as far around as chance goes once in a hundred thousand times.
  EXPECT_GT(failures, 0u);
  EXPECT_LT(failures, 28u);
}

TEST_F(DemoTest, EverythingElsePassesAtTheHeads) {
  for (const std::string branch : {"main", "feature/search", "feature/discounts"}) {
    const auto folder = files_of_branch(branch);
    const auto listed = must_run(
        {.words = {"sh", "-c", ". tests/names.sh; tests_in tests/unit"}, .folder = folder});
    Names steady;
    for (std::size_t at = 0; at < listed.size(); at = listed.find('\n', at) + 1) {
      const auto test = listed.substr(at, listed.find('\n', at) - at);
      if (test != kNumbers && !test.ends_with("within_a_second")) steady.push_back(test);
    }
    EXPECT_GT(steady.size(), 10u);
    const auto end = run_tests(folder, "tests/unit", steady);
    EXPECT_EQ(end.exit_code, 0) << end.out;
  }
}

}  // namespace
}  // namespace testlooper::git
