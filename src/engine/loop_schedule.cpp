// Schedules of branch rules, and why tasks wait. See loop.hpp.
#include <algorithm>
#include <string>
#include <utility>

#include "core/cron.hpp"
#include "core/rules.hpp"
#include "core/waiting.hpp"
#include "engine/loop.hpp"

namespace testlooper::engine {

// A due time is over once it is stored with what it wanted, so it is acted upon once, whatever the
// clock or the power does. Of those that passed while nobody looked, the latest is made up.
void Loop::fire_schedules(Now now) {
  bool fired = false;
  for (const auto& each : schedules_) {
    const auto due = core::last_due(each.cron, now.wall);
    if (!due || *due <= each.over) continue;
    fired = true;
    for (const auto& state : store_.repos()) {
      if (state.repo.id == each.repo) commit(core::fire(state, each.rule, *due), now);
    }
  }
  if (fired) read_schedules();
  next_firing_.reset();
  for (const auto& each : schedules_) {
    const auto due = core::next_due(each.cron, std::max(now.wall, each.over));
    if (!due) continue;
    const auto at = now.monotonic + (*due - now.wall);
    next_firing_ = next_firing_ ? std::min(*next_firing_, at) : at;
  }
}

void Loop::on(WaitingAsked& event, Now now) {
  asked_.push_back(std::move(event));
  static_cast<void>(now);
}

void Loop::answer_waiting(Now now) {
  if (asked_.empty()) return;
  std::vector<core::PausedTask> paused;
  for (const auto& [until, pause] : waiting_) {
    const auto rest = std::chrono::duration_cast<Milliseconds>(until - now.monotonic);
    paused.push_back({pause.task, pause.infra_attempts, pause.cause, now.wall + rest});
  }
  const core::Explainer explainer{
      schedule_, draining_, executor_status_, std::move(paused), {now.wall, now.monotonic}};
  for (const auto& each : std::exchange(asked_, {})) each.reply(explainer.answer(each.query));
}

void Loop::read_schedules() {
  schedules_.clear();
  for (const auto& state : store_.repos()) {
    if (!repos_.contains(state.repo.id)) continue;
    for (const auto& rule : state.rules) {
      if (rule.schedule.empty() || rule.schedule_runs == 0) continue;
      auto cron = core::parse_cron(rule.schedule);
      if (cron) schedules_.push_back({state.repo.id, rule.id, *cron, rule.scheduled_after});
    }
  }
}

}  // namespace testlooper::engine
