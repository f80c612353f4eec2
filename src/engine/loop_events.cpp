// What the loop does about each event. See loop.hpp.
#include <algorithm>
#include <iterator>
#include <utility>

#include "testlooper/base/limits.hpp"

#include "core/filter.hpp"
#include "core/filter_check.hpp"
#include "core/refs.hpp"
#include "core/results.hpp"
#include "core/task_state.hpp"
#include "engine/loop.hpp"

namespace testlooper::engine {
namespace {

AuditEntry audit_of(const CancelOrder& order, const std::string& who, const CancelPlan& plan) {
  AuditEntry entry;
  entry.who = who;
  entry.action = "cancel";
  entry.detail = std::to_string(plan.wishes.size()) + " wishes and " +
                 std::to_string(plan.tasks.size()) + " tasks stopped";
  if (const auto* task = std::get_if<CancelTask>(&order)) {
    entry.subject = "task " + std::to_string(task->task.value);
  } else if (const auto* request = std::get_if<CancelRequest>(&order)) {
    entry.subject = "request " + std::to_string(request->request.value);
  } else if (const auto* commit = std::get_if<CancelCommit>(&order)) {
    entry.subject = "commit " + commit->sha + " of " + commit->repo;
  } else if (const auto* branch = std::get_if<CancelBranch>(&order)) {
    entry.subject = "branch " + branch->branch + " of " + branch->repo;
  }
  return entry;
}

bool same_refs(const RefsObserved& a, const RefsObserved& b) {
  return a.branches == b.branches && a.tags == b.tags && a.head_branch == b.head_branch;
}

}  // namespace

Loop::RepoScan* Loop::find_repo(const std::string& name) {
  for (auto& [id, repo] : repos_) {
    if (repo.repo.spec.name == name) return &repo;
  }
  return nullptr;
}

Result<CommitId> Loop::find_commit(const std::string& repo, const std::string& sha) {
  const auto* found = find_repo(repo);
  if (found == nullptr) return not_found("there is no repository '" + repo + "'");
  const auto commit = store_.find_commit(found->repo.id, sha);
  if (!commit) return not_found("commit " + sha + " of '" + repo + "' is not known here");
  return *commit;
}

void Loop::on(PushAnnounced& event, Now now) {
  auto* repo = find_repo(event.repo);
  if (repo == nullptr) {
    event.reply(not_found("there is no repository '" + event.repo + "'"));
    return;
  }
  const auto committed = commit({change::PushReceived{repo->repo.id, std::move(event.push)}}, now);
  event.reply(committed.revision);
  if (repo->running) {
    repo->again = true;
  } else {
    scan(*repo, now);
  }
}

void Loop::on(RefsScanned& event, Now now) {
  const auto found = repos_.find(event.repo);
  if (found == repos_.end() || found->second.number != event.scan) return;  // removed since
  auto& repo = found->second;
  repo.running = false;
  if (!event.seen) {
    commit({change::RepoFailed{event.repo, event.seen.error().text()}}, now, true);
    plan_retry(repo, now);
  } else {
    Changes changes;
    if (repo.failed) changes.push_back(change::RepoFailed{event.repo, ""});
    repo.failed = false;
    repo.failures = 0;
    const bool news = !repo.last || !same_refs(*repo.last, *event.seen) || event.up_to;
    if (news) {
      for (const auto& state : store_.repos()) {
        if (state.repo.id != event.repo) continue;
        std::ranges::move(core::record_refs(state, *event.seen, event.up_to),
                          std::back_inserter(changes));
      }
      event.seen->commits.clear();
      repo.last = std::move(*event.seen);
    }
    commit(changes, now, true);
  }
  if (repo.again) scan(repo, now);
}

void Loop::on(RunsRequested& event, Now now) {
  const auto commit_id = find_commit(event.repo, event.sha);
  if (!commit_id) return event.reply(std::unexpected(commit_id.error()));
  if (auto fits = core::check_counts(event.wish.counts); !fits) {
    return event.reply(std::unexpected(fits.error()));
  }
  if (auto matcher = core::TestMatcher::make(event.wish.filter); !matcher) {
    return event.reply(std::unexpected(matcher.error()));
  }
  const auto state = store_.commit_state(*commit_id);
  if (auto named = core::check_names(event.wish.filter, state); !named) {
    return event.reply(std::unexpected(named.error()));
  }
  if (auto can_be = core::check_condition(event.wish.condition, state); !can_be) {
    return event.reply(std::unexpected(can_be.error()));
  }
  event.wish.source = DesiredSource::request;
  const auto repo = find_repo(event.repo)->repo.id;
  change::Audited audit{{event.wish.requested_by, "request", repo, "commit " + event.sha,
                         std::to_string(event.wish.counts.runs) + " runs of each chosen test"}};
  const auto committed =
      commit({change::Desired{repo, event.sha, std::move(event.wish)}, std::move(audit)}, now);
  event.reply(committed.desired.front());
}

void Loop::on(RetryRequested& event, Now now) {
  const auto commit_id = find_commit(event.repo, event.sha);
  if (!commit_id) return event.reply(std::unexpected(commit_id.error()));
  change::Audited audit{{event.who, "retry", find_repo(event.repo)->repo.id, "commit " + event.sha,
                         "its preparation is tried again"}};
  event.reply(commit({change::CommitRetried{*commit_id}, std::move(audit)}, now).revision);
}

void Loop::on(ChangesDecided& event, Now now) { event.reply(commit(event.changes, now).revision); }

// The wishes are stopped and their tasks are finished, or marked, in one transaction; only then is
// the executor told. Whatever is lost after it, the marks say that these attempts are not repeated.
void Loop::on(CancelAsked& event, Now now) {
  const auto plan = store_.cancel_plan(event.order);
  if (!plan) return event.reply(std::unexpected(plan.error()));
  const bool alone = std::holds_alternative<CancelTask>(event.order);
  if (alone && plan->tasks.front().state == TaskState::finished) {
    return event.reply(fail(ErrorKind::conflict, "the task is finished"));
  }
  const auto scope = alone ? CancelScope::task : CancelScope::wish;
  const auto why = "cancelled by " + (event.who.empty() ? std::string{"somebody"} : event.who);
  Changes changes{change::Audited{audit_of(event.order, event.who, *plan)}};
  for (const auto& wish : plan->wishes) changes.push_back(change::DesiredStopped{wish});
  for (const auto& task : plan->tasks) {
    std::ranges::move(core::cancel(task, scope, why), std::back_inserter(changes));
  }
  event.reply(commit(changes, now).revision);
  for (const auto& task : plan->tasks) {
    const AttemptKey attempt{task.id, task.attempts};
    if (under_way_.contains(attempt)) executor_.cancel(attempt, why);
  }
}

void Loop::on(ExecutorChanged& event, Now now) {
  schedule_.allow_containers(event.status.ready);
  executor_status_ = event.status;
  room_may_be_free_ = true;
  live_.published({.revision = 0, .commits = {}, .refs = false, .engine = true});
  static_cast<void>(now);
}

void Loop::on(AttemptRunning& event, Now now) {
  if (under_way_.contains(event.attempt)) began_.insert(event.attempt);
  static_cast<void>(now);
}

void Loop::on(AttemptEndedEvent& event, Now now) {
  if (under_way_.erase(event.result.attempt) == 0) return;  // told twice
  began_.erase(event.result.attempt);
  schedule_.ended(event.result.attempt.task, now.monotonic);
  ended_.push_back(std::move(event.result));
}

// What attempts told in this turn, in one transaction: to bring it to the disk costs more than all
// else about a short run.
void Loop::store_attempts(Now now) {
  Changes changes;
  for (const auto& attempt : std::exchange(began_, {})) {
    const auto task = store_.task(attempt.task);
    const bool current =
        task && task->state == TaskState::starting && task->attempts == attempt.number;
    if (current) changes.push_back(core::started(*task));
  }
  bool removed = false;
  for (const auto& result : std::exchange(ended_, {})) {
    const auto task = store_.task(result.attempt.task).value();
    std::ranges::move(core::record_result(task, result, now.wall), std::back_inserter(changes));
    const auto& moved = std::get<change::TaskMoved>(changes.back());
    if (moved.to == TaskState::waiting) {
      auto waiting = task;
      waiting.infra_attempts = moved.infra_attempts;
      waiting.cause = moved.cause;
      wait_until(waiting, moved.not_before, now);
    }
    removed = removed || !repos_.contains(task.spec.repo);
  }
  commit(changes, now);
  if (removed) cancel_tasks_of_removed(now);
}

}  // namespace testlooper::engine
