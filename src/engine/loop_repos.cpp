// Repositories come and go. See loop.hpp.
#include <algorithm>
#include <iterator>
#include <utility>

#include "testlooper/base/limits.hpp"

#include "core/repos.hpp"
#include "core/task_state.hpp"
#include "engine/loop.hpp"

namespace testlooper::engine {
namespace {

constexpr const char* kRemoved = "its repository was removed";

change::Audited audit(const std::string& who, const std::string& repo, std::string detail) {
  AuditEntry entry;
  entry.who = who;
  entry.action = "repository";
  entry.subject = "repository " + repo;
  entry.detail = std::move(detail);
  return {std::move(entry)};
}

}  // namespace

Seconds Loop::period_of(const RepoScan& repo) const {
  const auto own = repo.repo.spec.fetch_period_s;
  return own > 0 ? Seconds{own} : options_.scan_period;
}

// Doubled with each failure in a row, up to its period: a server that is down is left in peace.
void Loop::plan_retry(RepoScan& repo, Now now) {
  constexpr int kDoublings = 10;
  repo.failed = true;
  const auto pause =
      Seconds{limits::kScanRetrySeconds} * (1 << std::min(repo.failures, kDoublings));
  ++repo.failures;
  repo.next = now.monotonic + std::min<Seconds>(pause, period_of(repo));
}

// Brings what is held in memory in line with the store: which repositories are looked at, which are
// to be purged. What was removed has no tasks afterwards but those whose containers still end.
void Loop::follow_repos(Now now) {
  std::set<RepoId> active;
  std::set<RepoId> added;
  for (auto& state : store_.repos()) {
    const auto id = state.repo.id;
    if (state.standing == RepoStanding::purging && !purging_.contains(id) &&
        forgetting_.insert(id).second) {
      scanner_.forget(state.repo.spec, [enqueue = enqueue_, id] { enqueue(RepoForgotten{id}); });
    }
    if (state.standing != RepoStanding::active) continue;
    active.insert(id);
    auto& scan = repos_[id];
    if (scan.repo.id == id && scan.repo.spec == state.repo.spec &&
        scan.repo.git_dir == state.repo.git_dir) {
      continue;
    }
    const bool is_new = scan.repo.id != id;
    if (is_new) {
      scan.failed = !state.proven;
      added.insert(id);
    }
    scan.repo = std::move(state.repo);
    scan.last.reset();
    if (!is_new && scan.running) {
      scan.again = true;
    } else {
      scan.next = now.monotonic;
    }
  }
  std::erase_if(repos_, [&](const auto& each) { return !active.contains(each.first); });
  // A rule that was changed just before the power went, or while the repository was away.
  for (const auto id : added) apply_rules(id, now);
  read_schedules();
  cancel_tasks_of_removed(now);
}

void Loop::cancel_tasks_of_removed(Now now) {
  Changes changes;
  std::vector<AttemptKey> running;
  for (const auto& state : store_.repos()) {
    if (state.standing == RepoStanding::active) continue;
    for (const auto& task : store_.open_tasks(state.repo.id)) {
      const AttemptKey attempt{task.id, task.attempts};
      if (task.state == TaskState::waiting || task.state == TaskState::ready) {
        changes.push_back(core::dropped(task, kRemoved));
      } else if (under_way_.contains(attempt)) {
        running.push_back(attempt);
      }
    }
  }
  commit(changes, now);
  for (const auto& attempt : running) executor_.cancel(attempt, kRemoved);
}

// One step for each call, so that events are never kept waiting for long.
void Loop::purge_some(Now now) {
  if (purge_next_ && *purge_next_ > now.monotonic) return;
  purge_next_.reset();
  for (const auto id : purging_) {
    if (!store_.open_tasks(id).empty()) continue;  // its containers still end
    const auto step = store_.purge(id, limits::kPurgeRows);
    const auto pause = step.waits ? Seconds{limits::kPurgeWaitSeconds} : Seconds{0};
    purge_next_ = std::min(purge_next_.value_or(MonotonicTime::max()), now.monotonic + pause);
    if (step.waits) {
      options_.remove_going();
      continue;
    }
    if (!step.dropped_volumes.empty()) executor_.drop_volumes(step.dropped_volumes);
    if (step.gone) {
      live_.published({.revision = step.revision, .commits = {}, .refs = true, .engine = true});
      purging_.erase(id);
    }
    return;
  }
}

ReloadReport Loop::configure(const ConfiguredRepos& configured, Now now) {
  auto made = core::configure_repos(store_.repos(), configured);
  commit(made.changes, now, true);
  follow_repos(now);
  return std::move(made.report);
}

void Loop::on(RepoAdded& event, Now now) {
  if (!event.git_dir) return event.reply(std::unexpected(event.git_dir.error()));
  const auto added = core::add_repo(store_.repos(), {std::move(event.spec), *event.git_dir});
  if (!added) return event.reply(std::unexpected(added.error()));
  const auto entry = audit(event.who, added->spec.name, "added: " + added->spec.source);
  const auto revision = commit({*added, entry}, now, true).revision;
  follow_repos(now);
  event.reply(revision);
}

void Loop::on(RepoChanged& event, Now now) {
  const auto changed = core::change_repo(store_.repos(), event.repo, event.settings);
  if (!changed) return event.reply(std::unexpected(changed.error()));
  const auto entry = audit(event.who, event.repo, "its settings were changed");
  const auto revision = commit({*changed, entry}, now, true).revision;
  follow_repos(now);
  event.reply(revision);
}

void Loop::on(RepoRemoved& event, Now now) {
  const auto removed = core::remove_repo(store_.repos(), event.repo, event.purge);
  if (!removed) return event.reply(std::unexpected(removed.error()));
  const auto entry =
      audit(event.who, event.repo, event.purge ? "removed with its data" : "removed");
  const auto revision = commit({*removed, entry}, now, true).revision;
  follow_repos(now);
  event.reply(revision);
}

void Loop::on(ReposReread& event, Now now) {
  if (!event.configured) return event.reply(std::unexpected(event.configured.error()));
  change::Audited entry;
  entry.entry.who = event.who;
  entry.entry.action = "reload";
  entry.entry.subject = "the configuration";
  entry.entry.detail = "was read again";
  commit({std::move(entry)}, now);
  event.reply(configure(*event.configured, now));
}

void Loop::on(RepoForgotten& event, Now) {
  forgetting_.erase(event.repo);
  purging_.insert(event.repo);
  purge_next_.reset();
}

}  // namespace testlooper::engine
