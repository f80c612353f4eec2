#include "codec/api_json.hpp"

#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/json_schema.hpp"
#include "support/sample_pages.hpp"

namespace testlooper::codec {
namespace {

using nlohmann::json;
using testing::openapi_checker;
using Problems = std::vector<std::string>;

const Problems kNone;

template <typename Page>
Problems problems(const std::string& schema, const Page& page) {
  return openapi_checker().problems(schema, json::parse(api_json(page)));
}

// The names of a schema's properties; what a page's JSON must have, all of them.
Problems property_names(const std::string& schema) {
  Problems names;
  const auto checker = openapi_checker();
  for (const auto& [name, value] :
       checker.document()["components"]["schemas"][schema]["properties"].items()) {
    names.push_back(name);
  }
  return names;
}

TEST(ApiJson, EveryPageIsAsTheDocumentSays) {
  EXPECT_EQ(problems("ReposPage", testing::sample_repos_page()), kNone);
  EXPECT_EQ(problems("BranchPage", testing::sample_branch_page()), kNone);
  EXPECT_EQ(problems("CommitPage", testing::sample_commit_page()), kNone);
  EXPECT_EQ(problems("RunPage", testing::sample_run_page()), kNone);
  EXPECT_EQ(problems("TestPage", testing::sample_test_page()), kNone);
  EXPECT_EQ(problems("ComparePage", testing::sample_compare_page()), kNone);
  EXPECT_EQ(problems("TaskPage", testing::sample_task_page()), kNone);
  EXPECT_EQ(problems("EnginePage", testing::sample_engine_page()), kNone);
  EXPECT_EQ(problems("RequestPage", testing::sample_request_page()), kNone);
  EXPECT_EQ(problems("ExperimentPage", testing::sample_experiment_page()), kNone);
  EXPECT_EQ(problems("ExperimentsPage", testing::sample_experiments_page()), kNone);
  EXPECT_EQ(problems("ExperimentExport", testing::sample_experiment_export()), kNone);
  EXPECT_EQ(problems("ServerStatus", ServerStatus{}), kNone);
}

TEST(ApiJson, EverySchemaOfAnAnswerRequiresAllItsProperties) {
  const std::set<std::string> requests{
      "TestFilter",   "RunRequest",        "CancelRequest",  "Announcement",      "GitHubPush",
      "WishChange",   "Selection",         "RuleRequest",    "Removal",           "RepoRequest",
      "RepoSettings", "ExperimentRequest", "ExperimentMore", "QuarantineRequest", "ImportRequest",
      "SignIn",       "TokenRequest"};
  const auto checker = openapi_checker();
  for (const auto& [name, schema] : checker.document()["components"]["schemas"].items()) {
    if (!schema.contains("properties") || requests.contains(name)) continue;
    EXPECT_EQ(schema["required"].size(), property_names(name).size()) << name;
    EXPECT_EQ(schema["additionalProperties"], false) << name;
  }
}

TEST(ApiJson, EventsAndSmallAnswersAreAsTheDocumentSays) {
  const auto checker = openapi_checker();
  const auto check = [&](const char* schema, const std::string& text) {
    EXPECT_EQ(checker.problems(schema, json::parse(text)), kNone) << schema;
  };
  check("ChangeEvent", api_json(ChangeNotice{7, {CommitId{1}, CommitId{2}}, true, false}));
  check("SnapshotEvent", snapshot_json(7));
  check("LogEvent", log_json("a\n\xff"));
  check("LogEndEvent", log_end_json(12));
  check("Error", error_json("not_found", "no such thing"));
  check("RunAccepted", request_accepted_json(DesiredId{3}));
  check("RevisionAccepted", revision_accepted_json(9));
  check("Health", health_json(true, ""));
  check("Health", health_json(false, "docker is away"));
}

TEST(ApiJson, ValuesKeepTheirMeaning) {
  const auto page = json::parse(api_json(testing::sample_repos_page()));
  EXPECT_EQ(page["revision"], 77);
  EXPECT_EQ(page["repos"][1]["primary"], nullptr);
  const auto& head = page["repos"][0]["primary"]["head"];
  EXPECT_EQ(head["id"], 3);
  EXPECT_EQ(head["subject"], testing::sample_commit().subject);
  EXPECT_EQ(head["status"], "failed");
  EXPECT_EQ(head["committed_at"], 1'700'000'000'000);
  EXPECT_EQ(head["parents"].size(), 2u);

  const auto commit = json::parse(api_json(testing::sample_commit_page()));
  EXPECT_EQ(commit["suites"][1]["timeout_s"], nullptr);
  EXPECT_EQ(commit["suites"][1]["step"]["task"], nullptr);
  EXPECT_EQ(commit["tests"][0]["counts"]["infra"], 9);
  EXPECT_EQ(commit["tests"][0]["last_run"], 41);
}

TEST(ApiJson, TestsByColumnsSayTheSame) {
  auto page = testing::sample_commit_page();
  auto third = page.tests[0];
  third.test = TestId{4};
  third.suite = "perf";
  third.labels = {"a, b"};
  page.tests.push_back(third);
  const auto whole = json::parse(api_json_by_columns(page));
  EXPECT_EQ(openapi_checker().problems("CommitColumnsPage", whole), kNone);
  const auto& tests = whole["tests"];
  EXPECT_EQ(tests["test"], json({9, 1, -6})) << "9, 10, 4";
  EXPECT_EQ(tests["suites"], json({"unit", "perf"}));
  EXPECT_EQ(tests["suite"], json({0, 0, 1}));
  EXPECT_EQ(tests["paths"], json({"test_a.py", ""}));
  EXPECT_EQ(tests["path"], json({0, 1, 0}));
  EXPECT_EQ(tests["name"], json({"test_one", "test_two", "test_one"}));
  EXPECT_EQ(tests["label_sets"], json::parse(R"([["slow", "net"], [], ["a, b"]])"));
  EXPECT_EQ(tests["labels"], json({0, 1, 2}));
  EXPECT_EQ(tests["verdict"], "F.F");
  EXPECT_EQ(tests["parent_verdict"], "-.-");
  EXPECT_EQ(tests["passed"], json({1, 0, 1}));
  EXPECT_EQ(tests["others"], json::parse("[[0,2,3,4,5,6,7,8,9,41],[2,2,3,4,5,6,7,8,9,41]]"));
  EXPECT_EQ(tests["in_flight"], json({3, 0, 3}));
  EXPECT_EQ(tests["mean_us"], json({1500, 0, 1500}));
  EXPECT_EQ(tests["last_run"], json({41, -41, 41})) << "41, none, 41";
  // What is not of the tests is the same.
  auto rows = json::parse(api_json(page));
  rows.erase("tests");
  auto others = whole;
  others.erase("tests");
  EXPECT_EQ(rows, others);
}

TEST(ApiJson, TheRunsOfATestComeByColumns) {
  const auto runs = json::parse(api_json(testing::sample_test_page()))["runs"];
  EXPECT_EQ(runs["id"], json({41, -1}));
  EXPECT_EQ(runs["commit"], json({0, 0}));
  EXPECT_EQ(runs["outcome"], "FT");
  EXPECT_EQ(runs["started_at"], json({1000, -100}));
  EXPECT_EQ(runs["duration_us"], json({1500, 1400}));
}

TEST(ApiJson, BrokenTextIsReplacedNotPassedOn) {
  EXPECT_EQ(json::parse(log_json("a\xff\xc3"))["text"], "a\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(RunRequest, IsReadWhole) {
  const auto request = parse_run_request(R"({"times": 200,
    "filter": {"suites": ["unit"], "labels": ["slow"], "paths": [], "regex": "a.b",
               "tests": ["test_a.py::test_one"]},
    "only": "flaky", "requested_by": "web"})");
  ASSERT_TRUE(request) << request.error().text();
  EXPECT_EQ(request->times, 200);
  EXPECT_EQ(request->filter.suites, std::vector<std::string>{"unit"});
  EXPECT_EQ(request->filter.labels, std::vector<std::string>{"slow"});
  EXPECT_EQ(request->filter.paths, std::vector<std::string>{});
  EXPECT_EQ(request->filter.regex, "a.b");
  EXPECT_EQ(request->filter.tests, std::vector<std::string>{"test_a.py::test_one"});
  EXPECT_EQ(request->only, RunRequest::Only::flaky);
  EXPECT_EQ(request->requested_by, "web");
}

TEST(RunRequest, AbsentAndNullMeanAny) {
  const auto request =
      parse_run_request(R"({"times": 1, "filter": {"suites": null, "regex": null}, "only": null})");
  ASSERT_TRUE(request) << request.error().text();
  EXPECT_EQ(request->filter, TestFilter{});
  EXPECT_EQ(request->only, RunRequest::Only::all);
  EXPECT_EQ(parse_run_request(R"({"times": 1})")->requested_by, "api");
}

TEST(RunRequest, IsWrittenAsItIsRead) {
  RunRequest request;
  request.times = 5;
  request.only = RunRequest::Only::failed;
  request.requested_by = "cli";
  request.filter.suites = {"unit", "a\"b"};
  request.filter.regex = "x+";
  const auto again = parse_run_request(api_json(request));
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->filter, request.filter);
  EXPECT_EQ(again->times, 5);
  EXPECT_EQ(again->only, RunRequest::Only::failed);
  EXPECT_EQ(openapi_checker().problems("RunRequest", json::parse(api_json(request))), kNone);
}

struct BadBody {
  std::string body;
  std::string error;
};

TEST(RunRequest, RefusalsNameTheMember) {
  const std::string times = "times: must be a whole number from 1 to 100000";
  const std::vector<BadBody> cases{
      {"", "body: is not JSON"},
      {"{\"times\": 1", "body: is not JSON"},
      {"{\"times\": 1} x", "body: is not JSON"},
      {"[1]", "body: must be a JSON object"},
      {"{}", "times: is missing"},
      {R"({"times": "5"})", times},
      {R"({"times": 0})", times},
      {R"({"times": -1})", times},
      {R"({"times": 1.5})", times},
      {R"({"times": 100001})", times},
      {R"({"times": 18446744073709551615})", times},
      {R"({"times": 1, "filter": []})", "filter: must be an object"},
      {R"({"times": 1, "filter": {"suite": []}})",
       "filter.suite: is not a part of a filter (suites, labels, paths, regex, tests)"},
      {R"({"times": 1, "filter": {"suites": "unit"}})", "filter.suites: must be a list of strings"},
      {R"({"times": 1, "filter": {"tests": ["a", 7]}})", "filter.tests[1]: must be a string"},
      {R"({"times": 1, "filter": {"regex": 7}})", "filter.regex: must be a string"},
      {R"({"times": 1, "filter": {"regex": ")" + std::string(1001, 'a') + "\"}}",
       "filter.regex: is longer than 1000 bytes"},
      {R"({"times": 1, "filter": {"regex": "a\u0000"}})", "filter.regex: must not have a NUL"},
      {R"({"times": 1, "only": "red"})", "only: must be \"all\", \"failed\", \"flaky\" or \"new\""},
      {R"({"times": 1, "requested_by": 7})", "requested_by: must be a string"},
      {R"({"times": 1, "requested_by": ")" + std::string(101, 'a') + "\"}",
       "requested_by: is longer than 100 bytes"},
      {R"({"times": 1, "time": 1})",
       "time: is not a member of this request (times, fail_runs, flake_runs, new_runs, filter, "
       "only, isolation, condition, requested_by)"},
      {R"({"times": 1, "filter": [[[[[[[[[[1]]]]]]]]]]})", "body: is nested too deeply"},
      {std::string(500'000, '['), "body: is nested too deeply"},
  };
  for (const auto& bad : cases) {
    const auto request = parse_run_request(bad.body);
    ASSERT_FALSE(request) << bad.body;
    EXPECT_EQ(request.error().text(), bad.error) << bad.body.substr(0, 100);
    EXPECT_EQ(request.error().kind, ErrorKind::invalid);
  }
}

}  // namespace
}  // namespace testlooper::codec
