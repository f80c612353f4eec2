// The engine without its thread: one event at a time, in order. Each event is made a list of
// changes, committed, and only then acted upon; then the reactors look at what was touched, and
// free slots are filled. Everything it holds in memory can be read again from the store, so a
// kill -9 at any instant is healed by start().
//
// It knows the core and the ports. It owns: which attempts are under way, which commits the
// reactors shall look at, which tasks are ready, which scans and comparisons are
// running.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "testlooper/base/limits.hpp"
#include "testlooper/ports/executor.hpp"
#include "testlooper/ports/live.hpp"
#include "testlooper/ports/scanner.hpp"
#include "testlooper/ports/store.hpp"

#include "core/cron.hpp"
#include "core/schedule.hpp"
#include "engine/events.hpp"
#include "engine/idle_room.hpp"

namespace testlooper::engine {

using MonotonicTime = std::chrono::steady_clock::time_point;

struct Now {
  WallTime wall;
  MonotonicTime monotonic;
};

struct LoopOptions {
  core::HostCapacity capacity;
  Milliseconds batch_target = Seconds{limits::kBatchTargetSeconds};
  Seconds scan_period{limits::kScanPeriodSeconds};
  // Asks that what the store calls going is removed soon: a purge waits for it.
  std::function<void()> remove_going = [] {};
};

class Loop {
 public:
  // `scanned` receives what the scanner found; it only enqueues, as every other event.
  Loop(LoopOptions options, Store& store, Executor& executor, Scanner& scanner, LiveEvents& live,
       std::function<void(Event)> enqueue);

  // Stores the configured repositories, heals what a crash left, and looks at all refs, those of
  // repositories that people have added, too.
  void start(const std::vector<ConfiguredRepo>& repos, Now now);
  void handle(Event event, Now now);
  // What is due by now: periodic scans, next attempts. Then reactors and free slots. Then those are
  // answered that asked why tasks wait.
  void advance(Now now);
  // The next moment at which advance() has something to do.
  std::optional<MonotonicTime> next_deadline() const;

 private:
  struct RepoScan {
    Repo repo;
    bool running = false;
    bool again = false;        // a push was announced while a scan was running
    bool failed = true;        // as far as the store knows; a success clears it
    int failures = 0;          // in a row
    std::uint64_t number = 0;  // of the scan that is running
    MonotonicTime next{};
    std::optional<RefsObserved> last;
  };

  // Of a branch rule, as the store has it.
  struct RuleSchedule {
    RepoId repo;
    RuleId rule;
    core::Cron cron;
    WallTime over;  // due times up to here are over
  };

  Committed commit(const Changes& changes, Now now, bool refs = false);
  void recover(Now now);
  void scan(RepoScan& repo, Now now);
  void scan_due(Now now);
  void wake_due_tasks(Now now);
  void react(Now now);
  void dispatch(Now now);
  // loop_repos.cpp
  Seconds period_of(const RepoScan& repo) const;
  void plan_retry(RepoScan& repo, Now now);
  ReloadReport configure(const ConfiguredRepos& configured, Now now);
  void follow_repos(Now now);
  void cancel_tasks_of_removed(Now now);
  void purge_some(Now now);
  void on(RepoAdded& event, Now now);
  void on(RepoChanged& event, Now now);
  void on(RepoRemoved& event, Now now);
  void on(ReposReread& event, Now now);
  void on(RepoForgotten& event, Now now);
  RepoScan* find_repo(const std::string& name);
  Result<CommitId> find_commit(const std::string& repo, const std::string& sha);
  void wait_until(const Task& task, WallTime not_before, Now now);
  void store_attempts(Now now);

  // loop_orders.cpp
  std::optional<RepoState> repo_state(const std::string& name);
  Result<orders::Done> set_rules(const RepoState& state, std::vector<BranchRule> rules,
                                 change::Audited audit, Now now);
  Committed apply_rules(RepoId repo, Now now);
  Result<orders::Done> carry_out(orders::ChangeRequest& order, Now now);
  Result<orders::Done> carry_out(orders::ClearResults& order, Now now);
  Result<orders::Done> carry_out(orders::AddRule& order, Now now);
  Result<orders::Done> carry_out(orders::ChangeRule& order, Now now);
  Result<orders::Done> carry_out(orders::RemoveRule& order, Now now);
  Result<orders::Done> carry_out(orders::Drain& order, Now now);

  // loop_schedule.cpp
  void fire_schedules(Now now);
  void read_schedules();
  void answer_waiting(Now now);

  // loop_lineage.cpp
  void compare_lineage(Now now);
  void give_up_lineage(Now now);
  void on(LineageSeen& event, Now now);

  // loop_flaky.cpp
  void assess_flaky(Now now);
  Result<orders::Done> carry_out(orders::Quarantine& order, Now now);
  Result<orders::Done> carry_out(orders::Unquarantine& order, Now now);
  Result<orders::Done> carry_out(orders::Import& order, Now now);
  // loop_experiments.cpp
  void follow_experiments(Now now);
  void on(HistoryAsked& event, Now now);
  void on(HistoryRead& event, Now now);
  std::optional<ExperimentState> experiment_of(ExperimentId id);
  Result<orders::Done> change(const ExperimentState& state, Result<Changes> changes,
                              std::string action, const std::string& who, Now now);
  Result<orders::Done> carry_out(orders::StartExperiments& order, Now now);
  Result<orders::Done> carry_out(orders::PauseExperiment& order, Now now);
  Result<orders::Done> carry_out(orders::StopExperiment& order, Now now);
  Result<orders::Done> carry_out(orders::ContinueExperiment& order, Now now);

  // loop_login.cpp
  Result<orders::Done> carry_out(orders::CreateToken& order, Now now);
  Result<orders::Done> carry_out(orders::RevokeToken& order, Now now);
  Result<orders::Done> carry_out(orders::StartSession& order, Now now);
  Result<orders::Done> carry_out(orders::EndSession& order, Now now);
  Result<orders::Done> carry_out(orders::NoteLogin& order, Now now);
  Result<orders::Done> carry_out(orders::RunRetention& order, Now now);

  // loop_idle.cpp
  void follow_idle_rules(Now now);
  void use_idle_room(Now now);

  void on(PushAnnounced& event, Now now);
  void on(RefsScanned& event, Now now);
  void on(RunsRequested& event, Now now);
  void on(OrderGiven& event, Now now);
  void on(RetryRequested& event, Now now);
  void on(ChangesDecided& event, Now now);
  void on(CancelAsked& event, Now now);
  void on(ExecutorChanged& event, Now now);
  void on(AttemptRunning& event, Now now);
  void on(AttemptEndedEvent& event, Now now);
  void on(WaitingAsked& event, Now now);

  LoopOptions options_;
  Store& store_;
  Executor& executor_;
  Scanner& scanner_;
  LiveEvents& live_;
  std::function<void(Event)> enqueue_;

  std::map<RepoId, RepoScan> repos_;  // active ones
  std::uint64_t scans_made_ = 0;
  std::set<RepoId> forgetting_;              // purging ones, while what is outside the store goes
  std::set<RepoId> purging_;                 // after that
  std::optional<MonotonicTime> purge_next_;  // where a step of it can be made
  std::map<LineagePair, MonotonicTime> comparing_;  // until when, at most
  bool lineage_may_be_due_ = true;
  std::optional<MonotonicTime> flaky_next_;  // when it is looked which tests flake
  std::set<CommitId> dirty_;
  core::Schedule schedule_;
  std::set<AttemptKey> under_way_;
  struct Pause {
    TaskId task;
    int infra_attempts = 0;
    std::string cause;
  };
  std::multimap<MonotonicTime, Pause> waiting_;
  std::vector<WaitingAsked> asked_;  // in this turn
  // Likewise: what attempts told, not stored yet.
  std::set<AttemptKey> began_;
  std::vector<AttemptResult> ended_;
  std::vector<RuleSchedule> schedules_;
  std::optional<MonotonicTime> next_firing_;
  std::set<ExperimentId> experiments_;                    // to be looked at
  std::map<ExperimentId, MonotonicTime> experiment_due_;  // to be looked at then
  IdleRoom idle_;
  std::optional<MonotonicTime> idle_next_;  // where more can be done about it at once
  bool room_may_be_free_ = true;
  bool draining_ = false;  // as the store has it
  ExecutorStatus executor_status_{.reason = "it is being looked for", .version = {}};
};

}  // namespace testlooper::engine
