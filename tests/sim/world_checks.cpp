// What must hold: while the world goes on, and once it has come to rest.
#include <algorithm>

#include "core/filter.hpp"
#include "core/ground.hpp"
#include "sim/world.hpp"

namespace testlooper::sim {

void World::check_volumes() {
  const auto known = store_.artifact_volumes();
  for (const auto& [volume, finished] : volumes_.finished) {
    if (!known.contains(volume)) violation("a volume was left that nobody knows");
    if (!finished) violation("an unfinished volume was left");
  }
  for (const auto& volume : known) {
    if (!volumes_.finished.contains(volume) && !volumes_.removed.contains(volume)) {
      violation("the volume of a known artifact is gone");
    }
  }
}

// An idle run starts at a head only, and where nothing else waits for the room. One that a lost
// power had interrupted may start while something is prepared.
void World::check_idle_start(DesiredId desired) {
  const auto known = store_.wish(desired);
  if (!known || known->wish.source != DesiredSource::idle) return;
  ++report_.idle_attempts;
  if (known->wish.counts.runs == 0) violation("an idle run started where none is allowed");
  for (const auto& task : store_.tasks_in(TaskState::ready, 100)) {
    const bool urgent = task.spec.priority < Priority::background;
    if (urgent && core::needs_container(task.spec.kind)) {
      violation("an idle run started while something waited");
    }
  }
  if (report_.crashes > 0 || options_.infra_chance > 0) return;
  for (const auto state : {TaskState::starting, TaskState::running}) {
    for (const auto& task : store_.tasks_in(state, 100)) {
      if (task.spec.kind != TaskKind::run_tests) violation("an idle run started amid preparation");
    }
  }
}

void World::check_at_rest() {
  if (!loop_) return violation("it did not start again");
  for (const auto state :
       {TaskState::waiting, TaskState::ready, TaskState::starting, TaskState::running}) {
    if (!store_.tasks_in(state, 1).empty()) violation("a task was left unfinished");
  }
  if (!store_.unsettled_commits().empty()) violation("a commit was left unsettled");
  if (store_.draining()) violation("the engine was left drained");
  if (!store_.due_lineages(1).empty()) violation("commits were left uncompared");
  check_volumes();
  check_experiments();
  const auto repos = store_.repos();
  if (repos.size() != (options_.removals > 0 ? 2u : 1u)) violation("a repository was lost");
  for (const auto& state : repos) {
    if (state.standing != RepoStanding::active) violation("a repository did not come back");
    check_repo(state.repo);
  }
}

void World::check_repo(const Repo& repo) {
  for (const auto& [branch, sha] : repository_.branches) {
    if (!store_.find_commit(repo.id, sha)) violation("the head of " + branch + " was lost");
  }
  for (const auto& sha : pushed_) {
    const auto commit = store_.find_commit(repo.id, sha);
    if (!commit) continue;
    check_wishes(*commit);
    if (repo.spec.name == kRepo) check_lineage(*commit, sha);
  }
}

// No test has had more than was ever allowed, and at a head each has had all that is allowed.
void World::check_idle_runs(const CommitState& state, const DesiredState& idle) {
  for (const auto& suite : state.suites) {
    if (suite.listed != StepState::ok || !core::can_run(state, suite)) continue;
    for (const auto& test : suite.tests) {
      const auto found = idle.tallies.find(test.id);
      const auto spent =
          found == idle.tallies.end() ? 0 : found->second.done + found->second.given_up;
      if (spent > options_.idle_runs) violation("a test had more idle runs than are allowed");
      if (!idle.stopped && spent < idle.wish.counts.runs) violation("idle room was left unused");
    }
  }
}

// Each test has had what is wanted of it at the end. More than that only where something was
// lowered or cleared on the way, and then the tasks that had started are all.
void World::check_wishes(CommitId commit) {
  const auto state = store_.commit_state(commit);
  for (const auto& desired : state.desired) {
    if (desired.wish.source == DesiredSource::idle) {
      check_idle_runs(state, desired);
      continue;
    }
    if (desired.wish.source == DesiredSource::experiment) continue;  // what it wants is its own
    if (desired.stopped) {
      if (!options_.minds_change && !may_be_stopped_.contains(desired.id)) {
        violation("a wish stopped that nobody cancelled");
      }
      continue;
    }
    if (stopped_.contains(desired.id)) violation("a cancelled wish goes on");
    const auto matcher = core::TestMatcher::make(desired.wish.filter);
    for (const auto& suite : state.suites) {
      if (suite.listed != StepState::ok || !core::can_run(state, suite)) continue;
      for (const auto& test : suite.tests) {
        const auto found = desired.tallies.find(test.id);
        const auto spent =
            found == desired.tallies.end() ? 0 : found->second.done + found->second.given_up;
        const auto wanted =
            matcher->matches(suite.name, test) ? desired.wish.counts.wanted_of(test.traits) : 0;
        if (spent < wanted) violation("a wished run was lost");
        if (!minds_changed_ && spent > wanted) violation("a test ran too often");
      }
    }
  }
}

}  // namespace testlooper::sim
