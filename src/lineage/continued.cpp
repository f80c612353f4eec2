#include "lineage/continued.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <tuple>

#include "testlooper/base/limits.hpp"

#include "lineage/test_body.hpp"

namespace testlooper::lineage {
namespace {

// "a/b.py" as modules and classes are called: "a.b".
std::string dotted(std::string_view path) {
  const auto slash = path.rfind('/');
  const auto dot = path.rfind('.');
  const bool has_extension =
      dot != std::string_view::npos && (slash == std::string_view::npos || dot > slash);
  std::string text(has_extension ? path.substr(0, dot) : path);
  std::ranges::replace(text, '/', '.');
  return text;
}

// The files of one side, by the ways in which tests name them.
class Files {
 public:
  void add(const std::string& path) {
    if (path.empty()) return;
    by_name_.emplace(path, path);
    by_name_.emplace(dotted(path), path);
  }

  struct Named {
    std::string file;
    bool is_dotted = false;
    std::string_view rest;  // of the path: classes within a module
  };
  // The file that a test's path names; absent where it names none of these.
  std::optional<Named> named_by(std::string_view path) const {
    for (auto name = path; !name.empty();) {
      const auto found = by_name_.find(std::string(name));
      if (found != by_name_.end()) {
        return Named{found->second, found->first != found->second, path.substr(name.size())};
      }
      const auto dot = name.rfind('.');
      name = dot == std::string_view::npos ? std::string_view{} : name.substr(0, dot);
    }
    return std::nullopt;
  }

 private:
  std::map<std::string, std::string> by_name_;
};

class Matching {
 public:
  Matching(const ListedApart& tests, const std::vector<FileChange>& files) : tests_(tests) {
    for (const auto& file : files) {
      before_.add(file.before);
      after_.add(file.after);
      if (!file.before.empty() && !file.after.empty()) goes_on_as_[file.before] = file.after;
    }
    for (std::size_t i = 0; i < tests.gone.size(); ++i) gone_.insert(i);
    for (std::size_t i = 0; i < tests.added.size(); ++i) {
      added_.insert(i);
      added_by_name_.emplace(tests.added[i], i);
    }
  }

  void by_renamed_files() {
    for (const auto from : std::vector(gone_.begin(), gone_.end())) {
      const auto name = name_in_renamed_file(tests_.gone[from]);
      if (!name) continue;
      const auto to = added_by_name_.find({tests_.gone[from].suite, *name});
      if (to != added_by_name_.end()) pair(from, to->second, Continuation::moved);
    }
  }

  void by_lone_tests_of_files() {
    std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> before;
    std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> after;
    for (const auto i : gone_) {
      const auto file = before_.named_by(tests_.gone[i].test.path);
      if (file) before[{tests_.gone[i].suite, file->file}].push_back(i);
    }
    for (const auto i : added_) {
      const auto file = after_.named_by(tests_.added[i].test.path);
      if (file) after[{tests_.added[i].suite, file->file}].push_back(i);
    }
    for (const auto& [place, gone] : before) {
      const auto file = goes_on_as_.find(place.second);
      if (file == goes_on_as_.end() || file->second == place.second || gone.size() != 1) continue;
      const auto added = after.find({place.first, file->second});
      if (added != after.end() && added->second.size() == 1) {
        pair(gone[0], added->second[0], how_of(gone[0], added->second[0]));
      }
    }
  }

  void by_bodies(const SourceTexts& texts) {
    if (!bodies_matter()) return;
    std::vector<Found> gone;
    std::vector<Found> added;
    for (const auto i : gone_) find(tests_.gone[i], i, before_, texts.before, gone);
    for (const auto i : added_) find(tests_.added[i], i, after_, texts.after, added);
    std::vector<Candidate> candidates;
    std::size_t looked_at = 0;
    for (const auto& from : gone) {
      for (const auto& to : added) {
        if (!may_be_one(from, to)) continue;
        if (++looked_at > limits::kLineagePairs) break;
        const auto alike = similarity(from.body, to.body);
        if (alike >= limits::kLineageSimilarity) candidates.push_back({alike, from.test, to.test});
      }
    }
    std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
      return std::tuple(-a.alike, a.from, a.to) < std::tuple(-b.alike, b.from, b.to);
    });
    for (const auto& each : candidates) pair(each.from, each.to, how_of(each.from, each.to));
  }

  bool bodies_matter() const {
    return !gone_.empty() && !added_.empty() && gone_.size() <= limits::kLineageTests &&
           added_.size() <= limits::kLineageTests;
  }

  // Whether the body of a test that is left may be in this file.
  std::set<std::string> files_of_rest() const {
    std::set<std::string> files;
    const auto add = [&](const SuiteTest& test, const Files& side) {
      const auto file = side.named_by(test.test.path);
      files.insert(file ? file->file : "");
    };
    for (const auto i : gone_) add(tests_.gone[i], before_);
    for (const auto i : added_) add(tests_.added[i], after_);
    return files;
  }

  std::vector<Continued> result() && {
    std::ranges::sort(pairs_, {}, &Continued::from);
    return std::move(pairs_);
  }

 private:
  struct Found {
    std::size_t test;
    const SuiteTest* name;
    std::string file;
    Body body;
  };
  struct Candidate {
    double alike;
    std::size_t from, to;
  };

  Continuation how_of(std::size_t from, std::size_t to) const {
    const bool same_name = tests_.gone[from].test.name == tests_.added[to].test.name;
    return same_name ? Continuation::moved : Continuation::renamed;
  }

  void pair(std::size_t from, std::size_t to, Continuation how) {
    if (!gone_.contains(from) || !added_.contains(to)) return;
    gone_.erase(from);
    added_.erase(to);
    pairs_.push_back({from, to, how});
  }

  std::optional<TestName> name_in_renamed_file(const SuiteTest& test) const {
    // Without a path of its own, a test may have it in its name.
    const auto& [path, name] = test.test;
    const auto split = path.empty() ? name.find("::") : std::string::npos;
    if (split == std::string::npos) {
      const auto moved = path_in_renamed_file(path);
      if (!moved) return std::nullopt;
      return TestName{*moved, name};
    }
    const auto moved = path_in_renamed_file(std::string_view(name).substr(0, split));
    if (!moved) return std::nullopt;
    return TestName{path, *moved + name.substr(split)};
  }

  std::optional<std::string> path_in_renamed_file(std::string_view path) const {
    const auto named = before_.named_by(path);
    if (!named) return std::nullopt;
    const auto after = goes_on_as_.find(named->file);
    if (after == goes_on_as_.end() || after->second == named->file) return std::nullopt;
    return (named->is_dotted ? dotted(after->second) : after->second) + std::string(named->rest);
  }

  static void find(const SuiteTest& test, std::size_t index, const Files& side,
                   const std::map<std::string, std::string>& texts, std::vector<Found>& found) {
    const auto look = [&](const std::string& file, const std::string& text) {
      auto body = body_of(text, test.test.name);
      if (body) found.push_back({index, &test, file, std::move(*body)});
      return body.has_value();
    };
    if (const auto file = side.named_by(test.test.path)) {
      const auto text = texts.find(file->file);
      if (text != texts.end()) look(text->first, text->second);
      return;
    }
    for (const auto& [file, text] : texts) {
      if (look(file, text)) return;
    }
  }

  bool may_be_one(const Found& from, const Found& to) const {
    if (from.name->suite != to.name->suite) return false;
    const auto& before = from.name->test.name;
    const auto& after = to.name->test.name;
    if (before == after) return true;
    if (parameters_of(before) != parameters_of(after)) return false;
    const auto file = goes_on_as_.find(from.file);
    return file != goes_on_as_.end() && file->second == to.file;
  }

  const ListedApart& tests_;
  Files before_, after_;
  std::map<std::string, std::string> goes_on_as_;  // files that both commits have
  std::map<SuiteTest, std::size_t> added_by_name_;
  std::set<std::size_t> gone_, added_;  // without a partner yet
  std::vector<Continued> pairs_;
};

Matching matched_by_files(const ListedApart& tests, const std::vector<FileChange>& files) {
  Matching matching(tests, files);
  matching.by_renamed_files();
  matching.by_lone_tests_of_files();
  return matching;
}

}  // namespace

std::vector<FileChange> files_to_read(const ListedApart& tests,
                                      const std::vector<FileChange>& files) {
  const auto matching = matched_by_files(tests, files);
  if (!matching.bodies_matter()) return {};
  const auto wanted = matching.files_of_rest();
  // Where a test is in no file that is known, it may be in each that changed.
  const bool any = wanted.contains("");
  std::vector<FileChange> read;
  for (const auto& file : files) {
    const bool is_wanted = any || wanted.contains(file.before) || wanted.contains(file.after);
    if (is_wanted && read.size() < limits::kLineageFiles) read.push_back(file);
  }
  return read;
}

std::vector<Continued> find_continued(const ListedApart& tests,
                                      const std::vector<FileChange>& files,
                                      const SourceTexts& texts) {
  auto matching = matched_by_files(tests, files);
  matching.by_bodies(texts);
  return std::move(matching).result();
}

}  // namespace testlooper::lineage
