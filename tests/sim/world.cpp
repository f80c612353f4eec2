#include "sim/world.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/filter.hpp"
#include "core/ground.hpp"

namespace testlooper::sim {
namespace {

constexpr int kMaxHappenings = 200'000;  // a world that never rests is a violation
constexpr std::int64_t kMaxHoldings = 3'000;
constexpr const char* kRepo = "demo";
constexpr const char* kOther = "other";  // has the same commits

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
  std::vector<Task> open_tasks(RepoId repo) override { return store_.open_tasks(repo); }
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
      remaining_drains_(options.drains) {
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

void World::plan_people() {
  if (remaining_pushes_ > 0) {
    --remaining_pushes_;
    later(3000, [this] { push(); }, true);
  }
  if (remaining_requests_ > 0) {
    --remaining_requests_;
    later(4000, [this] { request(); }, true);
    later(4000, [this] { change_mind(); }, true);
  }
  if (remaining_cancels_ > 0) {
    --remaining_cancels_;
    later(6000, [this] { cancel_something(); }, true);
  }
  if (remaining_removals_ > 0) {
    --remaining_removals_;
    later(4000, [this] { meddle(); }, true);
  }
  if (remaining_drains_ > 0) {
    --remaining_drains_;
    later(4000, [this] { drain(); }, true);
  }
}

// Somebody drains the engine, and tries to resume until it is told to have worked.
void World::drain() {
  if (!loop_) return;
  later(2000, [this] { resume(); }, true);
  loop_->handle(engine::OrderGiven{orders::Drain{true, "somebody"}, [](const auto&) {}}, now());
}

void World::resume() {
  later(
      100,
      [this] {
        if (!loop_ || store_.draining()) resume();
      },
      true);
  if (!loop_) return;
  loop_->handle(engine::OrderGiven{orders::Drain{false, "somebody"}, [](const auto&) {}}, now());
}

// People try until it is told to be there.
void World::add_other() {
  const auto again = [this] { later(500, [this] { add_other(); }, true); };
  if (!loop_) return again();
  RepoSpec spec;
  spec.name = kOther;
  spec.source = "/other";
  bool there = false;
  try {
    loop_->handle(engine::RepoAdded{spec, "/other",
                                    [&](const Result<Revision>& reply) {
                                      there = reply || reply.error().text().contains("already");
                                    }},
                  now());
  } catch (const PowerLost&) {
    again();
    throw;
  }
  if (!there) again();
}

// Somebody allows idle runs, and tries until it is told to have worked.
void World::allow_idle_runs() {
  later(
      500,
      [this] {
        if (!loop_ || store_.repos().at(0).rules.at(0).idle_runs == 0) allow_idle_runs();
      },
      true);
  if (!loop_) return;
  auto rule = store_.repos().at(0).rules.at(0);
  rule.idle_runs = options_.idle_runs;
  loop_->handle(engine::OrderGiven{orders::ChangeRule{kRepo, rule, {}, "somebody"},
                                   [](const Result<orders::Done>&) {}},
                now());
}

// What the housekeeper does about files that are to go.
void World::remove_files() {
  change::HoldingsGone all;
  for (std::int64_t id = 1; id <= kMaxHoldings; ++id) all.holdings.push_back(HoldingId{id});
  store_.commit({all}, now().wall);
}

// Removes the other repository, with its data or without, and has it added again some time later.
void World::meddle() {
  later(3000, [this] { add_other(); }, true);
  if (!loop_) return;
  loop_->handle(engine::RepoRemoved{kOther, chance() < 0.5, [](const Result<Revision>&) {}}, now());
}

WorldReport World::run() {
  guarded([this] { boot(); });
  for (int i = 0; i < std::max({options_.pushes, options_.requests, options_.cancels}); ++i) {
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
      if (more || !waiting.empty() || !store_.due_lineages(1).empty() || calm_scans-- > 0) {
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

void World::push() {
  const bool feature = chance() < 0.3;
  const auto branch = feature ? "feature/" + std::to_string(between(1, 2)) : std::string{"main"};
  const int commits = between(1, 4);
  for (int i = 0; i < commits; ++i) {
    CommitInfo commit;
    commit.sha = "c" + std::to_string(pushed_.size());
    const auto head = repository_.branches.find(branch);
    if (head != repository_.branches.end() && chance() > 0.1) {
      commit.parents.push_back(head->second);
    }
    if (!pushed_.empty() && chance() < 0.2) {
      commit.parents.push_back(
          pushed_[static_cast<std::size_t>(between(0, static_cast<int>(pushed_.size()) - 1))]);
    }
    repository_.branches[branch] = commit.sha;
    repository_.commits.push_back(commit);
    pushed_.push_back(commit.sha);
  }
  if (feature && chance() < 0.3) repository_.branches.erase(branch);
  if (!loop_) return;  // the hook found nobody; the next start looks by itself
  Push announced{.ref = "refs/heads/" + branch, .old_sha = {}, .new_sha = {}, .delivery_id = {}};
  loop_->handle(engine::PushAnnounced{kRepo, std::move(announced), [](const Result<Revision>&) {}},
                now());
}

void World::request() {
  if (!loop_ || pushed_.empty()) return;
  DesiredTesting wish;
  wish.counts.runs = between(1, 8);
  if (chance() < 0.5) wish.filter.regex = "t[0-3]$";
  const auto sha =
      pushed_[static_cast<std::size_t>(between(0, static_cast<int>(pushed_.size()) - 1))];
  loop_->handle(engine::RunsRequested{kRepo, sha, wish, [](const Result<DesiredId>&) {}}, now());
  if (options_.cancels == 0 && chance() < 0.3) {
    loop_->handle(engine::RetryRequested{kRepo, sha, [](const Result<Revision>&) {}}, now());
  }
}

// People raise, lower and stop wishes, clear results, and change the rule of all branches.
void World::change_mind() {
  if (!loop_ || pushed_.empty() || !options_.minds_change) return;
  minds_changed_ = true;
  const auto sha =
      pushed_[static_cast<std::size_t>(between(0, static_cast<int>(pushed_.size()) - 1))];
  const auto repo = store_.repos().at(0);
  orders::Order order = orders::ClearResults{kRepo, sha, {}, "somebody"};
  const int what = between(0, 2);
  if (what == 0) {
    order = orders::ChangeRequest{DesiredId{between(1, 12)},
                                  between(1, 9),
                                  between(0, 12),
                                  between(0, 15),
                                  between(0, 15),
                                  "somebody"};
  } else if (what == 1) {
    auto rule = repo.rules.at(0);
    rule.counts = {between(0, 3), between(0, 5), between(0, 6), between(0, 4)};
    rule.superseded = chance() < 0.5;
    if (options_.idle_runs > 0) rule.idle_runs = between(0, options_.idle_runs);
    order = orders::ChangeRule{kRepo, rule, {}, "somebody"};
  }
  loop_->handle(engine::OrderGiven{std::move(order), [](const Result<orders::Done>&) {}}, now());
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

void World::locate(RepoSpec, std::function<void(Result<std::string>)> done) { done("/other"); }
void World::forget(RepoSpec, std::function<void()> done) { later(200, done); }

void World::published(const ChangeNotice&) {}
void World::log_grew(AttemptKey, std::uint64_t, bool) {}
void World::cancel(AttemptKey attempt, std::string) { killed_.insert(attempt); }

// A task, a request, a commit or a branch, at random; most are there.
void World::cancel_something() {
  if (!loop_ || pushed_.empty()) return;
  const auto sha =
      pushed_[static_cast<std::size_t>(between(0, static_cast<int>(pushed_.size()) - 1))];
  const std::array<CancelOrder, 4> orders{CancelTask{{between(1, 60)}},
                                          CancelRequest{{between(1, 20)}}, CancelCommit{kRepo, sha},
                                          CancelBranch{kRepo, "main"}};
  const auto& order = orders.at(static_cast<std::size_t>(between(0, 3)));
  const auto plan = store_.cancel_plan(order);
  // Power may be lost between the transaction and the reply: then it is stopped, and nobody heard.
  if (plan) may_be_stopped_.insert(plan->wishes.begin(), plan->wishes.end());
  loop_->handle(engine::CancelAsked{order, "sim",
                                    [this, plan](const Result<Revision>& reply) {
                                      if (!reply) return;
                                      stopped_.insert(plan->wishes.begin(), plan->wishes.end());
                                    }},
                now());
}

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
  for (const auto& test : assignment.tests) {
    TestResult result;
    result.test = test;
    result.outcome = chance() < 0.2 ? Outcome::failed : Outcome::passed;
    run.results.push_back(result);
  }
  return run;
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
  const auto repos = store_.repos();
  if (repos.size() != (options_.removals > 0 ? 2u : 1u)) violation("a repository was lost");
  for (const auto& state : repos) {
    if (state.standing != RepoStanding::active) violation("a repository did not come back");
    check_repo(state.repo.id);
  }
}

void World::check_repo(RepoId repo) {
  for (const auto& [branch, sha] : repository_.branches) {
    if (!store_.find_commit(repo, sha)) violation("the head of " + branch + " was lost");
  }
  for (const auto& sha : pushed_) {
    const auto commit = store_.find_commit(repo, sha);
    if (!commit) continue;
    check_wishes(*commit);
    check_lineage(*commit, sha);
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
