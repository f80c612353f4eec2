#include "codec/test_columns.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace testlooper::codec {
namespace {

using Tests = std::vector<pages::TestSummary>;

template <typename List, typename ValueOf>
void column(JsonWriter& writer, std::string_view name, const List& list, const ValueOf& value_of) {
  writer.key(name);
  writer.begin_array();
  for (const auto& each : list) writer.value(value_of(each));
  writer.end_array();
}

// Each as the difference from the one before: neighbours' ids are nearly neighbours.
template <typename List, typename ValueOf>
void differences(JsonWriter& writer, std::string_view name, const List& list,
                 const ValueOf& value_of) {
  std::int64_t before = 0;
  column(writer, name, list, [&](const auto& each) {
    const std::int64_t value = value_of(each);
    return value - std::exchange(before, value);
  });
}

// A column of places in a list of the different values, and that list.
template <typename Value, typename ValueOf, typename Write>
void places(JsonWriter& writer, std::string_view name, std::string_view list_name,
            const Tests& tests, const ValueOf& value_of, const Write& write) {
  std::map<Value, std::size_t> known;
  std::vector<const Value*> list;
  const Value* last = nullptr;
  std::size_t place = 0;
  column(writer, name, tests, [&](const pages::TestSummary& test) {
    const Value& value = value_of(test);
    if (last != nullptr && *last == value) return place;
    const auto [found, is_new] = known.emplace(value, list.size());
    last = &found->first;
    if (is_new) list.push_back(last);
    return place = found->second;
  });
  writer.key(list_name);
  writer.begin_array();
  for (const auto* value : list) write(*value);
  writer.end_array();
}

char letter(std::string_view verdict) {
  if (verdict == "passed") return 'P';
  if (verdict == "failed") return 'F';
  if (verdict == "flaky") return '~';
  if (verdict == "skipped") return 'S';
  return verdict == "absent" ? '-' : '.';
}

template <typename ValueOf>
void letters(JsonWriter& writer, std::string_view name, const Tests& tests,
             const ValueOf& value_of) {
  std::string text;
  text.reserve(tests.size());
  for (const auto& test : tests) text += letter(value_of(test));
  writer.member(name, text);
}

bool only_passed(const pages::TestSummary& test) {
  const auto& c = test.counts;
  return c.failed + c.error + c.skipped + c.xfailed + c.xpassed + c.timed_out + c.crashed +
                 c.infra ==
             0 &&
         !test.last_failure;
}

void write_others(JsonWriter& writer, const Tests& tests) {
  writer.key("others");
  writer.begin_array();
  for (std::size_t i = 0; i < tests.size(); ++i) {
    if (only_passed(tests[i])) continue;
    const auto& c = tests[i].counts;
    writer.begin_array();
    writer.value(i);
    for (const auto count :
         {c.failed, c.error, c.skipped, c.xfailed, c.xpassed, c.timed_out, c.crashed, c.infra}) {
      writer.value(count);
    }
    writer.value(tests[i].last_failure.value_or(RunId{}).value);
    writer.end_array();
  }
  writer.end_array();
}

void write_labels(JsonWriter& writer, const std::vector<std::string>& labels) {
  writer.begin_array();
  for (const auto& label : labels) writer.value(label);
  writer.end_array();
}

}  // namespace

void write_test_columns(JsonWriter& writer, const Tests& tests) {
  const auto write_text = [&](const std::string& text) { writer.value(text); };
  using Test = pages::TestSummary;
  using Labels = std::vector<std::string>;
  writer.begin_object();
  differences(writer, "test", tests, [](const Test& test) { return test.test.value; });
  places<std::string>(
      writer, "suite", "suites", tests, [](const Test& test) -> auto& { return test.suite; },
      write_text);
  places<std::string>(
      writer, "path", "paths", tests, [](const Test& test) -> auto& { return test.path; },
      write_text);
  column(writer, "name", tests, [](const Test& test) -> auto& { return test.name; });
  places<Labels>(
      writer, "labels", "label_sets", tests, [](const Test& test) -> auto& { return test.labels; },
      [&](const Labels& labels) { write_labels(writer, labels); });
  letters(writer, "verdict", tests, [](const Test& test) -> auto& { return test.verdict; });
  letters(writer, "parent_verdict", tests,
          [](const Test& test) -> auto& { return test.parent_verdict; });
  column(writer, "passed", tests, [](const Test& test) { return test.counts.passed; });
  write_others(writer, tests);
  column(writer, "in_flight", tests, [](const Test& test) { return test.in_flight; });
  column(writer, "mean_us", tests, [](const Test& test) { return test.mean_us; });
  differences(writer, "last_run", tests,
              [](const Test& test) { return test.last_run.value_or(RunId{}).value; });
  writer.end_object();
}

void write_run_columns(JsonWriter& writer, const std::vector<pages::TestRun>& runs) {
  using Run = pages::TestRun;
  constexpr std::string_view kLetters = "PFESxXTCI";  // in the enum's order, as the matrix has them
  std::string outcomes;
  for (const auto& run : runs) outcomes += kLetters.at(static_cast<std::size_t>(run.outcome));
  writer.begin_object();
  differences(writer, "id", runs, [](const Run& run) { return run.id.value; });
  column(writer, "commit", runs, [](const Run& run) { return run.commit; });
  writer.member("outcome", outcomes);
  differences(writer, "started_at", runs, [](const Run& run) { return run.started_at.ms; });
  column(writer, "duration_us", runs, [](const Run& run) { return run.duration_us; });
  writer.end_object();
}

}  // namespace testlooper::codec
