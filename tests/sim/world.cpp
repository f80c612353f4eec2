#include "sim/world.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/filter.hpp"
#include "core/ground.hpp"

namespace testlooper::sim {
namespace {

constexpr int kMaxHappenings = 200'000;  // a world that never rests is a violation

std::string volume_of(AttemptKey attempt) {
  return "v" + std::to_string(attempt.task.value) + "-" + std::to_string(attempt.number);
}

}  // namespace

// The real store, with a power switch on both sides of each transaction.
class World::FaultyStore : public Store {
 public:
  FaultyStore(Store& store, World& world) : store_(store), world_(world) {}

  Committed commit(const Changes& changes, WallTime now) override {
    world_.maybe_lose_power();
    auto committed = store_.commit(changes, now);
    world_.maybe_lose_power();
    return committed;
  }
  std::vector<RepoState> repos() override { return store_.repos(); }
  std::vector<CommitId> unsettled_commits() override { return store_.unsettled_commits(); }
  std::vector<LineagePair> due_lineages(int limit) override { return store_.due_lineages(limit); }
  Result<LineageQuery> lineage_query(const LineagePair& pair) override {
    return store_.lineage_query(pair);
  }
  CommitState commit_state(CommitId commit) override { return store_.commit_state(commit); }
  std::optional<CommitId> find_commit(RepoId repo, const std::string& sha) override {
    return store_.find_commit(repo, sha);
  }
  std::optional<Task> task(TaskId id) override { return store_.task(id); }
  std::vector<Task> tasks_in(TaskState state, int limit) override {
    return store_.tasks_in(state, limit);
  }
  std::vector<ReadyTask> ready_tasks() override { return store_.ready_tasks(); }
  bool draining() override { return store_.draining(); }
  Result<CancelPlan> cancel_plan(const CancelOrder& order) override {
    return store_.cancel_plan(order);
  }
  std::optional<KnownWish> wish(DesiredId id) override { return store_.wish(id); }
  std::optional<ExperimentState> experiment(ExperimentId id) override {
    return store_.experiment(id);
  }
  std::vector<ExperimentId> open_experiments() override { return store_.open_experiments(); }
  std::vector<Task> open_tasks(RepoId repo) override { return store_.open_tasks(repo); }
  std::optional<KnownQuarantine> quarantine(QuarantineId id) override {
    return store_.quarantine(id);
  }
  std::int64_t quarantined(RepoId repo) override { return store_.quarantined(repo); }
  std::string test_id_text(TestId test) override { return store_.test_id_text(test); }
  std::optional<Error> import_problem(const change::ReportImported& report) override {
    return store_.import_problem(report);
  }
  std::optional<KnownToken> token(TokenId id) override { return store_.token(id); }
  std::optional<KnownSession> session(SessionId id) override { return store_.session(id); }
  std::int64_t standing_tokens() override { return store_.standing_tokens(); }
  std::int64_t lasting_admins() override { return store_.lasting_admins(); }
  FlakyStep assess_flaky(int limit) override {
    world_.maybe_lose_power();
    return store_.assess_flaky(limit);
  }
  PurgeStep purge(RepoId repo, int) override {
    world_.maybe_lose_power();
    if (world_.chance() < 0.5) world_.remove_files();
    const auto step = store_.purge(repo, 20);
    world_.maybe_lose_power();
    return step;
  }
  Assignment assignment(const Task& task) override { return store_.assignment(task); }

 private:
  Store& store_;
  World& world_;
};

World::World(WorldOptions options, store::SqliteStore& store)
    : options_(options),
      store_(store),
      random_(options.seed),
      faulty_(std::make_unique<FaultyStore>(store, *this)),
      remaining_pushes_(options.pushes),
      remaining_requests_(options.requests),
      remaining_cancels_(options.cancels),
      remaining_removals_(options.removals),
      remaining_drains_(options.drains),
      remaining_experiments_(options.experiments) {
  repository_.head_branch = "main";
}

World::~World() = default;

double World::chance() { return std::uniform_real_distribution<double>{}(random_); }
int World::between(int low, int high) {
  return std::uniform_int_distribution<int>{low, high}(random_);
}

engine::Now World::now() const {
  const auto since = std::chrono::duration_cast<Milliseconds>(time_.time_since_epoch());
  return {WallTime{1'700'000'000'000 + since.count()}, time_};
}

void World::later(int max_ms, std::function<void()> what, bool survives_crash) {
  happenings_.push_back({time_ + Milliseconds{between(0, max_ms)}, ++happenings_made_,
                         std::move(what), survives_crash});
}

void World::maybe_lose_power() {
  if (faults_ && chance() < options_.crash_chance) throw PowerLost{};
}

void World::guarded(const std::function<void()>& what) {
  try {
    what();
  } catch (const PowerLost&) {
    ++report_.crashes;
    // Containers are reaped at the next start, before anything else runs.
    std::erase_if(happenings_, [](const Happening& each) { return !each.survives_crash; });
    under_way_.clear();
    being_made_.clear();
    later(100, [this] { boot(); }, true);
    loop_.reset();
  }
}

void World::boot() {
  // The executor removes what nobody knows of before it is ready.
  const auto known = store_.artifact_volumes();
  std::erase_if(volumes_.finished, [&](const auto& each) { return !known.contains(each.first); });
  Executor& executor = *this;
  Scanner& scanner = *this;
  LiveEvents& live = *this;
  loop_ = std::make_unique<engine::Loop>(
      engine::LoopOptions{.capacity = {.resources = {3000, 4096}, .containers = 3}}, *faulty_,
      executor, scanner, live, [this](engine::Event event) {
        auto shared = std::make_shared<engine::Event>(std::move(event));
        later(0, [this, shared] { loop_->handle(std::move(*shared), now()); });
      });
  RepoSpec spec;
  spec.name = kRepo;
  loop_->start({{spec, "/repo"}}, now());
  later(50, [this] {
    loop_->handle(engine::ExecutorChanged{{.ready = true, .reason = {}, .version = {}}}, now());
  });
}

WorldReport World::run() {
  guarded([this] { boot(); });
  for (int i = 0;
       i < std::max({options_.pushes, options_.requests, options_.cancels, options_.experiments});
       ++i) {
    plan_people();
  }
  if (options_.removals > 0) later(0, [this] { add_other(); }, true);
  if (options_.idle_runs > 0) later(6000, [this] { allow_idle_runs(); }, true);
  int happened = 0;
  int calm_scans = 3;
  while (!happenings_.empty()) {
    // Once people are done there are no more faults: from here on it must come to rest.
    const bool people_left = std::ranges::any_of(happenings_, &Happening::survives_crash);
    if (!people_left) faults_ = false;
    const auto next = std::ranges::min_element(
        happenings_, {}, [](const Happening& each) { return std::pair{each.at, each.order}; });
    auto happening = std::move(*next);
    happenings_.erase(next);
    time_ = std::max(time_, happening.at);
    guarded([&] {
      happening.what();
      if (loop_) loop_->advance(now());
    });
    if (happenings_.empty() && loop_) {
      // Only deadlines of the loop itself are left: the next attempt of a task, the next scan.
      const auto waiting = store_.tasks_in(TaskState::waiting, 1);
      const bool more = loop_->next_deadline().value() <= time_;
      if (more || !waiting.empty() || an_experiment_runs() || !store_.due_lineages(1).empty() ||
          calm_scans-- > 0) {
        time_ = std::max(time_, loop_->next_deadline().value());
        later(0, [] {});
      }
    }
    if (++happened > kMaxHappenings) {
      violation("it never comes to rest");
      return report_;
    }
  }
  check_at_rest();
  return report_;
}

void World::scan(ScanRequest request, std::function<void(Result<RefsObserved>)> done) {
  if (faults_ && chance() < 0.1) {
    later(200, [done] { done(unavailable("the repository does not answer")); });
    return;
  }
  auto seen = repository_;
  const std::set<std::string> known(request.known_heads.begin(), request.known_heads.end());
  // Commits known by their heads may be told again: recording them twice must be harmless.
  std::erase_if(seen.commits, [&](const CommitInfo& each) { return known.contains(each.sha); });
  later(200, [done, seen] { done(seen); });
}

void World::read_history(RepoSpec, std::string, std::vector<HistoryRange>,
                         std::function<void(std::vector<CommitInfo>)> done) {
  done({});
}
void World::locate(RepoSpec, std::function<void(Result<std::string>)> done) { done(kOtherPath); }
void World::forget(RepoSpec, std::function<void()> done) { later(200, done); }

void World::published(const ChangeNotice&) {}
void World::log_grew(AttemptKey, std::uint64_t, bool) {}
void World::cancel(AttemptKey attempt, std::string) { killed_.insert(attempt); }

void World::drop_volumes(std::vector<std::string> volumes) {
  const auto known = store_.artifact_volumes();
  for (const auto& volume : volumes) {
    if (known.contains(volume)) violation("the volume of a known artifact was dropped");
    volumes_.finished.erase(volume);
    volumes_.removed.insert(volume);
  }
}

void World::begin_build(const Assignment& assignment) {
  if (++being_made_[{assignment.repo.id, assignment.product}] > 1)
    violation("two tasks made the same at once");
  if (assignment.kind != TaskKind::build) return;
  const auto volume = volume_of(assignment.attempt);
  if (!volumes_.finished.emplace(volume, false).second) violation("a volume was filled twice");
}

void World::prune_a_volume() {
  for (auto& [volume, finished] : volumes_.finished) {
    if (!finished) continue;
    volumes_.removed.insert(volume);
    volumes_.finished.erase(volume);
    return;
  }
}

std::vector<KeptArtifact> World::missing_of(const Assignment& assignment) {
  std::vector<KeptArtifact> missing;
  for (const auto& [artifact, path] : assignment.mounts) {
    const auto found = volumes_.finished.find(artifact.volume);
    if (found == volumes_.finished.end()) {
      missing.push_back(artifact);
      if (!artifact.volume.empty() && !volumes_.removed.contains(artifact.volume)) {
        violation("an artifact was lost");
      }
    } else if (!found->second) {
      violation("the volume of an unfinished build was mounted");
    }
  }
  return missing;
}

void World::start(Assignment assignment) {
  maybe_lose_power();
  ++report_.attempts;
  const auto task = store_.task(assignment.attempt.task);
  if (!task || task->state != TaskState::starting || task->attempts != assignment.attempt.number) {
    violation("an attempt was started whose intent is not stored");
  }
  if (!ever_started_.insert(assignment.attempt).second) {
    violation("an attempt was started twice");
  }
  if (store_.draining()) violation("an attempt was started while the engine is drained");
  if (task && task->spec.desired && stopped_.contains(*task->spec.desired)) {
    violation("a run was started for a wish that is stopped");
  }
  if (task && task->spec.desired) check_idle_start(*task->spec.desired);
  if (++under_way_[assignment.attempt.task] > 1) violation("a task ran twice at once");
  if (!assignment.product.empty()) begin_build(assignment);
  later(300,
        [this, key = assignment.attempt] { loop_->handle(engine::AttemptRunning{key}, now()); });
  later(2000, [this, assignment = std::move(assignment)] {
    --under_way_[assignment.attempt.task];
    if (!assignment.product.empty()) --being_made_[{assignment.repo.id, assignment.product}];
    if (faults_ && chance() < 0.02) prune_a_volume();
    auto result = outcome_of(assignment);
    if (killed_.contains(assignment.attempt) && chance() < 0.8) {
      result.product = {};
      result.end = {};
      result.end.outcome = Outcome::cancelled;
      volumes_.finished.erase(volume_of(assignment.attempt));
    }
    loop_->handle(engine::AttemptEndedEvent{result}, now());
    // A result told twice must count once.
    if (chance() < 0.1) loop_->handle(engine::AttemptEndedEvent{result}, now());
  });
  maybe_lose_power();
}

AttemptResult World::outcome_of(const Assignment& assignment) {
  AttemptResult result;
  result.attempt = assignment.attempt;
  result.end.missing_artifacts = missing_of(assignment);
  if (!result.end.missing_artifacts.empty()) {
    result.end.outcome = Outcome::infra;
    volumes_.finished.erase(volume_of(assignment.attempt));
    return result;
  }
  const auto dice = chance();
  if (dice < options_.infra_chance) {
    result.end.outcome = Outcome::infra;
    result.end.cause = "docker went away";
    const bool has_image =
        assignment.kind != TaskKind::read_config && assignment.kind != TaskKind::build_image;
    result.end.image_missing = has_image && chance() < 0.3;
  } else if (dice < options_.infra_chance + 0.03 && assignment.kind != TaskKind::run_tests) {
    result.end.outcome = Outcome::failed;
    result.end.cause = "the repository is wrong";
  } else {
    result.product = product_of(assignment);
  }
  if (assignment.kind == TaskKind::build) {
    const auto volume = volume_of(assignment.attempt);
    if (std::holds_alternative<ArtifactBuilt>(result.product)) {
      volumes_.finished[volume] = true;
    } else {
      volumes_.finished.erase(volume);
    }
  }
  return result;
}

Product World::product_of(const Assignment& assignment) {
  ImageSpec image;
  image.name = "base";
  switch (assignment.kind) {
    case TaskKind::read_config:
      return ConfigRead{{.name = kRepo,
                         .primary_branch = {},
                         .os = {},
                         .image = image,
                         .variables = {},
                         .command = "plan",
                         .warnings = {}},
                        "named:base"};
    case TaskKind::build_image:
      return ImageBuilt{"base", "id " + std::to_string(between(1, 3))};
    case TaskKind::set_up:
      return ImageBuilt{"layer", {}};
    case TaskKind::build:
      return ArtifactBuilt{volume_of(assignment.attempt), 1000};
    case TaskKind::generate_plan: {
      PlanGenerated generated;
      for (const auto* name : {"one", "two"}) {
        Environment environment;
        environment.name = name;
        environment.image = image;
        environment.custom_setup = name == std::string{"two"} ? "install" : "";
        generated.plan.environments.push_back(environment);
        generated.environment_images.push_back(std::string{"named:"} + name);
        Suite suite;
        suite.name = std::string{"suite-"} + name;
        suite.environment = name;
        suite.dependencies = {{"app", "/app"}};
        generated.plan.suites.push_back(suite);
      }
      // Some commits share what is made of them, others do not.
      const auto version = std::to_string(between(1, 4));
      generated.environment_set_ups = {"", "setup:" + version};
      generated.plan.suites[0].dependencies.clear();
      generated.plan.builds = {{"app", "two", {{"lib", "/lib"}}, "make", std::nullopt},
                               {"lib", "one", {}, "make", std::nullopt}};
      generated.build_keys = {{"build:app " + version, "setup:" + version}, {"build:lib", ""}};
      return generated;
    }
    case TaskKind::list_tests: {
      TestsListed listed;
      for (int i = between(0, 2); i < 6; ++i) {
        const std::string file = options_.renames && chance() < 0.3 ? "b.py" : "a.py";
        listed.tests.push_back({{file, "t" + std::to_string(i)}, {}});
      }
      return listed;
    }
    case TaskKind::run_tests:
      break;
  }
  TestsRun run;
  // A series ends with the first of its executions in which something fails.
  bool failed = false;
  for (int i = assignment.series ? assignment.repeats : 1; i > 0 && !failed; --i) {
    for (const auto& test : assignment.tests) {
      TestResult result;
      result.test = test;
      result.outcome = chance() < 0.2 ? Outcome::failed : Outcome::passed;
      failed = failed || result.outcome == Outcome::failed;
      run.results.push_back(result);
    }
  }
  return run;
}

}  // namespace testlooper::sim
