#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "testlooper/base/limits.hpp"

#include "codec/names.hpp"
#include "codec/report_formats.hpp"
#include "codec/utf8.hpp"
#include "codec/yaml.hpp"

namespace testlooper::codec {
namespace {

using Members = std::vector<YamlNode::Entry>;

std::optional<YamlNode> find(const Members& members, std::string_view name) {
  for (const auto& [key, value] : members) {
    if (key.text() == name) return value;
  }
  return std::nullopt;
}

Members members_of(const Members& members, std::string_view name) {
  const auto value = find(members, name);
  return value ? value->entries() : Members{};
}

std::string_view text_of(const Members& members, std::string_view name) {
  const auto value = find(members, name);
  return value ? value->text() : std::string_view();
}

// "\ud83d" that stands alone: Python writes it for bytes which are no UTF-8, and JSON forbids it.
void replace_lone_surrogates(std::string& json) {
  const auto unit_at = [&json](std::size_t at) {
    const auto digits = std::string_view(json).substr(std::min(at, json.size()), 6);
    unsigned unit = 0;
    if (digits.size() < 6 || !digits.starts_with("\\u")) return 0u;
    const auto [end, error] = std::from_chars(digits.data() + 2, digits.data() + 6, unit, 16);
    return error == std::errc() && end == digits.data() + 6 ? unit : 0u;
  };
  const auto is_high = [](unsigned unit) { return unit >= 0xD800 && unit <= 0xDBFF; };
  const auto is_low = [](unsigned unit) { return unit >= 0xDC00 && unit <= 0xDFFF; };
  for (auto at = json.find('\\'); at != json.npos; at = json.find('\\', at)) {
    const auto unit = unit_at(at);
    if (is_high(unit) && is_low(unit_at(at + 6))) {
      at += 12;
    } else if (is_high(unit) || is_low(unit)) {
      json.replace(at, 6, "\\ufffd");
      at += 6;
    } else {
      at += 2;
    }
  }
}

// What went wrong in a stage: the one line of the crash, then all that pytest printed.
std::string stage_message(const Members& stage) {
  const auto crash = text_of(members_of(stage, "crash"), "message");
  const auto shown = text_of(stage, "longrepr");
  if (crash.empty() || shown.starts_with(crash)) return std::string(shown);
  if (shown.empty()) return std::string(crash);
  return fmt::format("{}\n\n{}", crash, shown);
}

// What pytest captured in a stage, and what it printed of a failure.
void append_output(const Members& stage, std::string_view name, std::string_view failure,
                   std::string& output) {
  const auto append = [&](std::string_view what, std::string_view text) {
    if (text.empty()) return;
    if (!output.empty() && !output.ends_with('\n')) output += '\n';
    output += fmt::format("---- {}: {} ----\n{}", name, what, text);
  };
  append("stdout", text_of(stage, "stdout"));
  append("stderr", text_of(stage, "stderr"));
  append("what went wrong", failure);
}

TestName name_of(std::string_view nodeid) {
  const auto colons = nodeid.find("::");
  if (colons == nodeid.npos) return {"", valid_utf8(nodeid)};
  return {valid_utf8(nodeid.substr(0, colons)), valid_utf8(nodeid.substr(colons + 2))};
}

// What the stages say by themselves.
Outcome outcome_of(const std::vector<Stage>& stages) {
  for (const auto& stage : stages) {
    if (stage.outcome == Outcome::passed) continue;
    const bool broken = stage.outcome == Outcome::failed && stage.name != "call";
    return broken ? Outcome::error : stage.outcome;
  }
  return stages.empty() ? Outcome::error : Outcome::passed;
}

ReportedTest read_test(const Members& members) {
  ReportedTest reported;
  reported.test = name_of(text_of(members, "nodeid"));
  const auto named = outcome_named(text_of(members, "outcome"));
  std::string message;
  for (const auto* name : {"setup", "call", "teardown"}) {
    const auto stage = members_of(members, name);
    if (stage.empty()) continue;
    auto outcome = outcome_named(text_of(stage, "outcome")).value_or(Outcome::error);
    const bool went_well = outcome == Outcome::passed;
    // pytest calls the stage of an expected failure skipped.
    if (outcome == Outcome::skipped && named == Outcome::xfailed) outcome = Outcome::xfailed;
    const auto duration = duration_in(text_of(stage, "duration"));
    reported.stages.push_back({name, outcome, duration});
    reported.duration += duration;
    const auto failure = went_well ? std::string() : stage_message(stage);
    append_output(stage, name, failure, reported.output);
    if (went_well) continue;
    if (!message.empty()) message += "\n\n";
    message += failure;
  }
  reported.output = capped_utf8(valid_utf8(reported.output), limits::kRunLogBytes);
  reported.outcome = named.value_or(outcome_of(reported.stages));
  // A test that failed and then could not be torn down: what it checked says more.
  if (reported.outcome == Outcome::error && outcome_of(reported.stages) == Outcome::failed) {
    reported.outcome = Outcome::failed;
  }
  reported.message = capped_utf8(valid_utf8(message), limits::kMessageBytes);
  return reported;
}

// The plugin that repeats failed tests leaves "rerun" as the outcome of one that passed at last.
std::optional<ReportedTest> earlier_try_of(const Members& members, const ReportedTest& last) {
  if (text_of(members, "outcome") != "rerun" || is_failure(last.outcome)) return std::nullopt;
  ReportedTest earlier;
  earlier.test = last.test;
  earlier.outcome = Outcome::failed;
  earlier.message = "pytest ran this test again by itself; the report does not say how it failed";
  return earlier;
}

// A file that could not be imported has no tests in the report.
std::optional<ReportedTest> read_collector(const Members& members) {
  if (text_of(members, "outcome") != "failed") return std::nullopt;
  ReportedTest reported;
  reported.test.path = valid_utf8(text_of(members, "nodeid"));
  reported.message = capped_utf8(valid_utf8(text_of(members, "longrepr")), limits::kMessageBytes);
  return reported;
}

std::vector<ReportedTest> read_entries(const std::optional<YamlNode>& collectors,
                                       const std::optional<YamlNode>& tests) {
  std::vector<ReportedTest> reported;
  for (const auto& item : collectors ? collectors->items() : std::vector<YamlNode>()) {
    if (auto failure = read_collector(item.entries())) reported.push_back(std::move(*failure));
  }
  for (const auto& item : tests ? tests->items() : std::vector<YamlNode>()) {
    const auto members = item.entries();
    auto last = read_test(members);
    if (last.test.name.empty()) continue;
    if (auto earlier = earlier_try_of(members, last)) reported.push_back(std::move(*earlier));
    reported.push_back(std::move(last));
  }
  return reported;
}

std::unexpected<Error> unknown_json(const Members& members) {
  constexpr std::size_t kShownMembers = 5;
  std::vector<std::string> names;
  for (const auto& [key, value] : members) {
    if (names.size() < kShownMembers) names.push_back(quoted_for_people(key.text(), 40));
  }
  return invalid(
      fmt::format("the report is of no known format: it is JSON with {}; "
                  "pytest-json-report, JUnit XML and go test -json are known",
                  names.empty() ? "nothing in it" : fmt::format("{}", fmt::join(names, ", "))));
}

}  // namespace

Result<std::vector<ReportedTest>> parse_pytest_report(std::string_view bytes) {
  YamlOptions options{.bytes = limits::kReportBytes, .nodes = limits::kTreeNodes};
  options.unique_keys = false;
  options.nul_characters = true;
  options.skipped_members = {"keywords", "traceback",   "log",   "metadata",
                             "warnings", "environment", "result"};
  std::string fixed;
  if (bytes.contains("\\ud") || bytes.contains("\\uD")) {
    fixed = bytes;
    replace_lone_surrogates(fixed);
    bytes = fixed;
  }
  const auto document = parse_json(bytes, "report", options);
  if (!document && document.error().message == kEndsTooEarly) {
    return invalid("the report is cut: its JSON ends too early");
  }
  if (!document) return std::unexpected(document.error());

  const auto members = document->root().entries();
  const auto tests = find(members, "tests");
  const auto collectors = find(members, "collectors");
  if (!tests && !collectors && !(find(members, "summary") && find(members, "exitcode"))) {
    return unknown_json(members);
  }
  return read_entries(collectors, tests);
}

}  // namespace testlooper::codec
