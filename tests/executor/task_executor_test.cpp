// What others hear of an attempt while it is carried out.
#include "executor/task_executor.hpp"

#include <gtest/gtest.h>

#include "fake_tree.hpp"

namespace testlooper::executor {
namespace {

constexpr const char* kReport = "<testsuite><testcase file=\"a.py\" name=\"t\"/></testsuite>";

// Runs end at once, each with a report of a pass and one more byte of log.
class QuickHost : public ContainerHost {
 public:
  void run(ContainerJob job, std::function<void()> on_started,
           std::function<void(Result<ContainerEnd>)> on_end) override {
    on_started();
    ContainerEnd end;
    end.exit_code = 0;
    end.log = {job.log_path, ++runs, 0};
    end.place = job.place;
    for (const auto& [path, most] : job.outputs) end.outputs[path] = kReport;
    on_end(std::move(end));
  }
  void make_image(ImageJob, std::function<void()>,
                  std::function<void(Result<ImageEnd>, LogInfo)>) override {}
  void cancel(AttemptKey) override {}
  void remove_volumes(std::vector<std::string>) override {}

  std::uint64_t runs = 0;
};

class Heard : public LiveEvents, public ExecutorEvents {
 public:
  explicit Heard(const QuickHost& host) : host_(host) {}
  void published(const ChangeNotice&) override {}
  void log_grew(AttemptKey, std::uint64_t bytes, bool complete) override {
    if (complete) complete_after.push_back({host_.runs, bytes});
  }
  void executor_status(ExecutorStatus) override {}
  void attempt_running(AttemptKey) override {}
  void attempt_ended(AttemptResult result) override { ended = std::move(result); }

  std::vector<std::pair<std::uint64_t, std::uint64_t>> complete_after;  // runs, bytes
  std::optional<AttemptResult> ended;

 private:
  const QuickHost& host_;
};

Assignment series_of(int runs) {
  Assignment assignment;
  assignment.attempt = {{7}, 1};
  assignment.kind = TaskKind::run_tests;
  assignment.environment.emplace();
  assignment.suite.emplace();
  assignment.tests = {{"a.py", "t"}};
  assignment.repeats = runs;
  assignment.series = runs > 1;
  assignment.isolation = Isolation::sandbox;
  return assignment;
}

TEST(TaskExecutor, WatchersHearOnceThatALogIsCompleteAfterTheLastRunOfASeries) {
  QuickHost host;
  Heard heard(host);
  FakeTree tree;
  tree.files["a.py"] = "x";
  TaskExecutor executor({.host = host,
                         .reader = tree,
                         .events = heard,
                         .live = heard,
                         .post = [](const std::function<void()>& work) { work(); },
                         .files = {.standard_output = [](auto&) { return std::string{}; },
                                   .read_log = [](auto&, auto, auto&) { return Result<void>{}; },
                                   .write = [](auto&, auto) { return Result<void>{}; },
                                   .size = [](auto&) { return std::nullopt; }},
                         .temp_dir = "/tmp",
                         .limits = {}});
  executor.start(series_of(3));
  EXPECT_EQ(host.runs, 3u);
  ASSERT_TRUE(heard.ended);
  EXPECT_EQ(heard.ended->end.outcome, Outcome::passed) << heard.ended->end.cause;
  EXPECT_EQ(heard.complete_after, (std::vector<std::pair<std::uint64_t, std::uint64_t>>{{3, 3}}));
}

}  // namespace
}  // namespace testlooper::executor
