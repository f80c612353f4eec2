// `testlooper flaky`, `clusters` and `quarantine` against a real server on loopback.
#include <fstream>
#include <sstream>

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include "testlooper/base/limits.hpp"

#include "cli/cli.hpp"
#include "http/server.hpp"
#include "support/fake_commands.hpp"
#include "support/fake_comparer.hpp"
#include "support/fake_retention.hpp"
#include "support/fake_views.hpp"
#include "support/sample_logins.hpp"
#include "support/sample_pages.hpp"
#include "support/temp_dir.hpp"

namespace testlooper::cli {
namespace {

class FlakyCommands : public ::testing::Test {
 protected:
  FlakyCommands()
      : server_(options(), views_, comparer_, commands_, retention_, hub_,
                [this] { return facts_; }, {}) {
    EXPECT_TRUE(server_.start());
    ::setenv("TESTLOOPER_TOKEN", testing::kAdminToken.c_str(), 1);
  }
  static http::HttpOptions options() {
    http::HttpOptions options;
    options.port = 0;
    return options;
  }
  int run(std::vector<std::string> arguments) {
    out_.str("");
    err_.str("");
    const auto url = "http://127.0.0.1:" + std::to_string(server_.port());
    arguments.insert(arguments.begin(), "testlooper");
    arguments.insert(arguments.end(), {"--server", url});
    std::vector<const char*> argv;
    for (const auto& argument : arguments) argv.push_back(argument.c_str());
    const CliContext context{"1.2.3", out_, err_, false, {}};
    return run_cli(context, static_cast<int>(argv.size()), argv.data());
  }

  testing::FakeViews views_;
  testing::FakeComparer comparer_;
  testing::FakeCommands commands_;
  testing::FakeRetention retention_;
  http::EventHub hub_;
  http::ServerFacts facts_{{true, "", "docker 20.10"}, 4, WallTime{0}, WallTime{1}};
  http::HttpServer server_;
  std::ostringstream out_, err_;
};

TEST_F(FlakyCommands, TheListSaysWhyEachTestIsOnIt) {
  EXPECT_EQ(run({"flaky", "demo"}), 0);
  EXPECT_EQ(out_.str(),
            "1 flaky tests in demo, 2 proven fixed\n\n"
            "unit/test_a.py::test_one\n"
            "  Flaky: it passed and failed at 2 commits.\n"
            "  hit 3 commits of 2 people; failed runs took 4.5 s\n"
            "  cluster cccccccccccc of 2 tests\n"
            "  quarantine until 2023-12-08, owner ada\n"
            "\nand more (--limit shows more)\n");
  EXPECT_EQ(run({"flaky", "demo", "--standing", "all", "--order", "rate", "--contains", "a&b"}), 0);
  EXPECT_EQ(views_.flaky_queries().back().standing, "all");
  EXPECT_EQ(views_.flaky_queries().back().contains, "a&b");
  EXPECT_EQ(run({"flaky", "demo", "--json"}), 0);
  EXPECT_TRUE(out_.str().starts_with("{\"revision\":77")) << out_.str();
}

TEST_F(FlakyCommands, WhatCanNotBeDoneIsOneLine) {
  EXPECT_EQ(run({"flaky", "nobody"}), 2);
  EXPECT_EQ(err_.str(), "testlooper: is not known\n");
  EXPECT_EQ(run({"flaky", "demo", "--limit", "0"}), 2);
  EXPECT_EQ(run({"flaky", "demo", "--order", "size"}), 2);
  EXPECT_EQ(run({"clusters", "demo", "dddddddd"}), 2);
}

TEST_F(FlakyCommands, ClustersAreShownAndOneOfThem) {
  EXPECT_EQ(run({"clusters", "demo"}), 0);
  EXPECT_TRUE(
      out_.str().starts_with("cccccccccccc  3 failures of 1 tests, last 1970-01-01\n"
                             "  lost connection 12\n"))
      << out_.str();
  EXPECT_TRUE(out_.str().contains("failed together in 2 attempts:\n"));
  EXPECT_EQ(run({"clusters", "demo", "cccccccc"}), 0);
  EXPECT_TRUE(out_.str().contains("  3  unit/test_a.py::test_one\n")) << out_.str();
}

TEST_F(FlakyCommands, ATestIsPutIntoQuarantineListedAndTakenOut) {
  EXPECT_EQ(run({"quarantine", "add", "demo", "test_a.py::test_one", "--owner", "ada", "--reason",
                 "a race", "--days", "7"}),
            0);
  EXPECT_EQ(out_.str(), "test_a.py::test_one is in quarantine for 7 days\n");
  EXPECT_EQ(run({"quarantine", "list", "demo"}), 0);
  EXPECT_EQ(out_.str(),
            "unit/test_a.py::test_one\n  until 2023-12-08, owner ada: a race\n"
            "  flaky: 3 of 20 runs failed (5.0 % to 35 %)\n"
            "unit/test_a.py::test_old\n  expired on 2023-12-08, owner ada: a race\n"
            "  flaky: 3 of 20 runs failed (5.0 % to 35 %)\n");
  EXPECT_EQ(run({"quarantine", "list", "demo", "--format", "pytest"}), 0);
  EXPECT_EQ(out_.str(), "--deselect=test_a.py::test_one\n");
  EXPECT_EQ(run({"quarantine", "remove", "demo", "test_a.py::test_one"}), 0);
  EXPECT_EQ(out_.str(), "unit/test_a.py::test_one is in quarantine no more\n");
  const auto given = commands_.orders();
  ASSERT_EQ(given.size(), 2u);
  EXPECT_EQ(std::get<orders::Quarantine>(given[0]).who, "ada");
  EXPECT_EQ(std::get<orders::Unquarantine>(given[1]).id, QuarantineId{4});
  EXPECT_EQ(run({"quarantine", "remove", "demo", "nobody"}), 2);
  EXPECT_EQ(err_.str(), "testlooper: 'nobody' is not in quarantine in demo\n");
  EXPECT_EQ(run({"quarantine", "add", "demo", "x", "--owner", "a"}), 2) << "no reason";
}

TEST_F(FlakyCommands, ReportsAreImportedAFileAtATime) {
  const testing::TempDir dir;
  std::ofstream(dir.file("r.xml")) << "<testsuite><testcase name='a'/></testsuite>";
  std::ofstream(dir.file("bad.xml")) << "<testsuite>";
  EXPECT_EQ(run({"import", "junit", dir.file("r.xml"), "--repo", "demo", "--commit", "main",
                 "--suite", "unit", "--attempt", "7"}),
            0)
      << err_.str();
  EXPECT_TRUE(out_.str().contains("results imported into suite unit\n")) << out_.str();
  const auto order = std::get<orders::Import>(commands_.orders().at(0));
  EXPECT_EQ(order.file, dir.file("r.xml"));
  EXPECT_EQ(order.attempt, "7");
  EXPECT_EQ(order.source, "cli");
  EXPECT_EQ(run({"import", "junit", dir.file("bad.xml"), dir.file("r.xml"), "--repo", "demo",
                 "--commit", "main"}),
            2);
  EXPECT_EQ(err_.str(), "testlooper: " + dir.file("bad.xml") +
                            ": report: the report is cut: its XML ends too early\n");
  EXPECT_EQ(commands_.orders().size(), 2u) << "the good file is taken all the same";
  EXPECT_EQ(run({"import", "go-json", dir.file("r.xml"), "--repo", "demo", "--commit", "main"}), 2);
  EXPECT_EQ(run({"import", "junit", dir.file("nothing"), "--repo", "demo", "--commit", "main"}), 2);
  EXPECT_EQ(run({"import", "junit", dir.file("r.xml"), "--repo", "demo"}), 2) << "no commit";
  commands_.fail_with({ErrorKind::conflict, limits::kImportKnown, {}});
  EXPECT_EQ(run({"import", "junit", dir.file("r.xml"), "--repo", "demo", "--commit", "main"}), 0);
  EXPECT_TRUE(out_.str().ends_with("this report was imported before; nothing was added\n"));
}

}  // namespace
}  // namespace testlooper::cli
