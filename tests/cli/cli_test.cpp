// The commands against a real server on loopback, between a fake store and a fake engine.
#include "cli/cli.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include "cli/queue_command.hpp"
#include "cli/run_command.hpp"
#include "cli/status_command.hpp"
#include "http/server.hpp"
#include "support/fake_commands.hpp"
#include "support/fake_comparer.hpp"
#include "support/fake_retention.hpp"
#include "support/fake_views.hpp"
#include "support/sample_logins.hpp"
#include "support/sample_pages.hpp"

namespace testlooper::cli {
namespace {

using testing::kSampleSha;

// Error output that can be waited for: what a person would see before they do something.
class WatchedBuffer : public std::stringbuf {
 public:
  void wait_for(const std::string& text) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return str().find(text) != std::string::npos; });
  }

 protected:
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    const std::lock_guard lock(mutex_);
    const auto written = std::stringbuf::xsputn(text, size);
    changed_.notify_all();
    return written;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

class CliTest : public ::testing::Test {
 protected:
  CliTest()
      : server_(options(), views_, comparer_, commands_, retention_, hub_,
                [this] { return facts_; }, {}) {
    EXPECT_TRUE(server_.start());
    ::setenv("TESTLOOPER_TOKEN", testing::kAdminToken.c_str(), 1);
  }

  static http::HttpOptions options() {
    http::HttpOptions options;
    options.port = 0;
    options.version = "9.9";
    options.timeouts.change_interval = Milliseconds(0);
    return options;
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }

  // `testlooper ARGUMENTS`, with the server's address where it is not given.
  int run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "testlooper");
    const std::set<std::string> askers{"run",       "status", "repo",    "reload",
                                       "retention", "test",   "compare", "drain",
                                       "resume",    "queue",  "rules",   "retry"};
    const bool asks = arguments.size() > 1 && askers.contains(arguments[1]);
    if (asks && std::ranges::count(arguments, "--server") == 0) {
      arguments.insert(arguments.end(), {"--server", url()});
    }
    std::vector<const char*> argv;
    for (const auto& argument : arguments) argv.push_back(argument.c_str());
    const CliContext context{"1.2.3", out_, err_, live_, added_};
    return run_cli(context, static_cast<int>(argv.size()), argv.data());
  }
  void set_request(bool finished, pages::Counts counts, std::int64_t wanted, std::int64_t done) {
    auto page = testing::sample_request_page();
    page.finished = finished;
    page.error = "";
    page.counts = counts;
    page.failures.clear();
    page.desired.wanted = wanted;
    page.desired.done = done;
    page.desired.in_flight = wanted - done;
    page.desired.given_up = 0;
    page.revision = ++revision_;
    views_.set_request(page);
    views_.set_revision(revision_);
  }

  Revision revision_ = testing::sample_request_page().revision;
  testing::FakeViews views_;
  testing::FakeComparer comparer_;
  testing::FakeCommands commands_;
  testing::FakeRetention retention_;
  http::EventHub hub_;
  http::ServerFacts facts_{{true, "", "docker 20.10", false, "containers by runc, and sandboxes"},
                           4,
                           WallTime{0},
                           WallTime{3'700'000}};
  http::HttpServer server_;
  std::ostringstream out_;
  WatchedBuffer err_buffer_;
  std::ostream err_{&err_buffer_};
  bool live_ = false;
  std::vector<AddCommand> added_;
};

TEST_F(CliTest, VersionAndHelp) {
  EXPECT_EQ(run({"version"}), 0);
  EXPECT_EQ(run({"--version"}), 0);
  EXPECT_EQ(out_.str(), "testlooper 1.2.3\ntestlooper 1.2.3\n");
  EXPECT_EQ(run({"--help"}), 0);
  EXPECT_NE(out_.str().find("run tests of a commit"), std::string::npos);
}

TEST_F(CliTest, TheHistoryOfATestIsALineACommit) {
  EXPECT_EQ(run({"test", "demo", "test_a.py::test_one"}), 0);
  EXPECT_EQ(out_.str(),
            "unit/test_a.py::test_one on main\n"
            "it was called test_b.py::test_one until cccccccccc\n" +
                std::string(testing::kSampleSha).substr(0, 10) +
                "  flaky   2 of 3 failed     a commit\n"
                "cccccccccc  none    no run            the commit before\n");
  EXPECT_EQ(run({"test", "demo", "nowhere"}), 2);
  EXPECT_EQ(run({"test", "demo", "x", "--limit", "0"}), 2);
}

TEST_F(CliTest, TwoCommitsAreComparedALineATest) {
  EXPECT_EQ(run({"compare", "demo", "main", "v1"}), 1) << "a test fails newly";
  EXPECT_EQ(out_.str(), "base  bbbbbbbbbb  before\nhead  " +
                            std::string(testing::kSampleSha).substr(0, 10) +
                            "  a commit (not all of its tests are listed)\n"
                            "1 newly failing, 1 same\n"
                            "newly failing  unit/test_a.py::test_one (renamed, was "
                            "test_a.py::test_uno): 0 of 3 failed, then 2 of 2 failed\n");
  EXPECT_EQ(comparer_.queries().back().base, "v1");
  EXPECT_EQ(run({"compare", "nowhere", "main"}), 2);
}

TEST_F(CliTest, AMergeIsComparedWithEachParent) {
  auto page = testing::sample_compare_page();
  page.head.parents = {"p1", "p2", "p3"};
  page.totals = {{"same", 2}};
  comparer_.set(page);
  EXPECT_EQ(run({"compare", "demo", "main"}), 0);
  const auto queries = comparer_.queries();
  ASSERT_EQ(queries.size(), 3u);
  EXPECT_EQ(queries[0].base, "") << "the first parent";
  EXPECT_EQ(queries[1].base, "p2");
  EXPECT_EQ(queries[2].base, "p3");
}

TEST_F(CliTest, StatusIsAFewLines) {
  EXPECT_EQ(run({"status"}), 0);
  EXPECT_EQ(out_.str(), "testlooper 9.9 at " + url() +
                            "/, up for 1 h 1 min\n"
                            "executor: docker 20.10, 4 slots\n"
                            "places: containers by runc, and sandboxes\n"
                            "draining: no task is started until `testlooper resume`\n"
                            "repositories: 2\n"
                            "tasks: 1 running, 1 waiting\n");
}

TEST_F(CliTest, TheQueueIsALineATask) {
  auto page = testing::sample_engine_page();
  page.waiting_total = 3;
  page.running[0].started_at = facts_.now + Milliseconds(-90'000);
  views_.set_engine(page);
  commands_.set_waiting({{TaskId{6},
                          {.reason = WaitReason::slot, .text = "waits for a free slot"},
                          facts_.now + Milliseconds(130'000)}});
  EXPECT_EQ(run({"queue", "--repo", "demo", "--limit", "2"}), 0);
  EXPECT_EQ(out_.str(),
            "draining: no task is started until `testlooper resume`\n"
            "1 running\n"
            "  5       run tests      for 1 min         demo 1234567890  unit, 12 tests\n"
            "3 waiting\n"
            "  6       run tests      in about 2 min    demo 1234567890  unit, 12 tests; waits for "
            "a free slot\n"
            "  and 2 more (--limit shows more)\n");
  EXPECT_EQ(views_.engine_queries().back().repo, "demo");
  EXPECT_EQ(views_.engine_queries().back().limit, 2u);
}

TEST_F(CliTest, ACommitIsTriedAgain) {
  EXPECT_EQ(run({"retry", "demo", "main"}), 0);
  EXPECT_EQ(out_.str(), "what went wrong before the tests of main is tried again\n");
}

TEST_F(CliTest, TheQueueSaysWhyThereIsNone) {
  EXPECT_EQ(run({"queue", "--repo", "nowhere"}), 2);
  EXPECT_EQ(run({"queue", "--limit", "0"}), 2);
  EXPECT_EQ(run({"queue", "--limit", "1001"}), 2);
  facts_.executor = {false, "docker is away", ""};
  EXPECT_EQ(run({"queue"}), 0);
  EXPECT_NE(out_.str().find("executor: not ready: docker is away\n"), std::string::npos);
}

TEST(AboutText, IsNoMoreExactThanWhatIsKnown) {
  EXPECT_EQ(about_text(std::nullopt), "some time");
  EXPECT_EQ(about_text(Milliseconds(-3'000)), "soon");
  EXPECT_EQ(about_text(Milliseconds(1'000)), "soon");
  EXPECT_EQ(about_text(Milliseconds(41'200)), "in about 42 s");
  EXPECT_EQ(about_text(Milliseconds(130'000)), "in about 2 min");
  EXPECT_EQ(about_text(Milliseconds(3'900'000)), "in about 1 h 5 min");
}

TEST_F(CliTest, TheEngineIsDrainedAndGoesOn) {
  EXPECT_EQ(run({"drain"}), 0);
  EXPECT_EQ(out_.str(),
            "draining: no task is started until `testlooper resume`; 1 running, 1 waiting\n");
  EXPECT_EQ(run({"resume"}), 0);
  const auto orders = commands_.orders();
  ASSERT_EQ(orders.size(), 2u);
  EXPECT_TRUE(std::get<orders::Drain>(orders[0]).drain);
  EXPECT_EQ(std::get<orders::Drain>(orders[0]).who, "ada");
  EXPECT_FALSE(std::get<orders::Drain>(orders[1]).drain);
}

TEST(DurationText, NamesTheTwoLargestUnits) {
  EXPECT_EQ(duration_text(0), "0 s");
  EXPECT_EQ(duration_text(59), "59 s");
  EXPECT_EQ(duration_text(3599), "59 min");
  EXPECT_EQ(duration_text(3600), "1 h 0 min");
  EXPECT_EQ(duration_text(90'000), "1 d 1 h");
}

TEST_F(CliTest, RunSendsWhatTheOptionsSay) {
  EXPECT_EQ(
      run({"run", "demo", "main", "--suite", "unit", "--suite", "perf", "--label", "slow", "--path",
           "tests/", "--regex", "a|b", "--test", "test_a.py::test_one", "--times", "20"}),
      0);
  const auto requested = commands_.requested();
  ASSERT_EQ(requested.size(), 1u);
  EXPECT_EQ(requested[0].sha, kSampleSha);
  EXPECT_EQ(requested[0].wish.counts.runs, 20);
  EXPECT_EQ(requested[0].wish.requested_by, "ada");
  const auto& filter = requested[0].wish.filter;
  EXPECT_EQ(filter.suites, (std::vector<std::string>{"unit", "perf"}));
  EXPECT_EQ(filter.labels, std::vector<std::string>{"slow"});
  EXPECT_EQ(filter.paths, std::vector<std::string>{"tests/"});
  EXPECT_EQ(filter.regex, "a|b");
  EXPECT_EQ(filter.tests, std::vector<std::string>{"test_a.py::test_one"});
  EXPECT_EQ(out_.str(), "request 8: 10 times suite unit at 1234567890  " + url() + "/r/demo/c/" +
                            kSampleSha + "\n");
}

TEST(Times, AreCounted) {
  EXPECT_EQ(times(1), "1 time");
  EXPECT_EQ(times(10), "10 times");
}

TEST_F(CliTest, RunWithoutOptionsMeansEveryTestOnce) {
  EXPECT_EQ(run({"run", "demo", "1234"}), 0);
  EXPECT_EQ(commands_.requested().at(0).wish.filter, TestFilter{});
  EXPECT_EQ(commands_.requested().at(0).wish.counts.runs, 1);
}

TEST_F(CliTest, WaitEndsWithWhatBecameOfTheRuns) {
  set_request(true, {.passed = 6}, 6, 6);
  EXPECT_EQ(run({"run", "demo", "main", "--wait"}), 0);
  EXPECT_NE(out_.str().find("6 runs: 6 passed, 0 failed, 0 skipped\n"), std::string::npos);
  set_request(true, {.passed = 4, .timed_out = 1, .crashed = 1}, 6, 6);
  EXPECT_EQ(run({"run", "demo", "main", "--wait"}), 1);
  EXPECT_NE(out_.str().find("6 runs: 4 passed, 2 failed, 0 skipped\n"), std::string::npos);
  EXPECT_EQ(err_buffer_.str(), "");
}

TEST_F(CliTest, WaitNamesTheFailures) {
  set_request(true, {.failed = 1}, 1, 1);
  auto page = *views_.request(DesiredId{8});
  page.failures = testing::sample_request_page().failures;
  views_.set_request(page);
  EXPECT_EQ(run({"run", "demo", "main", "--wait"}), 1);
  EXPECT_NE(out_.str().find("crashed  unit/test_a.py::test_one  " + url() + "/runs/41\n"),
            std::string::npos);
}

TEST_F(CliTest, WaitSaysWhyNothingCouldBeRun) {
  set_request(true, {}, 0, 0);
  auto page = *views_.request(DesiredId{8});
  page.error = "the plan has no suites";
  views_.set_request(page);
  EXPECT_EQ(run({"run", "demo", "main", "--wait"}), 2);
  EXPECT_EQ(err_buffer_.str(), "testlooper: the plan has no suites\n");
}

TEST_F(CliTest, WaitTellsTheMachinesFaultFromATests) {
  set_request(true, {.passed = 4, .infra = 2}, 6, 4);
  auto page = *views_.request(DesiredId{8});
  page.desired.given_up = 2;
  views_.set_request(page);
  EXPECT_EQ(run({"run", "demo", "main", "--wait"}), 2);
  EXPECT_TRUE(err_buffer_.str().starts_with("testlooper: 2 runs were given up"));
}

TEST_F(CliTest, WaitFollowsTheEvents) {
  live_ = true;
  set_request(false, {}, 6, 0);
  std::jthread person([this] {
    err_buffer_.wait_for("0/6 runs, 0 failed, 6 under way");
    set_request(false, {.passed = 1, .failed = 1}, 6, 2);
    hub_.published({78, {}, false, true});
    err_buffer_.wait_for("2/6 runs, 1 failed, 4 under way");
    set_request(true, {.passed = 5, .failed = 1}, 6, 6);
    hub_.published({79, {}, false, true});
  });
  EXPECT_EQ(run({"run", "demo", "main", "--wait"}), 1);
}

TEST_F(CliTest, WaitOutlivesAServerThatStops) {
  live_ = true;
  set_request(false, {}, 6, 0);
  std::jthread person([this] {
    err_buffer_.wait_for("0/6 runs");
    server_.stop();
  });
  const CliContext context{"1.2.3", out_, err_, live_, {}};
  const RunCommand command{.repo = "demo",
                           .commit = "main",
                           .request = {},
                           .wait = true,
                           .patience = {.pause = Milliseconds(1), .retries = 3}};
  const ApiClient client(*net::parse_server_url(url()), testing::kAdminToken);
  EXPECT_EQ(run_tests(context, client, command), 2) << "it gives up when nobody comes back";
  EXPECT_NE(err_buffer_.str().find("the server is not there; trying again"), std::string::npos);
}

TEST_F(CliTest, ErrorsAreOneLineAndTheExitCodeIsTwo) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{"run", "other", "main"}, "testlooper: is not known\n"},
      {{"run", "demo", "nope"}, "testlooper: is not known\n"},
      {{"run", "demo"}, "testlooper: COMMIT is required (--help says more)\n"},
      {{"run", "demo", "main", "--only", "flaky"},
       "testlooper: no such test of this commit is flaky now\n"},
      {{"rnu", "demo"}, "testlooper: there is no command 'rnu' (--help says more)\n"},
      {{"rules", "lsit", "demo"}, "testlooper: there is no command 'lsit' (--help says more)\n"},
      {{}, "testlooper: A subcommand is required (--help says more)\n"},
      {{"retry", "other", "main"}, "testlooper: is not known\n"},
      {{"cancel", "task", "abc"}, "testlooper: ID: 'abc' is not a number (--help says more)\n"},
      {{"status", "--server", "localhost"}, "testlooper: localhost: must begin with http://\n"},
  };
  for (const auto& [arguments, error] : cases) {
    err_buffer_.str("");
    EXPECT_EQ(run(arguments), 2);
    EXPECT_EQ(err_buffer_.str(), error);
  }
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{},
                                             {"nonsense"},
                                             {"run", "demo", "main", "--times", "0"},
                                             {"run", "demo", "main", "--times", "100001"},
                                             {"run", "demo", "main", "--only", "red"},
                                             {"run", "demo", "main", "extra"}}) {
    err_buffer_.str("");
    EXPECT_EQ(run(arguments), 2);
    const auto said = err_buffer_.str();
    EXPECT_TRUE(said.starts_with("testlooper: ")) << said;
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
  }
}

TEST_F(CliTest, AServerThatIsNotThereIsSaidPlainly) {
  const auto gone = url();
  server_.stop();
  EXPECT_EQ(run({"status", "--server", gone}), 2);
  EXPECT_EQ(err_buffer_.str(),
            "testlooper: " + gone +
                ": can't be reached: Connection refused; is `testlooper serve` running there?\n");
}

TEST_F(CliTest, ARepositoryIsAddedAndTheHookIsNamed) {
  EXPECT_EQ(
      run({"repo", "add", "/srv/git/new.git", "--branch-prefix", "x/", "--fetch-period", "9"}), 0);
  EXPECT_EQ(out_.str(), "'new' is tested now: " + url() +
                            "/r/new\nto have its pushes announced: testlooper hook install "
                            "'/srv/git/new.git' --repo new --server " +
                            url() + "\n");
  EXPECT_EQ(commands_.added().at(0).fetch_period_s, 9);
  EXPECT_EQ(run({"repo", "add", "ext::sh -c id"}), 2);
  EXPECT_EQ(err_buffer_.str(),
            "testlooper: source: must be a URL, or a whole path that begins with '/'\n");
}

TEST_F(CliTest, RepositoriesAreListedChangedLookedAtAndRemoved) {
  EXPECT_EQ(run({"repo", "list"}), 0);
  EXPECT_EQ(out_.str(),
            "demo  ready  3 branches  /srv/demo.git  (configured)\n"
            "broken  error  0 branches  /nowhere\n    is not a repository\n"
            "old  removed  /srv/old.git\n");
  EXPECT_EQ(run({"repo", "set", "demo", "--scan-depth", "5"}), 0);
  EXPECT_EQ(commands_.changed().at(0).second.scan_depth, 5);
  EXPECT_EQ(run({"repo", "scan", "demo"}), 0);
  EXPECT_EQ(commands_.announced().at(0).repo, "demo");
  EXPECT_EQ(run({"repo", "remove", "demo", "--purge"}), 0);
  EXPECT_TRUE(commands_.removed().at(0).second);
  EXPECT_EQ(run({"repo", "remove", "other"}), 2);
}

TEST_F(CliTest, AReloadSaysWhatItDid) {
  EXPECT_EQ(run({"reload"}), 0);
  EXPECT_EQ(out_.str(), "added new\nchanged demo\nremoved old\nwarning: 'workers' can't change\n");
}

TEST_F(CliTest, ARulesIdleRunsAreShownAndSet) {
  EXPECT_EQ(run({"rules", "list", "demo"}), 0);
  EXPECT_NE(out_.str().find("; up to 50 runs in idle room\n"), std::string::npos) << out_.str();
  EXPECT_EQ(run({"rules", "set", "demo", "3", "--idle-runs", "20"}), 0);
  const auto given = commands_.orders();
  ASSERT_EQ(given.size(), 1u);
  const auto& rule = std::get<orders::ChangeRule>(given[0]).rule;
  EXPECT_EQ(rule.idle_runs, 20);
  EXPECT_EQ(rule.branches, "release/*") << "what is not given stays";
  EXPECT_EQ(run({"rules", "set", "demo", "3", "--idle-runs", "-1"}), 2);
}

TEST_F(CliTest, OtherCommandsAreAdded) {
  added_.push_back([](CLI::App& app, int& exit_code) {
    app.add_subcommand("serve")->callback([&exit_code] { exit_code = 7; });
  });
  EXPECT_EQ(run({"serve"}), 7);
}

TEST_F(CliTest, RetentionShowsWhatWouldGoAndWhy) {
  auto page = testing::sample_retention_page();
  page.error = "";
  retention_.set(page);
  EXPECT_EQ(run({"retention", "--dry-run"}), 0);
  EXPECT_EQ(out_.str(),
            "disk: 5.0 GB free of 20.0 GB, reserve 1.0 GB\n"
            "store: 3.0 GB\n"
            "paused: the disk is low\n"
            "demo  logs: 7, 9.0 MB; kept at most 30 days, 2048 MB; would go: 1, 1.0 MB\n"
            "all  layers: 0, 0.0 KB; kept no limit\n"
            "would go: demo  logs  attempt 2 of task 5, 1.0 MB: older than 30 days\n"
            "the last run removed 3, 2.0 KB; it can't be removed\n");
  EXPECT_EQ(retention_.runs, 0);
}

TEST_F(CliTest, RetentionRunHasItGo) {
  EXPECT_EQ(run({"retention", "run"}), 0);
  EXPECT_EQ(retention_.runs, 1);
  EXPECT_EQ(run({"retention", "run", "--dry-run"}), 2) << "docker is away, and that is said";
  EXPECT_EQ(retention_.runs, 1);
}

}  // namespace
}  // namespace testlooper::cli
