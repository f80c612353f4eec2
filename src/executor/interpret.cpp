#include "executor/interpret.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "testlooper/base/limits.hpp"

#include "codec/condition_script.hpp"
#include "codec/report.hpp"
#include "codec/test_list.hpp"
#include "codec/utf8.hpp"
#include "executor/jobs.hpp"

namespace testlooper::executor {
namespace {

constexpr std::size_t kSaidBytes = 300;
constexpr int kSignalExit = 128;  // a shell's exit code for a death by signal N is 128 + N

std::string seconds_of(Milliseconds duration) {
  const auto tenths = duration.count() / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

bool died(const ContainerEnd& container) {
  return container.oom_killed || container.exit_code.value_or(0) > kSignalExit;
}

// How the process ended, where that alone says that something is wrong; else empty.
std::string bad_end(const ContainerEnd& container) {
  if (container.timed_out) {
    return "the command was ended after " + seconds_of(container.duration) + ", its time limit";
  }
  if (container.oom_killed) return "the command was killed because it used too much memory";
  const int code = container.exit_code.value_or(0);
  if (code > kSignalExit) {
    return "the command died by signal " + std::to_string(code - kSignalExit);
  }
  if (code != 0) return "the command ended with exit code " + std::to_string(code);
  return {};
}

Outcome outcome_of_bad_end(const ContainerEnd& container) {
  if (container.timed_out) return Outcome::timed_out;
  return died(container) ? Outcome::crashed : Outcome::failed;
}

std::string joined(const std::string& first, const std::string& second) {
  if (first.empty()) return second;
  return second.empty() ? first : first + "; " + second;
}

bool oversized(const ContainerEnd& container, const std::string& path) {
  return std::ranges::find(container.oversized_outputs, path) != container.oversized_outputs.end();
}

struct Report {
  std::vector<TestResult> results;
  std::string problem;  // why there is no report, or why it can't be read; else empty
};

Report read_report(const ContainerEnd& container, const std::vector<TestName>& assigned) {
  if (oversized(container, kReportPath)) {
    return {{},
            "the report at TEST_OUTPUT is larger than " +
                std::to_string(limits::kReportBytes >> 20) + " MB"};
  }
  const auto bytes = container.outputs.find(kReportPath);
  if (bytes == container.outputs.end()) return {{}, "it left no report at TEST_OUTPUT"};
  auto reported = codec::parse_report(bytes->second);
  if (!reported) return {{}, "the report can't be read: " + reported.error().text()};
  return {codec::match_report(std::move(*reported), assigned), {}};
}

// What a test is that was to be run and that no report speaks of.
Outcome outcome_of_unreported(const ContainerEnd& container) {
  if (container.timed_out) return Outcome::timed_out;
  return died(container) ? Outcome::crashed : Outcome::error;
}

void add_unreported(std::vector<TestResult>& results, const std::vector<TestName>& assigned,
                    Outcome outcome, const std::string& message) {
  std::set<TestName> reported;
  for (const auto& result : results) reported.insert(result.test);
  for (const auto& test : assigned) {
    if (reported.contains(test)) continue;
    TestResult result;
    result.test = test;
    result.outcome = outcome;
    result.message = message;
    results.push_back(std::move(result));
  }
}

// What repeated its only test died in the middle of a try, which no report tells.
void add_last_try(std::vector<TestResult>& results, const Assignment& assignment,
                  const ContainerEnd& container, const std::string& message) {
  const bool ended_early = container.timed_out || died(container);
  if (!ended_early || std::ssize(results) >= assignment.repeats) return;
  if (is_failure(results.back().outcome) && results.back().message == message) return;  // told
  TestResult last;
  last.test = assignment.tests.front();
  last.outcome = outcome_of_unreported(container);
  last.message = message;
  results.push_back(std::move(last));
}

std::string cause_of_run(const ContainerEnd& container, const Report& report, std::int64_t failures,
                         std::size_t total) {
  if (!report.problem.empty()) return joined(bad_end(container), report.problem);
  if (container.timed_out || died(container)) return bad_end(container);
  if (failures == 0) return {};
  return std::to_string(failures) + " of " + std::to_string(total) + " tests failed";
}

// A report may speak of tests that nobody asked for. Their runs are kept like all others, and
// people are told: the list and the report should call a test the same.
std::string strangers_in(const std::vector<TestResult>& results, const Assignment& assignment) {
  const std::set<TestName> asked(assignment.tests.begin(), assignment.tests.end());
  std::set<TestName> strangers;
  for (const auto& each : results) {
    if (!asked.contains(each.test)) strangers.insert(each.test);
  }
  if (strangers.empty()) return {};
  const auto first = "'" + strangers.begin()->id() + "'";
  if (strangers.size() == 1) return "the report names a test that was not asked for: " + first;
  return "the report names " + std::to_string(strangers.size()) +
         " tests that were not asked for, such as " + first;
}

// The condition's script says so before the tests begin.
std::string why_unmet(const ContainerEnd& container, const Condition& condition) {
  if (condition.cpus > 0 && container.cpus_unlimited) {
    return "cpus: docker can't limit the cores of a container on this machine";
  }
  const auto said = container.outputs.find(codec::kUnmetPath);
  if (said == container.outputs.end()) return {};
  return said->second.substr(0, said->second.find('\n'));
}

// Nothing was measured, and trying again would not help.
Interpreted unmet(Interpreted result, const std::string& why) {
  result.end.outcome = Outcome::error;
  result.end.cause = (codec::kUnmetCondition + why).substr(0, limits::kCauseBytes);
  return result;
}

// Of a test that was to be repeated, the last time counts. Why it was not repeated; else empty.
std::string keep_last(Report& report, const Assignment& assignment) {
  const int repeats = assignment.condition.repeats;
  if (repeats < 2 || !report.problem.empty()) return {};
  std::map<TestName, int> left;
  for (const auto& each : report.results) ++left[each.test];
  for (const auto& test : assignment.tests) {
    const bool wanted =
        std::ranges::find(assignment.companions, test) == assignment.companions.end();
    if (wanted && left.contains(test) && left[test] < repeats) {
      return "the suite's command ran '" + test.id() + "' " + std::to_string(left[test]) + " of " +
             std::to_string(repeats) + " times that TEST_INPUT names it";
    }
  }
  std::erase_if(report.results, [&](const TestResult& each) { return --left[each.test] > 0; });
  return {};
}

void drop_companions(std::vector<TestResult>& results, const Assignment& assignment) {
  if (!assignment.condition.has_companions()) return;
  const std::set<TestName> companions(assignment.companions.begin(), assignment.companions.end());
  const std::set<TestName> named(assignment.tests.begin(), assignment.tests.end());
  std::erase_if(results, [&](const TestResult& each) {
    return companions.contains(each.test) || !named.contains(each.test);
  });
}

// Of the output of a command that failed, the last line that names an error, or else its last one.
std::string_view telling_line(std::string_view output) {
  std::string_view last;
  std::string_view error;
  while (!output.empty()) {
    auto line = output.substr(0, output.find('\n'));
    output.remove_prefix(std::min(line.size() + 1, output.size()));
    const auto begin = line.find_first_not_of(" \t\r");
    if (begin == line.npos) continue;
    line = line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin);
    last = line;
    // pytest begins each line of an exception with "E".
    if (line.starts_with("E ") || line.contains("Error:") || line.contains("error:")) error = line;
  }
  if (error.empty()) return last;
  const auto text = error.starts_with("E ") ? error.find_first_not_of(' ', 1) : 0;
  return error.substr(text);
}

std::string why_not_kept(const OutputVolume& output) {
  if (output.oversized) {
    return "what it left in BUILD_OUTPUT is larger than " +
           std::to_string(limits::kBuildOutputBytes >> 30) +
           " GB, the most that is kept of a build";
  }
  std::string why = "the command ended well and left nothing in BUILD_OUTPUT";
  if (output.written_elsewhere.empty()) return why;
  why += "; what it wrote elsewhere is not kept: ";
  for (const auto& path : output.written_elsewhere) why += path + ", ";
  return why.substr(0, why.size() - 2);
}

}  // namespace

AttemptEnd end_of(const Error& error) {
  AttemptEnd end;
  end.outcome = error.kind == ErrorKind::invalid     ? Outcome::failed
                : error.kind == ErrorKind::cancelled ? Outcome::cancelled
                                                     : Outcome::infra;
  end.image_missing = error.kind == ErrorKind::not_found;
  end.cause = error.text().substr(0, limits::kCauseBytes);
  return end;
}

AttemptEnd end_of(const ContainerEnd& container) {
  AttemptEnd end;
  end.exit_code = container.exit_code;
  end.oom_killed = container.oom_killed;
  end.duration = container.duration;
  end.log = container.log;
  end.artifacts = container.artifacts;
  end.place = container.place;
  end.place_reason = container.place_reason.substr(0, limits::kCauseBytes);
  end.cause = container.cancelled ? "it was cancelled" : bad_end(container);
  end.outcome = container.cancelled ? Outcome::cancelled
                : end.cause.empty() ? Outcome::passed
                                    : outcome_of_bad_end(container);
  return end;
}

AttemptEnd end_of_missing(const std::vector<KeptArtifact>& artifacts) {
  AttemptEnd end;
  end.outcome = Outcome::infra;
  end.missing_artifacts = artifacts;
  end.cause = "docker no longer has what a build left; it is built again";
  return end;
}

Interpreted interpret_set_up(const ContainerEnd& container, const std::string& reference) {
  Interpreted result{end_of(container), {}};
  if (result.end.outcome == Outcome::passed) result.product = ImageBuilt{reference, {}};
  return result;
}

Interpreted interpret_build(const ContainerEnd& container) {
  Interpreted result{end_of(container), {}};
  if (result.end.outcome != Outcome::passed) return result;
  const auto& output = container.output;
  if (!output.volume.empty()) {
    result.product = ArtifactBuilt{output.volume, output.bytes};
    return result;
  }
  result.end.outcome = Outcome::failed;
  result.end.cause = why_not_kept(output).substr(0, limits::kCauseBytes);
  return result;
}

Result<std::string> plan_text(const ContainerEnd& container) {
  if (auto why = bad_end(container); !why.empty()) return invalid(std::move(why));
  if (oversized(container, kPlanPath)) {
    return invalid("the plan at TEST_PLAN_OUTPUT is larger than 1 MB");
  }
  const auto text = container.outputs.find(kPlanPath);
  if (text == container.outputs.end()) {
    return invalid("the command wrote no plan to TEST_PLAN_OUTPUT");
  }
  return text->second;
}

Interpreted interpret_list(const ContainerEnd& container, const std::string& standard_output) {
  Interpreted result{end_of(container), {}};
  if (result.end.outcome == Outcome::cancelled) return result;
  const auto why = result.end.cause;
  const auto refuse = [&](const std::string& problem) {
    result.end.outcome = why.empty() ? Outcome::failed : result.end.outcome;
    result.end.cause = joined(why, problem).substr(0, limits::kCauseBytes);
    return result;
  };
  if (container.timed_out) return refuse({});
  if (oversized(container, kListPath)) return refuse("the list of tests is larger than 64 MB");
  const auto file = container.outputs.find(kListPath);
  const bool in_file = file != container.outputs.end() && !file->second.empty();
  auto listed = codec::parse_test_list(in_file ? file->second : standard_output);
  if (!listed) {
    // What a command that failed wrote instead of a list says why.
    const bool no_list = listed.error().message.starts_with(codec::kNoTestList);
    const auto said = no_list && !why.empty() && !in_file ? telling_line(standard_output) : "";
    if (said.empty()) return refuse(listed.error().text());
    return refuse("it said " + codec::quoted_for_people(said, kSaidBytes));
  }
  // A good list counts more than the exit code: pytest, for one, has codes of its own.
  if (!why.empty()) {
    listed->warnings.push_back({0, why + ", although it wrote a list of tests"});
    result.end.outcome = Outcome::passed;
    result.end.cause.clear();
  }
  result.product = std::move(*listed);
  return result;
}

Interpreted interpret_run(const ContainerEnd& container, const Assignment& assignment) {
  Interpreted result{end_of(container), {}};
  if (result.end.outcome == Outcome::cancelled) return result;
  if (auto why = why_unmet(container, assignment.condition); !why.empty())
    return unmet(std::move(result), why);
  auto report = read_report(container, assignment.tests);
  if (auto why = keep_last(report, assignment); !why.empty()) {
    return unmet(std::move(result), why);
  }
  const auto problem =
      joined(bad_end(container),
             report.problem.empty() ? "the report does not speak of this test" : report.problem);
  add_unreported(report.results, assignment.tests, outcome_of_unreported(container), problem);
  if (assignment.repeats > 1 && !assignment.series) {
    add_last_try(report.results, assignment, container, problem);
  }
  drop_companions(report.results, assignment);
  const auto failures = std::ranges::count_if(
      report.results, [](const TestResult& each) { return is_failure(each.outcome); });
  result.end.cause = joined(cause_of_run(container, report, failures, report.results.size()),
                            strangers_in(report.results, assignment))
                         .substr(0, limits::kCauseBytes);
  if (container.timed_out || died(container)) {
    result.end.outcome = outcome_of_bad_end(container);
  } else {
    result.end.outcome = failures > 0 ? Outcome::failed : Outcome::passed;
  }
  result.product = TestsRun{std::move(report.results), container.started_at};
  return result;
}

}  // namespace testlooper::executor
