// A world for the engine's loop in which everything but the store is made up: the clock, the
// repository, the scanner, the executor. All that is random comes from one seed, so a failing
// seed is a failing test. The world can lose its power before or after any commit of the store and
// any start of an attempt; the store survives, everything else is gone, and a new loop heals it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "testlooper/ports/live.hpp"
#include "testlooper/ports/store.hpp"

#include "engine/loop.hpp"
#include "store/sqlite_store.hpp"

namespace testlooper::sim {

// The power is gone; thrown through the loop.
struct PowerLost {};

inline constexpr const char* kRepo = "demo";
inline constexpr const char* kOther = "other";  // has the same commits
inline constexpr const char* kOtherPath = "/other";

struct WorldOptions {
  std::uint64_t seed = 1;
  double crash_chance = 0;     // at each commit and each start of an attempt
  double infra_chance = 0.05;  // an attempt fails by the machine
  int pushes = 6;
  int requests = 3;
  int cancels = 0;
  bool minds_change = false;  // wishes are raised and lowered, results cleared, rules changed
  int removals = 2;           // of the other repository, which people add and remove
  int drains = 0;             // and as many times it goes on again
  bool renames = false;       // tests move between commits
  int experiments = 0;
  bool meddles = false;  // with experiments: they are paused and go on
  int idle_runs = 0;     // that the rule of all branches allows from some time on
};

struct WorldReport {
  int crashes = 0;
  int attempts = 0;
  int idle_attempts = 0;  // of them
  int experiments = 0;    // that there were
  std::vector<std::string> violations;
};

// Docker's volumes, as far as builds go: what is there, and what a build has finished.
struct Volumes {
  std::map<std::string, bool> finished;  // by name
  std::set<std::string> removed;         // were finished; by somebody, or because we asked for it
};

class World : private Executor, private Scanner, private LiveEvents {
 public:
  World(WorldOptions options, store::SqliteStore& store);
  ~World() override;

  // Pushes, requests and faults until all of them are spent; then calm until nothing moves.
  WorldReport run();

 private:
  class FaultyStore;
  struct Happening {
    engine::MonotonicTime at;
    std::uint64_t order = 0;
    std::function<void()> what;
    bool survives_crash = false;  // people and pushes do, containers and scans do not
  };

  void start(Assignment assignment) override;
  void cancel(AttemptKey attempt, std::string why) override;
  void drop_volumes(std::vector<std::string> volumes) override;
  LogInfo left_log(AttemptKey) override { return {}; }
  void scan(ScanRequest request, std::function<void(Result<RefsObserved>)> done) override;
  void locate(RepoSpec spec, std::function<void(Result<std::string>)> done) override;
  void read_history(RepoSpec spec, std::string git_dir, std::vector<HistoryRange> ranges,
                    std::function<void(std::vector<CommitInfo>)> done) override;
  void find_lineage(LineageQuery query,
                    std::function<void(Result<std::vector<Continued>>)> done) override;
  void forget(RepoSpec spec, std::function<void()> done) override;
  void published(const ChangeNotice& notice) override;
  void log_grew(AttemptKey attempt, std::uint64_t bytes, bool complete) override;

  double chance();
  int between(int low, int high);
  engine::Now now() const;
  void later(int max_ms, std::function<void()> what, bool survives_crash = false);
  void maybe_lose_power();
  void guarded(const std::function<void()>& what);
  void boot();
  void plan_people();
  void push();
  void request();
  void cancel_something();
  void begin_build(const Assignment& assignment);
  void prune_a_volume();
  void check_volumes();
  std::vector<KeptArtifact> missing_of(const Assignment& assignment);
  void change_mind();
  void add_other();
  void allow_idle_runs();
  void meddle();
  void drain();
  void resume();
  void remove_files();
  void start_experiment();
  void meddle_with_experiment();
  bool an_experiment_runs();
  void check_experiments();
  AttemptResult outcome_of(const Assignment& assignment);
  Product product_of(const Assignment& assignment);
  void violation(const std::string& what) { report_.violations.push_back(what); }
  void check_at_rest();
  void check_repo(const Repo& repo);
  void check_wishes(CommitId commit);
  void check_lineage(CommitId commit, const std::string& sha);
  void check_idle_start(DesiredId desired);
  void check_idle_runs(const CommitState& state, const DesiredState& idle);

  WorldOptions options_;
  store::SqliteStore& store_;
  std::mt19937_64 random_;
  std::unique_ptr<FaultyStore> faulty_;
  std::unique_ptr<engine::Loop> loop_;
  std::vector<Happening> happenings_;
  std::uint64_t happenings_made_ = 0;
  engine::MonotonicTime time_{};
  bool faults_ = true;
  RefsObserved repository_;
  std::vector<std::string> pushed_;  // every commit that a branch has ever led to
  std::set<AttemptKey> ever_started_;
  std::set<std::pair<std::string, SuiteTest>> moved_;  // at this commit, as git tells
  std::map<TaskId, int> under_way_;
  // By the key of a layer or an artifact; each repository makes its own.
  std::map<std::pair<RepoId, std::string>, int> being_made_;
  Volumes volumes_;
  bool minds_changed_ = false;
  bool meddled_with_ = false;
  int remaining_pushes_ = 0;
  int remaining_requests_ = 0;
  int remaining_cancels_ = 0;
  int remaining_removals_ = 0;
  int remaining_drains_ = 0;
  int remaining_experiments_ = 0;
  // Attempts that may end early, and what is stopped since when: nothing of it may start any more.
  std::set<AttemptKey> killed_;
  std::set<DesiredId> stopped_;
  std::set<DesiredId> may_be_stopped_;
  WorldReport report_;
};

}  // namespace testlooper::sim
