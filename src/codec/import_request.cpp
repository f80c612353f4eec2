#include "codec/import_request.hpp"

#include <set>

#include "testlooper/base/limits.hpp"

#include "codec/checks.hpp"
#include "codec/report.hpp"
#include "codec/report_formats.hpp"
#include "codec/request_body.hpp"
#include "codec/utf8.hpp"

namespace testlooper::codec {
namespace {

Result<std::string> read_name(const Json& json, const std::string& where) {
  auto name = read_string(json, limits::kNameBytes, where);
  if (!name || name->empty()) return name;
  if (const auto problem = name_problem(*name); !problem.empty()) return invalid(problem, where);
  return name;
}

Result<void> read_member(const std::string& name, const Json& json, ImportRequest& request) {
  if (name == "report") return put(read_string(json, limits::kImportBytes, name), request.report);
  if (name == "format") return put(read_string(json, limits::kNameBytes, name), request.format);
  if (name == "suite") return put(read_name(json, name), request.suite);
  if (name == "environment") return put(read_name(json, name), request.environment);
  if (name == "source") return put(read_name(json, name), request.source);
  if (name == "attempt") return put(read_name(json, name), request.attempt);
  if (name == "file") return put(read_string(json, limits::kTestIdBytes, name), request.file);
  if (name == "requested_by") return put(read_requested_by(json), request.requested_by);
  return invalid(
      "is not a member of this request (format, report, suite, environment, source, attempt, file,"
      " requested_by)",
      name);
}

std::string_view format_of(std::string_view report) {
  const auto begin = report.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (begin == report.npos) return "";
  report.remove_prefix(begin);
  if (report.front() == '<') return "junit";
  return is_go_report(report) ? "go-json" : "pytest-json";
}

// A report names a class where it has no file.
void name_by_class(std::vector<TestResult>& results, const std::vector<ReportedTest>& reported,
                   const std::vector<TestName>& known) {
  const std::set<TestName> names(known.begin(), known.end());
  for (std::size_t i = 0; i < results.size() && i < reported.size(); ++i) {
    auto& test = results[i].test;
    if (test.path.empty() && !names.contains(test)) test.path = reported[i].class_name;
  }
}

}  // namespace

Result<ImportRequest> parse_import_request(std::string_view body) {
  auto json = parse_json_object(body);
  if (!json) return std::unexpected(json.error());
  ImportRequest request;
  for (const auto& [name, value] : json->items()) {
    if (auto read = read_member(name, value, request); !read) return std::unexpected(read.error());
  }
  const auto& format = request.format;
  if (format != "auto" && format != "junit" && format != "pytest-json" && format != "go-json") {
    return invalid("must be auto, junit, pytest-json or go-json", "format");
  }
  if (request.report.empty()) return invalid("is missing, or empty", "report");
  if (request.suite.empty()) request.suite = limits::kImportedName;
  if (request.source.empty()) request.source = ImportRequest{}.source;
  return request;
}

std::string api_json(const ImportRequest& request) {
  JsonWriter writer;
  writer.begin_object();
  writer.member("format", request.format);
  writer.member("suite", request.suite);
  writer.member("environment", request.environment);
  writer.member("source", request.source);
  writer.member("attempt", request.attempt);
  writer.member("file", request.file);
  writer.member("requested_by", request.requested_by);
  writer.member("report", valid_utf8(request.report));
  writer.end_object();
  return writer.take();
}

Result<std::vector<TestResult>> imported_results(const ImportRequest& request,
                                                 const std::vector<TestName>& known) {
  const auto format = format_of(request.report);
  if (request.format != "auto" && request.format != format) {
    return invalid("the report is not " + request.format +
                       (format.empty() ? "" : "; it looks like " + std::string(format)),
                   "report");
  }
  auto reported = parse_report(request.report);
  if (!reported) return invalid(reported.error().text(), "report");
  std::erase_if(*reported, [](const ReportedTest& each) { return each.test.name.empty(); });
  if (reported->empty()) return invalid("it says nothing of any test", "report");
  if (reported->size() > limits::kImportResults) {
    return invalid(
        "it has more than " + std::to_string(limits::kImportResults) + " results: split it",
        "report");
  }
  auto results = match_report(*reported, known);
  name_by_class(results, *reported, known);
  for (auto& result : results) {
    result.output.clear();
    if (result.test.id().size() > limits::kTestIdBytes) {
      return invalid(
          "a test's name is longer than " + std::to_string(limits::kTestIdBytes) + " bytes",
          "report");
    }
  }
  return results;
}

}  // namespace testlooper::codec
