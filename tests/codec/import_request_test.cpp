// Reports of other systems, as the API takes them.
#include "codec/import_request.hpp"

#include <gtest/gtest.h>

namespace testlooper::codec {
namespace {

constexpr const char* kJUnit =
    R"(<testsuite><testcase classname="Suite" name="works" time="0.5"/>
<testcase classname="tests.test_a" name="test_one"><failure message="boom"/></testcase>
<testcase file="b.py" classname="b" name="test_b"/></testsuite>)";
constexpr const char* kGo = R"({"Action":"pass","Package":"p","Test":"T","Elapsed":1})";

ImportRequest request(const std::string& report, const std::string& format = "auto") {
  ImportRequest request;
  request.report = report;
  request.format = format;
  return request;
}
std::string problem(const ImportRequest& asked) {
  const auto results = imported_results(asked, {});
  return results ? "" : results.error().text();
}

TEST(ImportRequest, ABodyIsReadAsItWasWritten) {
  auto asked = request("<a>\xff</a>", "junit");
  asked.suite = "unit";
  asked.environment = "linux";
  asked.source = "jenkins";
  asked.attempt = "12";
  asked.file = "r.xml";
  const auto read = parse_import_request(api_json(asked));
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->format, "junit");
  EXPECT_EQ(read->suite, "unit");
  EXPECT_EQ(read->environment, "linux");
  EXPECT_EQ(read->source, "jenkins");
  EXPECT_EQ(read->attempt, "12");
  EXPECT_EQ(read->file, "r.xml");
  EXPECT_EQ(read->report, "<a>\xEF\xBF\xBD</a>");
}

TEST(ImportRequest, WhatIsAbsentHasADefault) {
  const auto read = parse_import_request(R"({"report": "<testsuite/>"})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->suite, "imported");
  EXPECT_EQ(read->environment, "");
  EXPECT_EQ(read->format, "auto");
  EXPECT_EQ(read->source, "another system");
}

TEST(ImportRequest, WhatMakesNoSenseIsNamed) {
  const auto said = [](const char* body) { return parse_import_request(body).error().text(); };
  EXPECT_EQ(said("{}"), "report: is missing, or empty");
  EXPECT_EQ(said(R"({"report":"x","format":"tap"})"),
            "format: must be auto, junit, pytest-json or go-json");
  EXPECT_TRUE(said(R"({"report":"x","suite":"a\nb"})").starts_with("suite: "));
  EXPECT_TRUE(said(R"({"reports":"x"})").starts_with("reports: is not a member"));
}

TEST(ImportRequest, ATestIsCalledAsItIsKnownOrByItsFileOrItsClass) {
  const auto results = imported_results(request(kJUnit), {{"tests/test_a.py", "test_one"}});
  ASSERT_TRUE(results) << results.error().text();
  ASSERT_EQ(results->size(), 3u);
  EXPECT_EQ((*results)[0].test, (TestName{"Suite", "works"}));
  EXPECT_EQ((*results)[0].outcome, Outcome::passed);
  EXPECT_EQ((*results)[1].test, (TestName{"tests/test_a.py", "test_one"}));
  EXPECT_EQ((*results)[1].outcome, Outcome::failed);
  EXPECT_EQ((*results)[1].message, "boom");
  EXPECT_EQ((*results)[2].test, (TestName{"b.py", "test_b"}));
  // The same names again, once they are known.
  const auto again = imported_results(request(kJUnit), {{"Suite", "works"}});
  EXPECT_EQ((*again)[0].test, (TestName{"Suite", "works"}));
}

TEST(ImportRequest, ABadReportIsRefusedWhole) {
  EXPECT_EQ(problem(request("nonsense")).substr(0, 36), "report: the report is of no known fo");
  EXPECT_EQ(problem(request("<testsuite><testcase")),
            "report: the report is cut: its XML ends too early");
  EXPECT_EQ(problem(request("<testsuite/>")), "report: it says nothing of any test");
  EXPECT_EQ(problem(request(kGo, "junit")),
            "report: the report is not junit; it looks like go-json");
  EXPECT_EQ(problem(request(kJUnit, "go-json")),
            "report: the report is not go-json; it looks like junit");
  EXPECT_EQ(problem(request(kGo, "go-json")), "");
}

}  // namespace
}  // namespace testlooper::codec
