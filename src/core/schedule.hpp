// Which ready tasks start now. docs/scheduling.md says the rules for people. It holds the ready
// tasks in memory, compactly, and what runs; it can be made again from the store at any time,
// forgetting only who used how much. Pure: time is a parameter, and ties break by id.
//
// Each priority is a start-time fair queue of flows (a branch, a request): a flow's tag is what it
// has used, in milliseconds of the whole host, and the lowest tag goes first. A flow that comes
// back begins at the tag that is served now, so that nobody saves up or pays for idle times. A
// person's flows have one share together: what a task of one costs counts once for each of them.
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "testlooper/domain/task.hpp"

namespace testlooper::core {

// Reading a config needs no container, so it does not wait for one.
inline bool needs_container(TaskKind kind) { return kind != TaskKind::read_config; }

struct HostCapacity {
  Resources resources = kEndless;
  int containers = 1;
  int readers = 2;  // configs read at once
};

class Schedule {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Schedule(HostCapacity capacity) : capacity_(capacity) {}
  Schedule(const Schedule&) = delete;
  Schedule& operator=(const Schedule&) = delete;

  // A task that is there already is left as it is.
  void add(const ReadyTask& task);
  // It was cancelled; nothing where it is not there.
  void remove(TaskId task);
  // The next task to start, which counts as running from now on; none where nothing more fits.
  std::optional<TaskId> take(Time now);
  // A task that was taken has ended: its room is free, and its flow has used what it really took.
  void ended(TaskId task, Time now);
  // Without them only configs are read: there is no docker.
  void allow_containers(bool allowed) { containers_allowed_ = allowed; }

  // Nothing waits, and nothing is being prepared, whose runs would come next: what room there is
  // is wanted by nobody.
  bool at_rest() const { return containers_allowed_ && places_.empty() && preparing_ == 0; }
  // A container that reserves so much would start now.
  bool has_room(Resources needs) const;

  std::size_t waiting() const { return places_.size(); }
  std::size_t running() const { return running_.size(); }
  Resources in_use() const { return in_use_; }
  int containers_running() const { return containers_running_; }
  int readers_running() const { return readers_running_; }
  const HostCapacity& capacity() const { return capacity_; }

  struct Need {
    bool container = false;
    Resources needs;
  };
  // Of a waiting task.
  std::optional<Need> need_of(TaskId task) const;
  struct Blocked {
    TaskId task;
    bool kept = false;  // the room is kept for it: no smaller one goes before it any more
  };
  // The task that is next in order and does not fit into the room that is free.
  std::optional<Blocked> blocked(Time now) const;
  // Tasks that can never start, because they need more than the host has; at most so many.
  std::vector<TaskId> too_big(std::size_t most) const;

 private:
  friend class Rehearsal;  // forecast.cpp

  // The order of tasks in a flow: the newest commit, its preparation, its first result, then by id.
  struct TaskOrder {
    std::int64_t generation = 0;  // negative, so that newer commits come first
    std::int64_t committed_at = 0;
    bool run = false;
    bool later = false;  // not a commit's first result
    TaskId id;
    auto operator<=>(const TaskOrder&) const = default;
  };
  struct Flow;
  // A flow's next task of one size, among those of other flows.
  struct Candidate {
    int rank = 0;  // first results, what leads to them, all else
    std::int64_t tag = 0;
    TaskOrder order;
    Flow* flow = nullptr;
    auto operator<=>(const Candidate& other) const {
      return std::tie(rank, tag, order.id) <=> std::tie(other.rank, other.tag, other.order.id);
    }
  };
  struct Level;
  struct Waiting {
    std::set<TaskOrder> tasks;
    Candidate best;  // as it is in the level
  };
  struct Flow {
    std::string name;
    std::string person;  // whose it is; "": nobody's
    Level* level = nullptr;
    std::int64_t tag = 0;
    std::size_t tasks = 0;  // that wait
    std::size_t running = 0;
    std::pair<std::int64_t, std::int64_t> served{1, 0};  // the newest commit that had a result
    std::map<Resources, Waiting> sizes;
  };
  // All flows of one priority.
  struct Level {
    std::map<std::string, Flow> flows;
    std::map<std::string, std::int64_t> people;  // flows of each that wait or run
    std::map<Resources, std::set<Candidate>> sizes;
    std::set<std::pair<std::int64_t, Flow*>> idle;  // that may come back before they are due
    std::int64_t now = 0;                           // the tag that was served last
  };
  struct Place {
    Flow* flow = nullptr;
    Resources needs;
    TaskOrder order;
    Milliseconds expected{0};
    bool measured = false;
  };
  struct Running {
    Flow* flow = nullptr;
    Resources needs;
    bool container = false;
    bool run = false;
    std::int64_t charged = 0;
    std::int64_t weight = 1;  // of what it costs: the flows among which its person's share goes
    Time since;
    Milliseconds expected{0};
    bool measured = false;
  };
  // Of a level's candidates, those that are first in order: of all, and of those that fit.
  struct Pick {
    const Candidate* first = nullptr;
    const Candidate* fitting = nullptr;
  };
  using Levels = std::array<Level, 4>;

  Flow& flow_of(Level& level, const ReadyTask& task);
  void insert(Place place);
  static void belongs_to(Flow& flow, const std::string& person);
  static std::int64_t flows_of_person(const Flow& flow);
  void refresh(Flow& flow, const Resources& size, Waiting& waiting);
  void refresh_all(Flow& flow);
  void rest_if_idle(Flow& flow);
  void forget_idle(Level& level);
  void take_out(Flow& flow, const Resources& size, const TaskOrder& order);
  std::int64_t cost(Resources needs, Milliseconds time) const;
  TaskId start(const Candidate& chosen, bool container, Time now);
  std::optional<TaskId> take_reader(Time now);
  std::optional<TaskId> take_container(Time now);
  Pick pick(const Level& level) const;
  bool may_be_overtaken(TaskId task, Time now) const;

  HostCapacity capacity_;
  bool containers_allowed_ = false;
  Levels readers_;
  Levels containers_;
  std::unordered_map<TaskId, Place> places_;
  std::unordered_map<TaskId, Running> running_;
  std::unordered_map<TaskId, Time> overtaken_since_;  // big tasks, of which smaller ones went first
  Resources in_use_;
  int containers_running_ = 0;
  int readers_running_ = 0;
  int preparing_ = 0;  // of what runs
};

}  // namespace testlooper::core
