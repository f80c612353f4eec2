#include "core/schedule.hpp"

#include <algorithm>

#include "testlooper/base/check.hpp"
#include "testlooper/base/limits.hpp"

namespace testlooper::core {

// ---- What waits --------------------------------------------------------------------------------

Schedule::Flow& Schedule::flow_of(Level& level, const ReadyTask& task) {
  const auto name = std::to_string(task.repo.value) + "/" + task.flow;
  const auto [found, added] = level.flows.try_emplace(name);
  auto& flow = found->second;
  if (added) {
    flow.name = name;
    flow.level = &level;
  }
  if (flow.tasks == 0 && flow.running == 0) {
    level.idle.erase({flow.tag, &flow});
    flow.tag = std::max(flow.tag, level.now);
  }
  if (flow.person.empty()) belongs_to(flow, task.person);
  return flow;
}

void Schedule::belongs_to(Flow& flow, const std::string& person) {
  if (person.empty()) return;
  flow.person = person;
  ++flow.level->people[person];
}

std::int64_t Schedule::flows_of_person(const Flow& flow) {
  return flow.person.empty() ? 1 : flow.level->people.at(flow.person);
}

void Schedule::add(const ReadyTask& task) {
  if (places_.contains(task.id) || running_.contains(task.id)) return;
  const bool container = needs_container(task.kind);
  auto& level = (container ? containers_ : readers_).at(static_cast<std::size_t>(task.priority));
  auto& flow = flow_of(level, task);
  const auto size = container ? task.needs : Resources{};
  const TaskOrder order{-task.generation, -task.committed_at.ms, task.kind == TaskKind::run_tests,
                        !task.first_result, task.id};
  insert({&flow, size, order, task.expected, task.measured});
}

void Schedule::insert(Place place) {
  auto& flow = *place.flow;
  auto& waiting = flow.sizes[place.needs];
  waiting.tasks.insert(place.order);
  ++flow.tasks;
  places_.emplace(place.order.id, place);
  refresh(flow, place.needs, waiting);
}

void Schedule::remove(TaskId task) {
  const auto found = places_.find(task);
  if (found == places_.end()) return;
  const auto place = found->second;
  take_out(*place.flow, place.needs, place.order);
  rest_if_idle(*place.flow);
}

void Schedule::take_out(Flow& flow, const Resources& size, const TaskOrder& order) {
  auto& waiting = flow.sizes.at(size);
  waiting.tasks.erase(order);
  --flow.tasks;
  places_.erase(order.id);
  overtaken_since_.erase(order.id);
  refresh(flow, size, waiting);
}

// Puts the flow's next task of this size in its place among the other flows.
void Schedule::refresh(Flow& flow, const Resources& size, Waiting& waiting) {
  auto& others = flow.level->sizes[size];
  if (waiting.best.flow != nullptr) others.erase(waiting.best);
  if (waiting.tasks.empty()) {
    if (others.empty()) flow.level->sizes.erase(size);
    flow.sizes.erase(size);
    return;
  }
  const auto& order = *waiting.tasks.begin();
  // A commit's first result counts as one only until the flow had a result of so new a commit.
  const bool awaited = std::pair{order.generation, order.committed_at} < flow.served;
  const int rank = !awaited ? 2 : !order.run ? 1 : order.later ? 2 : 0;
  // First results go by age, so that nobody else changes the order of pushes.
  waiting.best = {rank, rank == 0 ? 0 : flow.tag, order, &flow};
  others.insert(waiting.best);
}

void Schedule::refresh_all(Flow& flow) {
  for (auto& [size, waiting] : flow.sizes) refresh(flow, size, waiting);
}

// A flow that has used more than its share pays for it when it comes back soon.
void Schedule::rest_if_idle(Flow& flow) {
  if (flow.tasks > 0 || flow.running > 0) return;
  auto& level = *flow.level;
  if (!flow.person.empty() && --level.people.at(flow.person) == 0) level.people.erase(flow.person);
  flow.person.clear();
  level.idle.emplace(flow.tag, &flow);
  const bool nobody = level.idle.size() == level.flows.size();
  if (nobody) level.now = std::max(level.now, level.idle.rbegin()->first);
  forget_idle(level);
}

void Schedule::forget_idle(Level& level) {
  while (!level.idle.empty() && level.idle.begin()->first <= level.now) {
    auto* flow = level.idle.begin()->second;
    level.idle.erase(level.idle.begin());
    level.flows.erase(level.flows.find(flow->name));
  }
}

// ---- What runs ---------------------------------------------------------------------------------

// Time multiplied by the share of the host: of the resource that it takes most of.
std::int64_t Schedule::cost(Resources needs, Milliseconds time) const {
  const auto share = [](std::int64_t part, std::int64_t whole) {
    return static_cast<double>(part) / static_cast<double>(std::max<std::int64_t>(whole, 1));
  };
  const auto most = std::max(share(needs.milli_cores, capacity_.resources.milli_cores),
                             share(needs.ram_mb, capacity_.resources.ram_mb));
  return std::max<std::int64_t>(
      1, static_cast<std::int64_t>(static_cast<double>(time.count()) * std::min(most, 1.0)));
}

std::optional<TaskId> Schedule::take(Time now) {
  if (auto reader = take_reader(now)) return reader;
  return take_container(now);
}

std::optional<TaskId> Schedule::take_reader(Time now) {
  if (readers_running_ >= capacity_.readers) return std::nullopt;
  for (auto& level : readers_) {
    for (const auto& [size, candidates] : level.sizes) {
      return start(*candidates.begin(), false, now);
    }
  }
  return std::nullopt;
}

std::optional<TaskId> Schedule::take_container(Time now) {
  if (!containers_allowed_ || containers_running_ >= capacity_.containers) return std::nullopt;
  std::optional<TaskId> overtaken;
  for (auto& level : containers_) {
    const auto [first, fitting] = pick(level);
    if (first != fitting && !may_be_overtaken(first->order.id, now)) return std::nullopt;
    if (first != fitting && !overtaken) overtaken = first->order.id;
    if (fitting == nullptr) continue;
    if (overtaken) overtaken_since_.try_emplace(*overtaken, now);
    return start(*fitting, true, now);
  }
  return std::nullopt;
}

Schedule::Pick Schedule::pick(const Level& level) const {
  const auto room = capacity_.resources - in_use_;
  Pick found;
  for (const auto& [size, candidates] : level.sizes) {
    const auto& best = *candidates.begin();
    if (!fits(size, capacity_.resources)) continue;  // it never will
    if (found.first == nullptr || best < *found.first) found.first = &best;
    if (!fits(size, room)) continue;
    if (found.fitting == nullptr || best < *found.fitting) found.fitting = &best;
  }
  return found;
}

bool Schedule::has_room(Resources needs) const {
  return containers_allowed_ && containers_running_ < capacity_.containers &&
         fits(needs, capacity_.resources - in_use_);
}

// Where the first task does not fit, smaller ones go before it, but only for a while.
bool Schedule::may_be_overtaken(TaskId task, Time now) const {
  const auto since = overtaken_since_.find(task);
  return since == overtaken_since_.end() ||
         now - since->second < Seconds{limits::kBigTaskPatienceSeconds};
}

TaskId Schedule::start(const Candidate& chosen, bool container, Time now) {
  auto& flow = *chosen.flow;
  auto& level = *flow.level;
  const auto order = chosen.order;
  const auto place = places_.at(order.id);
  const auto weight = flows_of_person(flow);
  const auto charged = weight * cost(place.needs, place.expected);
  level.now = std::max(level.now, flow.tag);
  flow.tag += charged;
  ++flow.running;
  const std::pair commit{order.generation, order.committed_at};
  if (order.run && commit < flow.served) flow.served = commit;
  take_out(flow, place.needs, order);
  refresh_all(flow);
  running_.emplace(order.id, Running{&flow, place.needs, container, order.run, charged, weight, now,
                                     place.expected, place.measured});
  in_use_ = in_use_ + place.needs;
  ++(container ? containers_running_ : readers_running_);
  if (!order.run) ++preparing_;
  forget_idle(level);
  return order.id;
}

void Schedule::ended(TaskId task, Time now) {
  const auto found = running_.find(task);
  if (found == running_.end()) return;
  const auto running = found->second;
  running_.erase(found);
  in_use_ = in_use_ - running.needs;
  --(running.container ? containers_running_ : readers_running_);
  if (!running.run) --preparing_;
  auto& flow = *running.flow;
  const auto took = std::chrono::duration_cast<Milliseconds>(now - running.since);
  flow.tag += running.weight * cost(running.needs, took) - running.charged;
  --flow.running;
  refresh_all(flow);
  rest_if_idle(flow);
}

// ---- What is asked -----------------------------------------------------------------------------

std::optional<Schedule::Need> Schedule::need_of(TaskId task) const {
  const auto found = places_.find(task);
  if (found == places_.end()) return std::nullopt;
  const auto& [flow, needs, order, expected, measured] = found->second;
  const auto* level = flow->level;
  const bool reader =
      std::ranges::any_of(readers_, [&](const Level& each) { return &each == level; });
  return Need{!reader, needs};
}

std::optional<Schedule::Blocked> Schedule::blocked(Time now) const {
  for (const auto& level : containers_) {
    const auto [first, fitting] = pick(level);
    if (first != fitting) return Blocked{first->order.id, !may_be_overtaken(first->order.id, now)};
    if (fitting != nullptr) return std::nullopt;
  }
  return std::nullopt;
}

std::vector<TaskId> Schedule::too_big(std::size_t most) const {
  std::vector<TaskId> found;
  for (const auto& level : containers_) {
    for (const auto& [size, candidates] : level.sizes) {
      if (fits(size, capacity_.resources)) continue;
      for (const auto& candidate : candidates) {
        for (const auto& order : candidate.flow->sizes.at(size).tasks) {
          if (found.size() == most) return found;
          found.push_back(order.id);
        }
      }
    }
  }
  return found;
}

}  // namespace testlooper::core
