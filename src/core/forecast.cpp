#include "core/forecast.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace testlooper::core {

class Rehearsal {
 public:
  Rehearsal(const Schedule& live, Schedule::Time now, std::size_t most)
      : live_(live), copy_(live.capacity_), began_(now), now_(now), most_(most) {
    copy_.containers_allowed_ = true;
    copy_.overtaken_since_ = live.overtaken_since_;
    copy_running();
    copy_levels(live_.readers_, copy_.readers_);
    copy_levels(live_.containers_, copy_.containers_);
  }

  std::vector<ForeseenStart> run() {
    starts_.reserve(std::min(most_, live_.waiting()));
    while (starts_.size() < most_) {
      if (const auto task = copy_.take(now_)) {
        note_start(*task);
      } else if (!end_one()) {
        break;
      }
    }
    return std::move(starts_);
  }

 private:
  using Level = Schedule::Level;
  using Flow = Schedule::Flow;
  struct End {
    bool unknown = false;  // the others end first
    Schedule::Time at;
    TaskId task;
    auto operator<=>(const End&) const = default;
  };
  struct Counts {
    std::int64_t all = 0;
    std::array<std::int64_t, 4> of_level{};
    std::map<std::pair<std::size_t, std::string>, std::int64_t> of_flow;
  };

  // A copy of the flow, still without tasks.
  static Flow& copied(const Flow& flow, Level& level) {
    const auto [found, added] = level.flows.try_emplace(flow.name);
    auto& copy = found->second;
    if (added) {
      copy.name = flow.name;
      copy.level = &level;
      copy.tag = flow.tag;
      copy.served = flow.served;
      copy.person = flow.person;
    }
    return copy;
  }

  static std::size_t index_of(const Flow& flow, const Schedule::Levels& levels) {
    return static_cast<std::size_t>(flow.level - levels.data());
  }

  void copy_running() {
    copy_.in_use_ = live_.in_use_;
    copy_.containers_running_ = live_.containers_running_;
    copy_.readers_running_ = live_.readers_running_;
    for (auto [task, running] : live_.running_) {
      const auto& from = running.container ? live_.containers_ : live_.readers_;
      auto& to = running.container ? copy_.containers_ : copy_.readers_;
      running.flow = &copied(*running.flow, to[index_of(*running.flow, from)]);
      ++running.flow->running;
      copy_.running_.emplace(task, running);
      const auto spent = std::chrono::duration_cast<Milliseconds>(now_ - running.since);
      const auto rest = running.expected - spent;
      ends_.insert({!running.measured, now_ + std::max(rest, -rest), task});
    }
  }

  // Of each flow and size the first task alone: when it starts, the next one follows. Of flows as
  // many as can be served until the last start that is asked for.
  void copy_levels(const Schedule::Levels& from, Schedule::Levels& to) {
    for (std::size_t i = 0; i < from.size(); ++i) {
      to[i].now = from[i].now;
      to[i].people = from[i].people;
      for (const auto& [size, candidates] : from[i].sizes) {
        std::size_t flows = 0;
        for (const auto& candidate : candidates) {
          if (flows++ == most_) break;
          copy_task(candidate.order.id, copied(*candidate.flow, to[i]));
        }
      }
    }
  }

  void copy_task(TaskId task, Flow& flow) {
    auto place = live_.places_.at(task);
    place.flow = &flow;
    copy_.insert(place);
  }

  void note_start(TaskId task) {
    const auto& place = live_.places_.at(task);
    const auto& running = copy_.running_.at(task);
    ends_.insert({!running.measured, now_ + running.expected, task});
    count_start(task, running);
    const auto& tasks = place.flow->sizes.at(place.needs).tasks;
    const auto next = tasks.upper_bound(place.order);
    if (next != tasks.end()) copy_task(next->id, *running.flow);
  }

  void count_start(TaskId task, const Schedule::Running& running) {
    auto& counts = running.container ? of_containers_ : of_readers_;
    const auto level =
        index_of(*running.flow, running.container ? copy_.containers_ : copy_.readers_);
    auto& own = counts.of_flow[{level, running.flow->name}];
    ForeseenStart start{.task = task, .in = {}, .ahead = counts.all, .own_flow = own};
    for (std::size_t i = 0; i < level; ++i) start.more_urgent += counts.of_level.at(i);
    if (known_) start.in = std::chrono::duration_cast<Milliseconds>(now_ - began_);
    starts_.push_back(start);
    ++counts.all;
    ++counts.of_level.at(level);
    ++own;
  }

  bool end_one() {
    if (ends_.empty()) return false;
    const auto end = *ends_.begin();
    ends_.erase(ends_.begin());
    known_ = known_ && !end.unknown;
    now_ = std::max(now_, end.at);
    copy_.ended(end.task, now_);
    return true;
  }

  const Schedule& live_;
  Schedule copy_;
  Schedule::Time began_, now_;
  std::size_t most_;
  bool known_ = true;
  std::set<End> ends_;
  Counts of_containers_, of_readers_;
  std::vector<ForeseenStart> starts_;
};

std::vector<ForeseenStart> foresee(const Schedule& schedule, Schedule::Time now, std::size_t most) {
  return Rehearsal{schedule, now, most}.run();
}

}  // namespace testlooper::core
