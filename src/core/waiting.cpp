#include "core/waiting.hpp"

#include <algorithm>
#include <ranges>
#include <string>
#include <utility>

#include "testlooper/base/limits.hpp"

#include "core/needs.hpp"

namespace testlooper::core {
namespace {

std::string tasks_text(std::int64_t count) {
  return std::to_string(count) + (count == 1 ? " task" : " tasks");
}

WaitsFor say(WaitReason reason, std::string text) {
  return {.reason = reason, .text = std::move(text)};
}

WaitsFor no_containers(const ExecutorStatus& executor) {
  if (executor.low_disk)
    return say(WaitReason::low_disk, "waits for free disk: " + executor.reason);
  return say(WaitReason::no_docker, "waits for docker: " + executor.reason);
}

bool slots_are_full(const Circumstances& now, bool container) {
  return container ? now.containers >= now.capacity.containers
                   : now.readers >= now.capacity.readers;
}

WaitsFor for_slot(const Circumstances& now, bool container) {
  if (!container) {
    return say(WaitReason::slot, "waits for its turn to be read: configs are read " +
                                     std::to_string(now.capacity.readers) + " at a time");
  }
  return say(WaitReason::slot, "waits for a free slot: " + std::to_string(now.containers) + " of " +
                                   std::to_string(now.capacity.containers) + " are in use");
}

WaitsFor for_room(const Circumstances& now, const Resources& needs) {
  return say(WaitReason::room, "waits for room: it needs " + resources_text(needs) + ", and " +
                                   resources_text(now.capacity.resources - now.in_use) +
                                   " are free");
}

WaitsFor for_bigger(TaskId task) {
  auto waits = say(WaitReason::kept_room, "waits because room is kept for task " +
                                              std::to_string(task.value) +
                                              ", which is bigger and has waited long");
  waits.task = task;
  return waits;
}

WaitsFor behind(const ForeseenStart& start) {
  std::string text;
  const auto add = [&](std::int64_t count, const char* which) {
    if (count > 0) text += (text.empty() ? ": " : ", ") + std::to_string(count) + which;
  };
  add(start.more_urgent, " more urgent");
  add(start.own_flow, " of its own branch or request");
  add(start.ahead - start.more_urgent - start.own_flow, " whose turn comes first");
  auto waits = say(WaitReason::behind, "waits behind " + tasks_text(start.ahead) + text);
  waits.ahead = start.ahead;
  return waits;
}

bool waits_for_room(const Circumstances& now, const WaitingFacts& facts) {
  if (facts.need.container && now.blocked && now.blocked->task == facts.task) return true;
  return facts.start && facts.start->ahead == 0;
}

}  // namespace

WaitsFor why_it_waits(const Circumstances& now, const WaitingFacts& facts) {
  const auto [container, needs] = facts.need;
  if (now.draining) {
    return say(WaitReason::drained, "waits for `testlooper resume`: the engine starts nothing");
  }
  if (container && !now.executor.ready) return no_containers(now.executor);
  if (container && !fits(needs, now.capacity.resources)) {
    return say(WaitReason::too_big,
               "waits for a larger server: it " + never_fits(needs, now.capacity.resources));
  }
  const bool full = slots_are_full(now, container);
  const bool fits_now = !container || fits(needs, now.capacity.resources - now.in_use);
  const bool kept = container && now.blocked && now.blocked->kept;
  if (!full && fits_now && kept) return for_bigger(now.blocked->task);
  if (waits_for_room(now, facts)) {
    if (full) return for_slot(now, container);
    if (!fits_now) return for_room(now, needs);
    return say(WaitReason::starting, "is being started");
  }
  if (facts.start) return behind(*facts.start);
  auto waits = say(WaitReason::behind, "waits behind more than " + tasks_text(facts.at_least));
  waits.ahead = facts.at_least;
  return waits;
}

WaitsFor why_it_pauses(const PausedTask& task) {
  auto text = "waits for attempt " + std::to_string(task.infra_attempts + 1) + " of " +
              std::to_string(limits::kInfraAttempts) + ", after a failure of the machine";
  if (!task.cause.empty()) text += ": " + task.cause;
  return say(WaitReason::pause, std::move(text));
}

Explainer::Explainer(const Schedule& schedule, bool draining, ExecutorStatus executor,
                     std::vector<PausedTask> paused, ExplainAt now)
    : schedule_(schedule),
      circumstances_{.draining = draining,
                     .executor = std::move(executor),
                     .capacity = schedule.capacity(),
                     .in_use = schedule.in_use(),
                     .containers = schedule.containers_running(),
                     .readers = schedule.readers_running(),
                     .blocked = schedule.blocked(now.monotonic)},
      paused_(std::move(paused)),
      now_(now),
      starts_(foresee(schedule, now.monotonic, limits::kQueueTasks)) {}

WaitingTasks Explainer::answer(const WaitingQuery& query) const {
  if (query.tasks.empty()) return next();
  WaitingTasks found;
  for (const auto task : query.tasks) {
    found.push_back(explain(task));
  }
  return found;
}

WaitingTask Explainer::explain(TaskId task, Schedule::Need need, const ForeseenStart* start) const {
  WaitingFacts facts{task, need, start == nullptr ? std::nullopt : std::optional{*start}, 0};
  if (start == nullptr) facts.at_least = foreseen(need.container);
  WaitingTask explained{task, why_it_waits(circumstances_, facts)};
  switch (explained.waits_for.reason) {
    case WaitReason::drained:
    case WaitReason::no_docker:
    case WaitReason::low_disk:
    case WaitReason::too_big:
      return explained;  // when it starts hangs on people
    default:
      break;
  }
  if (start != nullptr && start->in) explained.starts_at = now_.wall + *start->in;
  return explained;
}

WaitingTask Explainer::explain(const PausedTask& paused) const {
  WaitingTask explained{paused.task, why_it_pauses(paused)};
  const bool anything_starts = !circumstances_.draining && circumstances_.executor.ready;
  if (anything_starts) explained.starts_at = paused.until;
  return explained;
}

// How many tasks of a kind were foreseen.
std::int64_t Explainer::foreseen(bool containers) const {
  for (const auto& start : starts_ | std::views::reverse) {
    if (schedule_.need_of(start.task)->container == containers) return start.ahead + 1;
  }
  return 0;
}

WaitingTask Explainer::explain(TaskId task) const {
  const auto paused = std::ranges::find(paused_, task, &PausedTask::task);
  if (paused != paused_.end()) return explain(*paused);
  const auto need = schedule_.need_of(task);
  if (!need) return {task, say(WaitReason::starting, "does not wait any more")};
  const auto start = std::ranges::find(starts_, task, &ForeseenStart::task);
  return explain(task, *need, start == starts_.end() ? nullptr : &*start);
}

WaitingTasks Explainer::next() const {
  WaitingTasks found;
  auto paused = paused_.begin();
  const auto add_paused = [&] {
    found.push_back(explain(*paused));
    ++paused;
  };
  for (const auto& start : starts_) {
    auto explained = explain(start.task, schedule_.need_of(start.task).value(), &start);
    while (paused != paused_.end() &&
           (!explained.starts_at || paused->until < *explained.starts_at)) {
      add_paused();
    }
    found.push_back(std::move(explained));
  }
  while (paused != paused_.end()) add_paused();
  for (const auto task : schedule_.too_big(limits::kQueueTasks)) {
    found.push_back(explain(task, schedule_.need_of(task).value(), nullptr));
  }
  if (found.size() > limits::kQueueTasks) found.resize(limits::kQueueTasks);
  return found;
}

}  // namespace testlooper::core
