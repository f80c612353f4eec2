#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "codec/report.hpp"

namespace testlooper::codec {
namespace {

constexpr std::size_t kNobody = static_cast<std::size_t>(-1);
constexpr std::size_t kAmbiguous = static_cast<std::size_t>(-2);

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

class Index {
 public:
  void add(std::string key, std::size_t test) {
    const auto [at, added] = tests_.emplace(std::move(key), test);
    if (!added && at->second != test) at->second = kAmbiguous;
  }
  std::optional<std::size_t> find(const std::string& key) const {
    const auto found = tests_.find(key);
    if (found == tests_.end() || found->second == kAmbiguous) return std::nullopt;
    return found->second;
  }

 private:
  std::unordered_map<std::string, std::size_t> tests_;
};

// The names under which entries of a report are grouped: tries of one test have one.
using Key = std::tuple<std::string, std::string, std::string>;
Key key_of(const ReportedTest& reported) {
  return {reported.test.path, reported.class_name, reported.test.name};
}

class Matcher {
 public:
  explicit Matcher(const std::vector<TestName>& assigned)
      : assigned_(assigned), taken_(assigned.size(), false) {
    for (std::size_t i = 0; i < assigned.size(); ++i) {
      by_id_.add(assigned[i].id(), i);
      by_id_.add(TestName{clean_path(assigned[i].path), assigned[i].name}.id(), i);
      by_dotted_.add(dotted(assigned[i]).text, i);
    }
  }

  void match(const std::vector<ReportedTest>& reported) {
    for (const auto& entry : reported) {
      if (entry.test.name.empty() || matches_.contains(key_of(entry))) continue;
      take(entry, by_full_name(entry));
    }
    match_by_parts(reported);
  }

  std::size_t test_of(const ReportedTest& reported) const {
    const auto found = matches_.find(key_of(reported));
    return found == matches_.end() ? kNobody : found->second;
  }
  // False where the test has an entry already.
  bool take_if_free(std::size_t test) {
    if (taken_[test]) return false;
    taken_[test] = true;
    return true;
  }

 private:
  void take(const ReportedTest& entry, std::optional<std::size_t> test) {
    matches_[key_of(entry)] = test.value_or(kNobody);
    if (test) taken_[*test] = true;
  }

  std::optional<std::size_t> by_full_name(const ReportedTest& entry) const {
    const TestName named{clean_path(entry.test.path), entry.test.name};
    if (!entry.class_name.empty()) {
      // First: a class within a file says more than the file.
      if (const auto test = by_dotted_.find(dotted_of_class(entry.class_name, named.name).text)) {
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
  void match_by_parts(const std::vector<ReportedTest>& reported) {
    std::map<Key, std::vector<std::string>> names;
    for (const auto& entry : reported) {
      if (!entry.test.name.empty() && test_of(entry) == kNobody) names[key_of(entry)] = {};
    }
    if (names.empty()) return;
    Index ends, wholes;
    for (std::size_t i = 0; i < assigned_.size(); ++i) {
      if (taken_[i]) continue;
      const auto name = dotted(assigned_[i]);
      wholes.add(name.text, i);
      for (const auto begin : name.begins) ends.add(std::string(name.from(begin)), i);
    }
    std::map<std::size_t, std::vector<Key>> claims;
    for (const auto& [key, unused] : names) {
      if (const auto test = by_parts(key, ends, wholes)) claims[*test].push_back(key);
    }
    for (const auto& [test, keys] : claims) {
      if (keys.size() != 1) continue;
      matches_[keys.front()] = test;
      taken_[test] = true;
    }
  }

  static std::optional<std::size_t> by_parts(const Key& key, const Index& ends,
                                             const Index& wholes) {
    const auto& [path, class_name, test] = key;
    const auto try_name = [&](const DottedName& name) -> std::optional<std::size_t> {
      if (const auto found = ends.find(name.text)) return found;
      for (const auto begin : name.begins) {
        if (const auto found = wholes.find(std::string(name.from(begin)))) return found;
      }
      return std::nullopt;
    };
    if (!class_name.empty()) {
      if (const auto found = try_name(dotted_of_class(class_name, test))) return found;
    }
    // A dotted class, or a file, that contradicts the listed one is not the listed one.
    if (!path.empty()) return try_name(dotted({clean_path(path), test}));
    if (class_name.contains('.')) return std::nullopt;
    return try_name(dotted({"", test}));
  }

  const std::vector<TestName>& assigned_;
  std::vector<bool> taken_;
  Index by_id_, by_dotted_;
  std::map<Key, std::size_t> matches_;
};

TestResult result_of(ReportedTest reported, TestName test) {
  return {std::move(test), reported.outcome, reported.duration, std::move(reported.message),
          std::move(reported.stages)};
}

// As it was reported; without a file the class stands for it.
TestName own_name(const ReportedTest& reported) {
  TestName test = reported.test;
  if (test.path.empty()) test.path = reported.class_name;
  if (test.name.empty()) test.name = "(collection)";
  return test;
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
  matcher.match(reported);
  const bool speaks_of_files =
      std::ranges::any_of(reported, [](const ReportedTest& r) { return r.test.name.empty(); });
  const auto files = speaks_of_files ? tests_of_files(assigned)
                                     : std::map<std::string, std::vector<std::size_t>>();
  std::vector<TestResult> results;
  results.reserve(reported.size());
  for (auto& entry : reported) {
    if (!entry.test.name.empty()) {
      const auto test = matcher.test_of(entry);
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
