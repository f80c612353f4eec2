#include "codec/quarantine_list.hpp"

#include <algorithm>

#include "testlooper/domain/test.hpp"

namespace testlooper::codec {
namespace {

using Names = std::vector<TestName>;

// A line break in a name would begin another argument.
std::string on_one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  std::ranges::replace(text, '\r', ' ');
  return text;
}

// For RE2 and for JavaScript alike: a backslash before a sign is that sign.
std::string regex_quoted(std::string_view text) {
  constexpr std::string_view kSigns = R"(\.+*?()|[]{}^$/-)";
  std::string escaped;
  for (const char c : text) {
    if (kSigns.contains(c)) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string lines(const Names& names, std::string_view before) {
  std::string text;
  for (const auto& name : names) text += std::string(before) + on_one_line(name.id()) + "\n";
  return text;
}

template <typename Write>
std::string joined(const Names& names, std::string_view separator, const Write& write) {
  std::string text;
  for (const auto& name : names) {
    if (!text.empty()) text += separator;
    text += on_one_line(write(name));
  }
  return text;
}

// JUnit's reports have a suite as the class, which is the path then.
std::string gtest_name(const TestName& test) {
  const bool has_suite = test.name.contains('.') || test.path.empty() || test.path.contains('/');
  auto name = has_suite ? test.name : test.path + "." + test.name;
  std::ranges::replace(name, ':', '?');
  return name;
}

// `go test` takes a pattern apart at slashes, so a slash is never quoted; within a name it begins
// the next level of subtests. Blanks of a subtest's name are underscores there.
std::string go_pattern(const TestName& test) {
  std::string pattern;
  std::string level;
  const auto end_level = [&] {
    if (!pattern.empty()) pattern += '/';
    pattern += "^" + regex_quoted(level) + "$";
    level.clear();
  };
  for (const char c : test.name) {
    if (c == '/') {
      end_level();
    } else {
      level += c == ' ' ? '_' : c;
    }
  }
  end_level();
  return pattern;
}

}  // namespace

Result<std::string> quarantine_list(std::string_view format, std::string_view suite,
                                    const std::vector<pages::Quarantine>& tests) {
  Names names;
  for (const auto& test : tests) {
    if (test.expired || (!suite.empty() && test.suite != suite)) continue;
    names.push_back({test.path, test.name});
  }
  if (format == "ids") return lines(names, "");
  if (format == "pytest") return lines(names, "--deselect=");
  if (format != "gtest" && format != "go" && format != "jest") {
    return invalid("must be json, ids, pytest, gtest, go or jest", "format");
  }
  if (names.empty()) return std::string();
  if (format == "gtest") return "--gtest_filter=-" + joined(names, ":", gtest_name) + "\n";
  if (format == "go") return "-skip=" + joined(names, "|", go_pattern) + "\n";
  return "--testNamePattern=^(?!(?:" +
         joined(names, "|", [](const TestName& test) { return regex_quoted(test.name); }) + ")$)\n";
}

}  // namespace testlooper::codec
