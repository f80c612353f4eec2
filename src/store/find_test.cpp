// A test as people name it.
#include <charconv>
#include <map>

#include "testlooper/base/limits.hpp"

#include "store/lineage.hpp"
#include "store/view_commit_summary.hpp"
#include "store/view_lab.hpp"

namespace testlooper::store {
namespace {

constexpr std::size_t kShortSha = 10;
constexpr int kNamesakes = 16;  // told, where a name may be several tests

std::optional<TestId> number_of(const std::string& text) {
  TestId id;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id.value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return id;
}

TestId find_named(Connection& db, RepoId repo, const std::string& suite, const std::string& id) {
  // A path may have "::" too, so each place where the name may begin is tried.
  for (auto at = id.find("::"); at != std::string::npos; at = id.find("::", at + 1)) {
    const TestId found{db.number(
        "SELECT id FROM test_tests WHERE repo_id = ? AND suite = ? AND path = ? AND name = ?", repo,
        suite, id.substr(0, at), id.substr(at + 2))};
    if (found) return found;
  }
  return {db.number(
      "SELECT id FROM test_tests WHERE repo_id = ? AND suite = ? AND path = '' AND name = ?", repo,
      suite, id)};
}

// Suites are few: each is a step through the index.
std::vector<std::string> suites_of(Connection& db, RepoId repo) {
  std::vector<std::string> suites;
  std::string last;
  for (;;) {
    auto row = db.query(
        "SELECT suite FROM test_tests WHERE repo_id = ? AND suite > ? ORDER BY suite LIMIT 1", repo,
        last);
    if (!row.next()) return suites;
    last = row.text(0);
    suites.push_back(last);
  }
}

std::string name_of(Connection& db, TestId test) {
  auto row = db.query(
      "SELECT suite || '/' || iif(path = '', name, path || '::' || name) FROM test_tests"
      " WHERE id = ?",
      test);
  return row.next() ? row.text(0) : std::string{};
}

// Tests that are called so at some path, each by its newest name: one that was moved is one test.
std::map<TestId, std::string> called(Connection& db, RepoId repo, const std::string& name) {
  std::map<TestId, std::string> found;
  auto row = db.query(
      "SELECT id FROM test_tests WHERE repo_id = ?1 AND"
      " (name = ?2 OR substr(name, -length(?2) - 2) = '::' || ?2) LIMIT ?3",
      repo, name, kNamesakes);
  while (row.next()) {
    const auto test = newest_name(db, row.id<TestId>(0));
    found.emplace(test, name_of(db, test));
  }
  return found;
}

std::string why_none_is_known(Connection& db, RepoId repo) {
  auto newest = db.query(
      "SELECT c.id, c.sha FROM test_configs f JOIN repo_commits c ON c.id = f.commit_id"
      " WHERE c.repo_id = ? ORDER BY c.id DESC LIMIT 1",
      repo);
  const auto failed = newest.next() ? failed_preparation(db, newest.id<CommitId>(0)) : "";
  if (failed.empty()) {
    return ": none of its tests is known until a commit's were listed; testlooper status tells "
           "what goes on";
  }
  return ": none of its tests is known, since they could not be listed at " +
         newest.text(1).substr(0, kShortSha) + " (" + failed + ")";
}

Result<TestId> the_one_called(Connection& db, const RepoRow& repo, const std::string& name) {
  const auto found = name.empty() ? std::map<TestId, std::string>{} : called(db, repo.id, name);
  if (found.empty()) {
    return not_found("there is no test '" + name + "' in " + repo.name +
                     (suites_of(db, repo.id).empty() ? why_none_is_known(db, repo.id) : ""));
  }
  if (found.size() == 1) return found.begin()->first;
  std::string which;
  for (const auto& [test, text] : found) which += (which.empty() ? "" : ", ") + text;
  return invalid("'" + name + "' may be one of several tests of " + repo.name +
                 ", name one: " + which);
}

}  // namespace

Result<TestId> find_test(Connection& db, const RepoRow& repo, const std::string& name) {
  if (const auto id = number_of(name)) {
    if (db.number("SELECT id FROM test_tests WHERE id = ? AND repo_id = ?", *id, repo.id) != 0) {
      return *id;
    }
  }
  for (const auto& suite : suites_of(db, repo.id)) {
    if (const auto found = find_named(db, repo.id, suite, name)) return found;
    if (!name.starts_with(suite + "/")) continue;
    if (const auto found = find_named(db, repo.id, suite, name.substr(suite.size() + 1))) {
      return found;
    }
  }
  return the_one_called(db, repo, name);
}

TestId newest_name(Connection& db, TestId test) {
  for (const auto& name : names_of(db, test)) {
    const bool tells =
        db.number("SELECT standing IN ('flaky', 'fixed') FROM test_flaky WHERE test_id = ?",
                  name) == 1;
    if (tells) return name;
  }
  for (std::size_t i = 0; i < limits::kNamesOfTest; ++i) {
    const TestId later{
        db.number("SELECT n.test_id FROM test_continued n JOIN repo_commits c ON c.id = n.commit_id"
                  " WHERE n.was_id = ? ORDER BY c.generation DESC LIMIT 1",
                  test)};
    if (!later) break;
    test = later;
  }
  return test;
}

}  // namespace testlooper::store
