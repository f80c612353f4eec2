#include "codec/monitoring_text.hpp"

#include <sstream>

#include <gtest/gtest.h>
#include <pugixml.hpp>

namespace testlooper::codec {
namespace {

using pages::Status;

pages::BranchSummary branch(std::string name, Status status, std::int64_t failing = 0,
                            std::int64_t flaky = 0) {
  pages::CommitSummary head;
  head.sha = "0123456789abcdef0123456789abcdef01234567";
  head.committed_at = {1'700'000'000'000};
  head.status = status;
  head.failing = failing;
  head.flaky = flaky;
  return {std::move(name), head, false};
}

bool has_line(const std::string& text, const std::string& line) {
  std::istringstream lines(text);
  for (std::string each; std::getline(lines, each);) {
    if (each == line) return true;
  }
  return false;
}

TEST(Metrics, SayWhatTheServerDoes) {
  pages::MonitoringPage page;
  page.repos.push_back({"demo", {{"passed", 12}}, 3, {}});
  page.tasks = {{"waiting", 7}};
  const auto text =
      metrics_text({.version = "1.2", .slots = 4, .busy_slots = 3, .executor_ready = true}, page);
  for (const auto* line :
       {"testlooper_info{version=\"1.2\"} 1", "testlooper_executor_ready 1",
        "testlooper_slots{state=\"busy\"} 3", "testlooper_slots{state=\"free\"} 1",
        "testlooper_queue_tasks{state=\"waiting\"} 7",
        "testlooper_runs_total{repo=\"demo\",outcome=\"passed\"} 12",
        "testlooper_flaky_tests{repo=\"demo\"} 3", "# TYPE testlooper_runs_total counter"}) {
    EXPECT_TRUE(has_line(text, line)) << line << "\n" << text;
  }
}

TEST(Metrics, AHistogramsBucketsAddUp) {
  pages::MonitoringPage page;
  page.durations.push_back({"run_tests", {5, 4, 0, 0, 0, 0, 0, 0, 1}, 1'500});
  const auto text = metrics_text({}, page);
  const std::string name = "testlooper_task_duration_seconds";
  for (const auto& line :
       {name + "_bucket{kind=\"run_tests\",le=\"0.1\"} 5",
        name + "_bucket{kind=\"run_tests\",le=\"1\"} 9",
        name + "_bucket{kind=\"run_tests\",le=\"3600\"} 9",
        name + "_bucket{kind=\"run_tests\",le=\"+Inf\"} 10", name + "_sum{kind=\"run_tests\"} 1.5",
        name + "_count{kind=\"run_tests\"} 10"}) {
    EXPECT_TRUE(has_line(text, line)) << line << "\n" << text;
  }
}

TEST(Metrics, OddNamesStayWithinTheirLabels) {
  pages::MonitoringPage page;
  page.repos.push_back({"a\"b\\c\nd", {}, 1, {}});
  EXPECT_TRUE(
      has_line(metrics_text({}, page), "testlooper_flaky_tests{repo=\"a\\\"b\\\\c\\nd\"} 1"));
}

TEST(CcXml, HasAProjectForEachBranch) {
  pages::MonitoringPage page;
  page.repos.push_back({"de<mo",
                        {},
                        0,
                        {branch("main", Status::passed),
                         branch("bad", Status::failed, 2),
                         branch("new", Status::running),
                         branch("odd", Status::error),
                         branch("flaky", Status::failed, 0, 1),
                         {"unread", std::nullopt, false}}});
  const auto text =
      cc_xml([](const auto& repo, const auto& name) { return repo + "|" + name; }, page);
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(text.c_str())) << text;
  std::vector<std::string> seen;
  for (const auto& each : document.child("Projects").children("Project")) {
    seen.push_back(std::string(each.attribute("name").value()) + " " +
                   each.attribute("activity").value() + " " +
                   each.attribute("lastBuildStatus").value());
  }
  EXPECT_EQ(seen,
            (std::vector<std::string>{"de<mo/main Sleeping Success", "de<mo/bad Sleeping Failure",
                                      "de<mo/new Building Unknown", "de<mo/odd Sleeping Exception",
                                      "de<mo/flaky Sleeping Success"}));
  const auto first = document.child("Projects").child("Project");
  EXPECT_STREQ(first.attribute("webUrl").value(), "de<mo|main");
  EXPECT_STREQ(first.attribute("lastBuildTime").value(), "2023-11-14T22:13:20Z");
  EXPECT_STREQ(first.attribute("lastBuildLabel").value(), "0123456789ab");
}

std::string word_of(const pages::BranchSummary& branch) {
  pugi::xml_document document;
  const auto svg = badge_svg(branch);
  EXPECT_TRUE(document.load_string(svg.c_str())) << svg;
  return document.child("svg").attribute("aria-label").value();
}

TEST(Badge, SaysHowTheBranchIs) {
  EXPECT_EQ(word_of(branch("m", Status::passed)), "tests: passing");
  EXPECT_EQ(word_of(branch("m", Status::passed, 0, 2)), "tests: 2 flaky");
  EXPECT_EQ(word_of(branch("m", Status::failed, 3, 2)), "tests: 3 failing");
  EXPECT_EQ(word_of(branch("m", Status::failed, 0, 2)), "tests: 2 flaky");
  EXPECT_EQ(word_of(branch("m", Status::failed)), "tests: failing");
  EXPECT_EQ(word_of(branch("m", Status::running, 1)), "tests: 1 failing");
  EXPECT_EQ(word_of(branch("m", Status::waiting)), "tests: running");
  EXPECT_EQ(word_of(branch("m", Status::error)), "tests: failing");
  EXPECT_EQ(word_of(branch("m", Status::untested)), "tests: untested");
  EXPECT_EQ(word_of({"m", std::nullopt, false}), "tests: unknown");
}

}  // namespace
}  // namespace testlooper::codec
