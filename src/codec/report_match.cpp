#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "testlooper/base/limits.hpp"

#include "codec/report.hpp"
#include "codec/utf8.hpp"

namespace testlooper::codec {
namespace {

constexpr std::size_t kNobody = static_cast<std::size_t>(-1);
constexpr std::size_t kAmbiguous = kNobody - 1;

std::string clean_path(std::string_view path) {
  std::string clean(path);
  std::ranges::replace(clean, '\\', '/');
  while (clean.starts_with("./")) clean.erase(0, 2);
  return clean;
}

// A test's name as dotted parts: "tests/test_core.py" and "TestX::test_a" are
// "tests.test_core.TestX.test_a". `begins` are where parts begin, up to the last part of the name,
// whose own dots ("test_a[1.5]") separate nothing.
struct DottedName {
  std::string text;
  std::vector<std::size_t> begins;

  void add(std::string_view part) {
    if (!text.empty()) text += '.';
    begins.push_back(text.size());
    text += part;
  }
  void add_parts(std::string_view parts, std::string_view separator) {
    while (!parts.empty()) {
      const auto end = parts.find(separator);
      if (end != 0) add(parts.substr(0, end));
      parts.remove_prefix(end == parts.npos ? parts.size() : end + separator.size());
    }
  }
  std::string_view from(std::size_t begin) const { return std::string_view(text).substr(begin); }
};

// "a/b/test_core.py" without the ending; dots of folders count as separators, as in a module.
void add_file(DottedName& name, std::string_view path) {
  const auto slash = path.rfind('/');
  const auto dot = path.rfind('.');
  const bool ending = dot != path.npos && dot > 0 && (slash == path.npos || dot > slash + 1);
  std::string module(path.substr(0, ending ? dot : path.npos));
  std::ranges::replace(module, '/', '.');
  name.add_parts(module, ".");
}

// "::" within brackets belongs to a parameter.
void add_test_name(DottedName& name, std::string_view test) {
  const auto bracket = std::min(test.find('['), test.size());
  const auto colons = test.substr(0, bracket).rfind("::");
  if (colons == test.npos) return name.add(test);
  name.add_parts(test.substr(0, colons), "::");
  name.add(test.substr(colons + 2));
}

DottedName dotted(const TestName& test) {
  DottedName name;
  add_file(name, clean_path(test.path));
  add_test_name(name, test.name);
  return name;
}

DottedName dotted_of_class(const std::string& class_name, const std::string& test) {
  DottedName name;
  name.add_parts(class_name, ".");
  add_test_name(name, test);
  return name;
}

std::string dotted_file(std::string_view path) {
  DottedName name;
  add_file(name, path);
  return name.text;
}

// Names of assigned tests, to find the one that a name belongs to. The keys' texts live elsewhere.
class Index {
 public:
  explicit Index(std::size_t tests) { tests_.reserve(tests); }
  void add(std::string_view key, std::size_t test) {
    const auto [at, added] = tests_.emplace(key, test);
    if (!added && at->second != test) at->second = kAmbiguous;
  }
  std::optional<std::size_t> find(std::string_view key) const {
    const auto found = tests_.find(key);
    if (found == tests_.end() || found->second == kAmbiguous) return std::nullopt;
    return found->second;
  }

 private:
  std::unordered_map<std::string_view, std::size_t> tests_;
};

class Matcher {
 public:
  explicit Matcher(const std::vector<TestName>& assigned)
      : taken_(assigned.size(), false), by_id_(assigned.size()), by_name_(assigned.size()) {
    ids_.reserve(assigned.size());
    names_.reserve(assigned.size());
    for (std::size_t i = 0; i < assigned.size(); ++i) {
      ids_.push_back(TestName{clean_path(assigned[i].path), assigned[i].name}.id());
      names_.push_back(dotted(assigned[i]));
      by_id_.add(ids_.back(), i);
      by_name_.add(names_.back().text, i);
    }
  }

  // For each entry the assigned test that it speaks of, or kNobody.
  std::vector<std::size_t> match(const std::vector<ReportedTest>& reported) {
    std::vector<std::size_t> groups(reported.size(), kNobody);
    std::unordered_map<std::string, std::size_t> known;
    for (std::size_t i = 0; i < reported.size(); ++i) {
      const auto& entry = reported[i];
      if (entry.test.name.empty()) continue;
      // Tries of one test are one group: they belong together whatever they belong to.
      auto key = entry.test.path + '\0' + entry.class_name + '\0' + entry.test.name;
      const auto [at, added] = known.emplace(std::move(key), entries_.size());
      groups[i] = at->second;
      if (!added) continue;
      entries_.push_back(&entry);
      tests_.push_back(kNobody);
      if (const auto test = by_full_name(entry)) take(at->second, *test);
    }
    match_by_parts();
    for (auto& group : groups) {
      if (group != kNobody) group = tests_[group];
    }
    return groups;
  }

  // False where the test has an entry already.
  bool take_if_free(std::size_t test) {
    if (taken_[test]) return false;
    taken_[test] = true;
    return true;
  }

 private:
  void take(std::size_t group, std::size_t test) {
    tests_[group] = test;
    taken_[test] = true;
  }

  std::optional<std::size_t> by_full_name(const ReportedTest& entry) const {
    const TestName named{clean_path(entry.test.path), entry.test.name};
    if (!entry.class_name.empty()) {
      // First: a class within a file says more than the file.
      if (const auto test = by_name_.find(dotted_of_class(entry.class_name, named.name).text)) {
        return test;
      }
      if (named.path.empty()) {
        if (const auto test = by_id_.find(TestName{entry.class_name, named.name}.id())) return test;
      }
    }
    return by_id_.find(named.id());
  }

  // What one side calls "tests.test_core.test_a", the other may call "core.tests.test_core.test_a"
  // or just "test_a". One name must end in the other, and be the only one that does, on both sides.
  void match_by_parts() {
    if (std::ranges::find(tests_, kNobody) == tests_.end()) return;
    std::size_t parts = 0;
    for (const auto& name : names_) parts += name.begins.size();
    Index ends(parts), wholes(names_.size());
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (taken_[i]) continue;
      wholes.add(names_[i].text, i);
      for (const auto begin : names_[i].begins) ends.add(names_[i].from(begin), i);
    }
    std::vector<std::size_t> claimant(names_.size(), kNobody);
    for (std::size_t group = 0; group < tests_.size(); ++group) {
      if (tests_[group] != kNobody) continue;
      if (const auto test = by_parts(*entries_[group], ends, wholes)) {
        claimant[*test] = claimant[*test] == kNobody ? group : kAmbiguous;
      }
    }
    for (std::size_t test = 0; test < claimant.size(); ++test) {
      if (claimant[test] < kAmbiguous) take(claimant[test], test);
    }
  }

  static std::optional<std::size_t> by_parts(const ReportedTest& entry, const Index& ends,
                                             const Index& wholes) {
    const auto look_for = [&](const DottedName& name) -> std::optional<std::size_t> {
      if (const auto found = ends.find(name.text)) return found;
      for (const auto begin : name.begins) {
        if (const auto found = wholes.find(name.from(begin))) return found;
      }
      return std::nullopt;
    };
    if (!entry.class_name.empty()) {
      const auto found = look_for(dotted_of_class(entry.class_name, entry.test.name));
      if (found) return found;
    }
    // A dotted class, or a file, that contradicts the listed one is not the listed one.
    if (!entry.test.path.empty()) return look_for(dotted(entry.test));
    if (entry.class_name.contains('.')) return std::nullopt;
    return look_for(dotted({"", entry.test.name}));
  }

  // Of the assigned tests.
  std::vector<std::string> ids_;
  std::vector<DottedName> names_;
  std::vector<bool> taken_;
  Index by_id_, by_name_;
  // Of the groups of the report.
  std::vector<const ReportedTest*> entries_;
  std::vector<std::size_t> tests_;
};

TestResult result_of(ReportedTest reported, TestName test) {
  return {.test = std::move(test),
          .outcome = reported.outcome,
          .duration = reported.duration,
          .message = std::move(reported.message),
          .stages = std::move(reported.stages),
          .log = std::nullopt,
          .output = std::move(reported.output)};
}

// A name that can stand on a line of TEST_INPUT, as those of listed tests do.
std::string on_one_line(const std::string& name) {
  auto line = capped_utf8(name, limits::kTestIdBytes / 2 - 1);
  for (auto& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return line;
}

// As it was reported; without a file the class stands for it.
TestName own_name(const ReportedTest& reported) {
  const auto& [path, name] = reported.test;
  return {on_one_line(path.empty() ? reported.class_name : path),
          on_one_line(name.empty() ? "(collection)" : name)};
}

// The assigned tests of each file, by its path and by its name as a module.
std::map<std::string, std::vector<std::size_t>> tests_of_files(
    const std::vector<TestName>& assigned) {
  std::map<std::string, std::vector<std::size_t>> files;
  for (std::size_t i = 0; i < assigned.size(); ++i) {
    const auto path = clean_path(assigned[i].path);
    const auto module = dotted_file(path);
    files[path].push_back(i);
    if (module != path) files[module].push_back(i);
  }
  return files;
}

}  // namespace

std::vector<TestResult> match_report(std::vector<ReportedTest> reported,
                                     const std::vector<TestName>& assigned) {
  Matcher matcher(assigned);
  const auto matches = matcher.match(reported);
  const bool speaks_of_files =
      std::ranges::any_of(reported, [](const ReportedTest& r) { return r.test.name.empty(); });
  const auto files = speaks_of_files ? tests_of_files(assigned)
                                     : std::map<std::string, std::vector<std::size_t>>();
  std::vector<TestResult> results;
  results.reserve(reported.size());
  for (std::size_t i = 0; i < reported.size(); ++i) {
    auto& entry = reported[i];
    if (!entry.test.name.empty()) {
      const auto test = matches[i];
      auto name = test == kNobody ? own_name(entry) : assigned[test];
      results.push_back(result_of(std::move(entry), std::move(name)));
      continue;
    }
    // It speaks of a whole file: of each of its tests that has no entry of its own.
    const auto file =
        files.find(entry.test.path.empty() ? entry.class_name : clean_path(entry.test.path));
    if (file == files.end()) {
      auto name = own_name(entry);
      results.push_back(result_of(std::move(entry), std::move(name)));
      continue;
    }
    for (const auto test : file->second) {
      if (matcher.take_if_free(test)) results.push_back(result_of(entry, assigned[test]));
    }
  }
  return results;
}

}  // namespace testlooper::codec
