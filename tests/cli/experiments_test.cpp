// Hunts, proofs and bisections by command, against a real server between fakes.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/cli.hpp"
#include "cli/experiment_follow.hpp"
#include "http/server.hpp"
#include "support/fake_commands.hpp"
#include "support/fake_comparer.hpp"
#include "support/fake_retention.hpp"
#include "support/fake_views.hpp"
#include "support/sample_flaky.hpp"
#include "support/sample_logins.hpp"
#include "support/sample_pages.hpp"
#include "support/temp_dir.hpp"

namespace testlooper::cli {
namespace {

class ExperimentCommands : public ::testing::Test {
 protected:
  ExperimentCommands()
      : server_(options(), views_, comparer_, commands_, retention_, hub_,
                [] { return http::ServerFacts{}; }, {}) {
    EXPECT_TRUE(server_.start());
    ::setenv("TESTLOOPER_TOKEN", testing::kAdminToken.c_str(), 1);
  }
  static http::HttpOptions options() {
    http::HttpOptions options;
    options.port = 0;
    return options;
  }
  int run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "testlooper");
    arguments.insert(arguments.end(),
                     {"--server", "http://127.0.0.1:" + std::to_string(server_.port())});
    std::vector<const char*> argv;
    for (const auto& argument : arguments) argv.push_back(argument.c_str());
    out_.str("");
    err_.str("");
    const CliContext context{"1.2.3", out_, err_, false, {}};
    return run_cli(context, static_cast<int>(argv.size()), argv.data());
  }
  ExperimentRequest asked() { return views_.experiment_requests().back(); }

  testing::FakeViews views_;
  testing::FakeComparer comparer_;
  testing::FakeCommands commands_;
  testing::FakeRetention retention_;
  http::EventHub hub_;
  http::HttpServer server_;
  std::ostringstream out_, err_;
};

TEST_F(ExperimentCommands, AHuntHasItsBounds) {
  EXPECT_EQ(run({"hunt", "9", "--commit", "main", "--until-failures", "5", "--runs", "200", "--for",
                 "1h30m", "--in-flight", "2", "--background", "--no-wait"}),
            0)
      << err_.str();
  EXPECT_EQ(asked().kind, ExperimentKind::hunt);
  EXPECT_EQ(asked().test, "9");
  EXPECT_EQ(asked().commit, "main");
  EXPECT_EQ(asked().until_failures, 5);
  EXPECT_EQ(asked().runs, 200);
  EXPECT_EQ(asked().duration, Seconds{5'400});
  EXPECT_EQ(asked().in_flight, 2);
  EXPECT_TRUE(asked().background);
  EXPECT_FALSE(asked().yes);
  EXPECT_EQ(asked().requested_by, "ada");
  EXPECT_EQ(out_.str().find("experiment "), 0u);
  EXPECT_NE(out_.str().find("/experiments/"), std::string::npos);
}

TEST_F(ExperimentCommands, AConditionGoesWithAllButADiagnosis) {
  Condition condition;
  condition.cpus = .5;
  condition.order.kind = OrderKind::reverse;
  for (std::vector<std::string> words : {std::vector<std::string>{"hunt", "9"},
                                         {"prove", "9", "--against", ".1"},
                                         {"bisect", "9"}}) {
    words.insert(words.end(), {"--condition", "cpus=0.5", "--order", "reverse", "--no-wait"});
    EXPECT_EQ(run(words), 0) << err_.str();
    EXPECT_EQ(asked().condition, condition);
  }
  EXPECT_EQ(run({"diagnose", "9", "--effort", "3", "--no-wait"}), 0) << err_.str();
  EXPECT_EQ(asked().kind, ExperimentKind::diagnose);
  EXPECT_EQ(asked().effort, 3);
}

TEST_F(ExperimentCommands, AProofAndABisectionHaveTheirs) {
  EXPECT_EQ(run({"prove", "9", "--repo", "demo", "--commit", "fix", "--against", "5%", "--risk",
                 ".01", "--method", "sprt", "--yes", "--no-wait"}),
            0);
  EXPECT_EQ(asked().kind, ExperimentKind::prove);
  EXPECT_EQ(asked().repo, "demo");
  EXPECT_EQ(asked().against, "5%");
  EXPECT_DOUBLE_EQ(asked().risk, .01);
  EXPECT_EQ(asked().method, ProveMethod::sequential);
  EXPECT_TRUE(asked().yes);
  EXPECT_EQ(
      run({"bisect", "9", "--good", "v1", "--bad", "main", "--confidence", ".99", "--no-wait"}), 0);
  EXPECT_EQ(asked().kind, ExperimentKind::bisect);
  EXPECT_EQ(asked().good, "v1");
  EXPECT_EQ(asked().bad, "main");
  EXPECT_DOUBLE_EQ(asked().confidence, .99);
}

TEST_F(ExperimentCommands, AClusterIsAskedForAsAWhole) {
  EXPECT_EQ(
      run({"prove", "--cluster", "cccccccc", "--repo", "demo", "--commit", "fix", "--no-wait"}), 0)
      << err_.str();
  EXPECT_EQ(asked().cluster, "cccccccc");
  EXPECT_EQ(asked().commit, "fix");
  EXPECT_DOUBLE_EQ(asked().risk, .05);
  EXPECT_NE(out_.str().find("experiment 5 "), std::string::npos) << out_.str();
  EXPECT_NE(out_.str().find("experiment 6 "), std::string::npos) << out_.str();
}

TEST_F(ExperimentCommands, BadInputIsOneLine) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{"hunt", "none"}, "testlooper: is not known\n"},
      {{"hunt", "9", "--for", "soon"}, "is no duration"},
      {{"hunt", "9", "--runs", "0"}, "testlooper: --runs: "},
      {{"hunt", "9", "--condition", "cpu=1"}, "condition 'cpu=1': there is no such factor"},
      {{"diagnose", "9", "--condition", "cpus=1"}, "--condition"},
      {{"diagnose", "9", "--effort", "0"}, "testlooper: --effort: "},
      {{"prove", "9"}, "--against: is required: the rate"},
      {{"prove", "9", "--cluster", "cccccccc"}, "--cluster"},
      {{"prove", "--cluster", "dddddddd", "--repo", "demo"}, "testlooper: is not known\n"},
      {{"prove", "9", "--against", ".1", "--risk", "2"}, "risk: must be a number between 0 and 1"},
      {{"prove", "9", "--against", ".1", "--method", "luck"}, "--method"},
      {{"bisect", "9", "--confidence", "1"}, "confidence: must be a number between 0 and 1"},
      {{"experiment", "show", "4"}, "testlooper: is not known\n"}};
  for (const auto& [arguments, said] : cases) {
    EXPECT_EQ(run(arguments), 2) << arguments[0];
    EXPECT_NE(err_.str().find(said), std::string::npos) << err_.str();
    EXPECT_EQ(std::ranges::count(err_.str(), '\n'), 1) << err_.str();
  }
}

TEST_F(ExperimentCommands, OneIsShownFollowedAndOrdered) {
  EXPECT_EQ(run({"experiment", "show", "3"}), 0);
  EXPECT_NE(out_.str().find("culprit: 1234567890 made it fail more often\n"), std::string::npos)
      << out_.str();
  EXPECT_NE(out_.str().find(" 98.0 %  1234567890  a commit\n"), std::string::npos);
  EXPECT_NE(out_.str().find("or, in a checkout of the commit:\ndocker run"), std::string::npos);
  EXPECT_EQ(run({"experiment", "follow", "3"}), 0) << "it has found its culprit";
  for (const auto* order : {"pause", "stop"}) {
    EXPECT_EQ(run({"experiment", order, "3"}), 0);
  }
  EXPECT_EQ(
      run({"experiment", "continue", "3", "--runs", "500", "--confidence", ".99", "--no-wait"}), 0);
  const auto given = commands_.orders();
  ASSERT_EQ(given.size(), 3u);
  EXPECT_EQ(std::get<orders::PauseExperiment>(given[0]).experiment, ExperimentId{3});
  EXPECT_EQ(std::get<orders::StopExperiment>(given[1]).who, "ada");
  EXPECT_EQ(std::get<orders::ContinueExperiment>(given[2]).runs, 500);
  EXPECT_EQ(std::get<orders::ContinueExperiment>(given[2]).confidence, .99);
  EXPECT_EQ(run({"experiment", "list", "--repo", "demo"}), 0);
  EXPECT_NE(out_.str().find("3  bisect  decided  demo  unit/test_a.py::test_one"),
            std::string::npos);
}

TEST_F(ExperimentCommands, OneIsExportedAsADocument) {
  const testing::TempDir dir;
  EXPECT_EQ(run({"experiment", "export", "3", dir.file("3.json")}), 0);
  std::ifstream file(dir.file("3.json"));
  const auto document = nlohmann::json::parse(file);
  EXPECT_EQ(document["experiment"]["experiment"]["verdict"], "culprit");
  EXPECT_EQ(document["runs"].size(), 1u);
  EXPECT_EQ(run({"experiment", "export", "3", "/nowhere/3.json"}), 2);
}

TEST(ExperimentExitCode, TellsYesNoAndNothing) {
  const auto code = [](const char* verdict) {
    pages::ExperimentSummary experiment;
    experiment.verdict = verdict;
    return exit_code_of(experiment);
  };
  for (const auto* so : {"never_failed", "fixed", "culprit"}) EXPECT_EQ(code(so), 0) << so;
  for (const auto* not_so :
       {"flaky", "always_failed", "still_flaky", "reopened", "never_fails", "starts_before"}) {
    EXPECT_EQ(code(not_so), 1) << not_so;
  }
  for (const auto* open : {"", "cannot_run", "unverified", "stuck"}) EXPECT_EQ(code(open), 2);
}

}  // namespace
}  // namespace testlooper::cli
