#include "store/test_named.hpp"

#include <charconv>
#include <optional>
#include <vector>

namespace testlooper::store {
namespace {

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

}  // namespace

Result<TestId> test_named(Connection& db, const RepoRow& repo, const std::string& name) {
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
  return not_found("there is no test '" + name + "' in " + repo.name);
}

}  // namespace testlooper::store
