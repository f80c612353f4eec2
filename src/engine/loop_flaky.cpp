// What is known of flaky tests is made of their runs, and what people say of them. See loop.hpp.
#include <utility>

#include "testlooper/base/limits.hpp"

#include "engine/loop.hpp"

namespace testlooper::engine {

// Which tests are due is in the store, so what a restart interrupted is done again. Some at a time,
// and a moment after the first run: a batch of runs is looked at once, and no event waits for long.
void Loop::assess_flaky(Now now) {
  if (!flaky_next_ || *flaky_next_ > now.monotonic) return;
  flaky_next_.reset();
  const auto step = store_.assess_flaky(limits::kFlakyAtOnce);
  if (step.more) flaky_next_ = now.monotonic;
  if (!step.assessed) return;
  live_.published({.revision = step.revision, .commits = {}, .refs = true, .engine = false});
}

Result<orders::Done> Loop::carry_out(orders::Quarantine& order, Now now) {
  const auto* repo = find_repo(order.repo);
  if (repo == nullptr) return not_found("there is no repository '" + order.repo + "'");
  const auto id = repo->repo.id;
  if (std::cmp_greater_equal(store_.quarantined(id), limits::kQuarantined)) {
    return fail(ErrorKind::conflict, "a repository has at most " +
                                         std::to_string(limits::kQuarantined) +
                                         " tests in quarantine: remove some");
  }
  change::Quarantined change{id,          order.test,
                             order.owner, order.reason,
                             order.who,   {now.wall.ms + order.days * kMillisecondsPerDay}};
  AuditEntry entry;
  entry.who = order.who;
  entry.action = "quarantine";
  entry.repo = id;
  entry.subject = "test " + store_.test_id_text(order.test);
  entry.detail =
      "for " + std::to_string(order.days) + " days, owner " + order.owner + ": " + order.reason;
  const auto committed = commit({std::move(change), change::Audited{std::move(entry)}}, now, true);
  return orders::Done{.revision = committed.revision, .id = order.test.value};
}

Result<orders::Done> Loop::carry_out(orders::Unquarantine& order, Now now) {
  const auto* repo = find_repo(order.repo);
  if (repo == nullptr) return not_found("there is no repository '" + order.repo + "'");
  const auto known = store_.quarantine(order.id);
  if (!known || known->repo != repo->repo.id) {
    return not_found("'" + order.repo + "' has no quarantine " + std::to_string(order.id.value));
  }
  AuditEntry entry;
  entry.who = order.who;
  entry.action = "quarantine";
  entry.repo = known->repo;
  entry.subject = "test " + known->test;
  entry.detail = "removed from quarantine";
  const auto committed =
      commit({change::QuarantineRemoved{order.id}, change::Audited{std::move(entry)}}, now, true);
  return orders::Done{.revision = committed.revision, .id = order.id.value};
}

Result<orders::Done> Loop::carry_out(orders::Import& order, Now now) {
  const auto commit_id = find_commit(order.repo, order.sha);
  if (!commit_id) return std::unexpected(commit_id.error());
  const auto repo = find_repo(order.repo)->repo.id;
  const auto results = std::ssize(order.results);
  AuditEntry entry;
  entry.who = order.who;
  entry.action = "import";
  entry.repo = repo;
  entry.subject = "commit " + order.sha;
  entry.detail = std::to_string(results) + " results of suite " + order.suite + " from " +
                 order.source + (order.file.empty() ? "" : ": " + order.file);
  change::ReportImported report{repo,
                                *commit_id,
                                std::move(order.suite),
                                std::move(order.environment),
                                std::move(order.source),
                                std::move(order.attempt),
                                std::move(order.file),
                                std::move(order.who),
                                std::move(order.digest),
                                std::move(order.results)};
  if (auto problem = store_.import_problem(report)) return std::unexpected(std::move(*problem));
  const auto committed = commit({std::move(report), change::Audited{std::move(entry)}}, now, true);
  return orders::Done{.revision = committed.revision, .id = commit_id->value, .tests = results};
}

}  // namespace testlooper::engine
