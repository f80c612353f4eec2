#include "engine/loop.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "testlooper/base/limits.hpp"

#include "core/reactors.hpp"
#include "core/repos.hpp"
#include "core/results.hpp"
#include "core/task_state.hpp"

namespace testlooper::engine {
namespace {

// How many commits' reactions share a transaction.
constexpr std::size_t kReactionsPerCommit = 64;
constexpr int kAllTasks = 1'000'000;

// What is known of flaky tests may be another after it.
bool changes_evidence(const Change& change) {
  return std::holds_alternative<change::RunsRecorded>(change) ||
         std::holds_alternative<change::ReportImported>(change) ||
         std::holds_alternative<change::ResultsCleared>(change) ||
         std::holds_alternative<change::LineageFound>(change);
}

AttemptEnd interrupted() {
  AttemptEnd end;
  end.outcome = Outcome::infra;
  end.interrupted = true;
  end.cause = "the server was stopped while it ran; it starts again";
  return end;
}

}  // namespace

Loop::Loop(LoopOptions options, Store& store, Executor& executor, Scanner& scanner,
           LiveEvents& live, std::function<void(Event)> enqueue)
    : options_(std::move(options)),
      store_(store),
      executor_(executor),
      scanner_(scanner),
      live_(live),
      enqueue_(std::move(enqueue)),
      schedule_(options_.capacity) {}

void Loop::start(const std::vector<ConfiguredRepo>& repos, Now now) {
  auto changes = core::configure_repos(store_.repos(), {repos, {}}).changes;
  changes.push_back(
      change::HostDescribed{options_.capacity.resources, options_.capacity.containers});
  commit(changes, now, true);
  draining_ = store_.draining();
  for (const auto& task : store_.ready_tasks()) schedule_.add(task);
  recover(now);
  follow_repos(now);
  flaky_next_ = now.monotonic;
  for (const auto& id : store_.unsettled_commits()) dirty_.insert(id);
  for (const auto& id : store_.open_experiments()) experiments_.insert(id);
  advance(now);
}

void Loop::recover(Now now) {
  Changes changes;
  for (const auto state : {TaskState::starting, TaskState::running}) {
    for (const auto& task : store_.tasks_in(state, kAllTasks)) {
      AttemptResult result;
      result.attempt = {task.id, task.attempts};
      result.end = interrupted();
      result.end.log = executor_.left_log(result.attempt);
      std::ranges::move(core::record_result(task, result, now.wall), std::back_inserter(changes));
    }
  }
  commit(changes, now);
  for (const auto& task : store_.tasks_in(TaskState::waiting, kAllTasks)) {
    wait_until(task, task.not_before, now);
  }
}

void Loop::handle(Event event, Now now) {
  const bool of_attempt = std::holds_alternative<AttemptRunning>(event) ||
                          std::holds_alternative<AttemptEndedEvent>(event);
  if (!of_attempt) store_attempts(now);
  std::visit([&](auto& each) { on(each, now); }, event);
}

void Loop::advance(Now now) {
  store_attempts(now);
  wake_due_tasks(now);
  fire_schedules(now);
  scan_due(now);
  compare_lineage(now);
  follow_idle_rules(now);
  // What a commit can't do, the reactors find out, and an experiment may then want other runs.
  do {
    follow_experiments(now);
    react(now);
  } while (!experiments_.empty());
  dispatch(now);
  use_idle_room(now);
  answer_waiting(now);
  assess_flaky(now);
  purge_some(now);
}

std::optional<MonotonicTime> Loop::next_deadline() const {
  std::optional<MonotonicTime> next;
  const auto take = [&](MonotonicTime time) { next = next ? std::min(*next, time) : time; };
  for (const auto& [id, repo] : repos_) {
    if (!repo.running) take(repo.next);
  }
  if (next_firing_) take(*next_firing_);
  if (!waiting_.empty()) take(waiting_.begin()->first);
  if (purge_next_) take(*purge_next_);
  for (const auto& [pair, until] : comparing_) take(until);
  if (idle_next_) take(*idle_next_);
  if (flaky_next_) take(*flaky_next_);
  for (const auto& [experiment, due] : experiment_due_) take(due);
  return next;
}

Committed Loop::commit(const Changes& changes, Now now, bool refs) {
  if (changes.empty()) return {};
  auto committed = store_.commit(changes, now.wall);
  dirty_.insert(committed.touched.begin(), committed.touched.end());
  experiments_.insert(committed.experiments.begin(), committed.experiments.end());
  for (const auto& each : changes) {
    const auto* moved = std::get_if<change::TaskMoved>(&each);
    if (moved != nullptr && moved->from == TaskState::ready) schedule_.remove(moved->task);
  }
  for (const auto& task : committed.ready) schedule_.add(task);
  idle_.note(changes, committed.touched);
  room_may_be_free_ = true;
  lineage_may_be_due_ = true;
  if (!flaky_next_ && std::ranges::any_of(changes, changes_evidence)) {
    flaky_next_ = now.monotonic + Milliseconds{limits::kFlakySettleMs};
  }
  if (!committed.dropped_volumes.empty()) executor_.drop_volumes(committed.dropped_volumes);
  live_.published({.revision = committed.revision,
                   .commits = committed.touched,
                   .refs = refs,
                   .engine = true,
                   .experiments = committed.experiments});
  return committed;
}

void Loop::wait_until(const Task& task, WallTime not_before, Now now) {
  // The wall clock may have jumped since the row was written, so the pause is bounded by its rule.
  const auto longest = core::infra_backoff(std::max(1, task.infra_attempts));
  const auto pause = std::clamp(not_before - now.wall, Milliseconds{0}, longest);
  waiting_.emplace(now.monotonic + pause, Pause{task.id, task.infra_attempts, task.cause});
}

void Loop::wake_due_tasks(Now now) {
  Changes changes;
  while (!waiting_.empty() && waiting_.begin()->first <= now.monotonic) {
    const auto task = store_.task(waiting_.begin()->second.task);
    waiting_.erase(waiting_.begin());
    if (task && task->state == TaskState::waiting) changes.push_back(core::due(*task));
  }
  commit(changes, now);
}

void Loop::scan_due(Now now) {
  for (auto& [id, repo] : repos_) {
    if (!repo.running && repo.next <= now.monotonic) scan(repo, now);
  }
}

void Loop::scan(RepoScan& repo, Now now) {
  repo.running = true;
  repo.again = false;
  repo.next = now.monotonic + period_of(repo);
  repo.number = ++scans_made_;
  ScanRequest request{.spec = repo.repo.spec,
                      .git_dir = repo.repo.git_dir,
                      .known_heads = {},
                      .proven = !repo.failed};
  PushId up_to;
  for (const auto& state : store_.repos()) {
    if (state.repo.id != repo.repo.id) continue;
    for (const auto& [branch, sha] : state.heads) request.known_heads.push_back(sha);
    if (state.pending_push) up_to = state.last_push;
  }
  scanner_.scan(std::move(request), [enqueue = enqueue_, id = repo.repo.id, number = repo.number,
                                     up_to](Result<RefsObserved> seen) {
    enqueue(RefsScanned{id, number, up_to, std::move(seen)});
  });
}

void Loop::react(Now now) {
  Changes changes;
  bool only_tasks = true;
  std::size_t reactions = 0;
  const auto flush = [&] {
    const auto committed = commit(changes, now);
    // Creating tasks gives the reactors nothing new to see. Anything else does, also to other
    // commits than the one that it came from: a build that can't be made is an error of all that
    // share it.
    if (only_tasks) {
      for (const auto& id : committed.touched) dirty_.erase(id);
    }
    changes.clear();
    only_tasks = true;
    reactions = 0;
  };
  while (!dirty_.empty()) {
    const auto id = *dirty_.begin();
    dirty_.erase(dirty_.begin());
    auto state = store_.commit_state(id);
    state.policy = {options_.capacity.resources, options_.batch_target};
    auto reaction = core::react(state);
    if (core::settled(state, reaction)) reaction.push_back(change::CommitSettled{id});
    only_tasks = only_tasks && std::ranges::all_of(reaction, [](const Change& each) {
                   return std::holds_alternative<change::TaskCreated>(each) ||
                          std::holds_alternative<change::CommitSettled>(each);
                 });
    std::ranges::move(reaction, std::back_inserter(changes));
    if (++reactions >= kReactionsPerCommit || dirty_.empty()) flush();
  }
}

void Loop::dispatch(Now now) {
  if (!room_may_be_free_ || draining_) return;
  room_may_be_free_ = false;
  Changes changes;
  std::vector<Assignment> assignments;
  while (const auto id = schedule_.take(now.monotonic)) {
    const auto task = store_.task(*id).value();
    auto assignment = store_.assignment(task);
    const auto moved = core::dispatched(task);
    assignment.attempt = {task.id, moved.attempts};
    changes.push_back(moved);
    changes.push_back(change::AttemptStarted{assignment.attempt});
    assignments.push_back(std::move(assignment));
  }
  commit(changes, now);
  for (auto& assignment : assignments) {
    under_way_.insert(assignment.attempt);
    executor_.start(std::move(assignment));
  }
}

}  // namespace testlooper::engine
