#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "testlooper/base/limits.hpp"

#include "codec/report_formats.hpp"
#include "codec/utf8.hpp"

namespace testlooper::codec {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
// Suites within suites that may name the file of a test.
constexpr int kSuiteLevels = 8;

std::string_view attribute(const pugi::xml_node& node, const char* name) {
  return node.attribute(name).value();
}

void append_text(const pugi::xml_node& node, std::string& text) {
  for (const auto& child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
      text += child.value();
  }
}

// The message and the text of a <failure>, <error> or <skipped>; surefire has the text of a try
// in a <stackTrace>, nextest in a <system-err>.
std::string message_of(const pugi::xml_node& node) {
  const auto summary = attribute(node, "message");
  std::string text;
  append_text(node, text);
  for (const auto* name : {"stackTrace", "system-err", "system-out"}) {
    if (text.find_first_not_of(kBlanks) == text.npos) append_text(node.child(name), text);
  }
  text.erase(0, std::min(text.find_first_not_of(kBlanks), text.size()));
  if (text.empty()) return std::string(summary.empty() ? attribute(node, "type") : summary);
  // The summary comes first, as the one line that is shown where there is room for one.
  const bool begins_with_it = text.find(summary) < text.find('\n');
  return summary.empty() || begins_with_it ? text : fmt::format("{}\n\n{}", summary, text);
}

std::string capped_message(std::string_view message) {
  const auto end = message.find_last_not_of(kBlanks);
  return capped_utf8(valid_utf8(message.substr(0, end + 1)), limits::kMessageBytes);
}

std::string_view file_of(pugi::xml_node node) {
  for (int level = 0; level < kSuiteLevels && node; ++level, node = node.parent()) {
    for (const auto* name : {"file", "filepath"}) {
      if (const auto file = attribute(node, name); !file.empty()) return file;
    }
  }
  return {};
}

// The kind of an element below <testcase>, where it says how a try ended.
enum class Says { nothing, failed, error, skipped, failed_try, error_try };

Says says(const pugi::xml_node& child) {
  constexpr std::array<std::pair<std::string_view, Says>, 8> kElements = {{
      {"failure", Says::failed},
      {"error", Says::error},
      {"skipped", Says::skipped},
      {"disabled", Says::skipped},
      {"flakyFailure", Says::failed_try},
      {"rerunFailure", Says::failed_try},
      {"flakyError", Says::error_try},
      {"rerunError", Says::error_try},
  }};
  const std::string_view name = child.name();
  for (const auto& [element, meaning] : kElements) {
    if (element == name) return meaning;
  }
  return Says::nothing;
}

class JUnitReader {
 public:
  std::vector<ReportedTest> read(const pugi::xml_node& root) {
    // In the order of the document, without recursion: suites may be nested ever so deep.
    for (auto node = root; node; node = following(node, root)) {
      if (std::string_view(node.name()) == "testcase") take(node);
    }
    return std::move(reported_);
  }

 private:
  static pugi::xml_node following(pugi::xml_node node, const pugi::xml_node& root) {
    if (node.first_child()) return node.first_child();
    while (node && node != root && !node.next_sibling()) node = node.parent();
    return node == root ? pugi::xml_node() : node.next_sibling();
  }

  void take(const pugi::xml_node& node) {
    ReportedTest test;
    test.test = {valid_utf8(file_of(node)), valid_utf8(attribute(node, "name"))};
    test.class_name = valid_utf8(attribute(node, "classname"));
    if (test.test.name.empty() && test.class_name.empty()) return;
    test.duration = duration_in(attribute(node, "time"));
    test.outcome = Outcome::passed;
    if (const auto status = attribute(node, "status");
        status == "notrun" || status == "disabled" || status == "skipped") {
      test.outcome = Outcome::skipped;
    }

    std::vector<pugi::xml_node> verdicts, earlier, later;
    for (const auto& child : node.children()) {
      const auto meaning = says(child);
      if (meaning == Says::failed_try || meaning == Says::error_try) {
        const bool flaky = std::string_view(child.name()).starts_with("flaky");
        (flaky ? earlier : later).push_back(child);
      } else if (meaning != Says::nothing) {
        verdicts.push_back(child);
      }
    }
    if (!verdicts.empty()) judge(verdicts, node, test);
    test.output = output_of(verdicts, node);
    if (is_second_half(test)) return;
    for (const auto& child : earlier) reported_.push_back(one_try(child, test));
    reported_.push_back(test);
    for (const auto& child : later) reported_.push_back(one_try(child, test));
  }

  // Its standard output and error, then how it failed.
  static std::string output_of(const std::vector<pugi::xml_node>& verdicts,
                               const pugi::xml_node& node) {
    std::string output;
    const auto append = [&](std::string_view what, const std::string& text) {
      if (text.find_first_not_of(kBlanks) == text.npos) return;
      if (!output.empty() && !output.ends_with('\n')) output += '\n';
      output += fmt::format("---- {} ----\n{}", what, text);
    };
    for (const auto& child : node.children()) {
      const std::string_view name = child.name();
      if (name != "system-out" && name != "system-err") continue;
      std::string text;
      append_text(child, text);
      append(name == "system-out" ? "stdout" : "stderr", text);
    }
    for (const auto& verdict : verdicts) append("what went wrong", message_of(verdict));
    return capped_utf8(valid_utf8(output), limits::kRunLogBytes);
  }

  static void judge(const std::vector<pugi::xml_node>& verdicts, const pugi::xml_node& node,
                    ReportedTest& test) {
    // A failed check says more than an error that followed it.
    const auto failure = std::ranges::find(verdicts, Says::failed, says);
    const auto& verdict = failure == verdicts.end() ? verdicts.front() : *failure;
    std::string message;
    for (const auto& each : verdicts) {
      if (message.size() > limits::kMessageBytes) break;
      if (!message.empty()) message += "\n\n";
      message += message_of(each);
    }
    const auto meaning = says(verdict);
    if (meaning == Says::skipped) {
      const bool expected = attribute(verdict, "type") == "pytest.xfail";
      test.outcome = expected ? Outcome::xfailed : Outcome::skipped;
    } else {
      test.outcome = meaning == Says::failed ? Outcome::failed : Outcome::error;
      if (message.empty()) append_text(node.child("system-out"), message);
    }
    test.message = capped_message(message);
    take_file_failure(verdict, test);
  }

  // A file that cannot even be loaded: pytest and jest write it as if it were a test.
  static void take_file_failure(const pugi::xml_node& verdict, ReportedTest& test) {
    if (attribute(verdict, "message") == "collection failure" && test.class_name.empty()) {
      test.class_name = std::exchange(test.test.name, "");
    } else if (test.class_name == "Test suite failed to run") {
      test.test.path = std::exchange(test.test.name, "");
      test.class_name.clear();
    }
  }

  // A try that the framework repeated by itself; before or after the last one's entry.
  static ReportedTest one_try(const pugi::xml_node& node, const ReportedTest& last) {
    ReportedTest test = last;
    test.outcome = says(node) == Says::failed_try ? Outcome::failed : Outcome::error;
    test.duration = duration_in(attribute(node, "time"));
    test.message = capped_message(message_of(node));
    test.output = output_of({node}, node);
    return test;
  }

  // pytest writes a test that fails and then cannot be torn down as two: that is one run.
  bool is_second_half(const ReportedTest& test) {
    if (reported_.empty() || test.outcome != Outcome::error) return false;
    auto& first = reported_.back();
    if (first.outcome != Outcome::failed || first.test != test.test ||
        first.class_name != test.class_name || !test.message.starts_with("failed on teardown")) {
      return false;
    }
    first.message = capped_message(fmt::format("{}\n\n{}", first.message, test.message));
    first.output = capped_utf8(first.output + "\n" + test.output, limits::kRunLogBytes);
    return true;
  }

  std::vector<ReportedTest> reported_;
};

// Of elements and attributes, at most: pugixml takes some 60 bytes for one of 4.
std::size_t count_nodes(std::string_view bytes) {
  std::size_t nodes = 0;
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
    const bool attribute = bytes[i] == '=' && std::string_view("\"' \t\r\n").contains(bytes[i + 1]);
    if (bytes[i] == '<' || attribute) ++nodes;
  }
  return nodes;
}

bool is_cut(std::string_view bytes, const pugi::xml_parse_result& parsed) {
  const auto last = bytes.find_last_not_of(" \t\r\n");
  return bytes[last] != '>' || parsed.offset >= static_cast<std::ptrdiff_t>(last);
}

}  // namespace

Result<std::vector<ReportedTest>> parse_junit_report(std::string_view bytes) {
  if (count_nodes(bytes) > limits::kTreeNodes) {
    return invalid("the report has too many elements");
  }
  pugi::xml_document document;
  const auto parsed =
      document.load_buffer(bytes.data(), bytes.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed) {
    if (is_cut(bytes, parsed)) return invalid("the report is cut: its XML ends too early");
    return invalid(fmt::format("the report is not valid XML: {}", parsed.description()),
                   fmt::format("report:{}",
                               std::ranges::count(
                                   bytes.substr(0, static_cast<std::size_t>(parsed.offset)), '\n') +
                                   1));
  }
  const auto root = document.document_element();
  const std::string_view name = root.name();
  if (name != "testsuites" && name != "testsuite") {
    return invalid(
        fmt::format("the report is of no known format: it is XML with {} at the top; "
                    "pytest-json-report, JUnit XML and go test -json are known",
                    quoted_for_people(name, 40)));
  }
  return JUnitReader().read(root);
}

}  // namespace testlooper::codec
