#include "support/fake_views.hpp"

#include <algorithm>
#include <array>

#include "support/sample_flaky.hpp"
#include "support/sample_logins.hpp"
#include "support/sample_pages.hpp"

namespace testlooper::testing {

FakeViews::FakeViews()
    : artifacts_(sample_artifacts_page()),
      request_(sample_request_page()),
      commit_(sample_commit_page()),
      task_(sample_task_page()),
      engine_(sample_engine_page()),
      experiment_(sample_experiment_page()) {
  for (auto& login : sample_logins()) logins_[login.hash] = std::move(login);
}

// Called with the lock held.
template <typename Page>
Result<Page> FakeViews::answer(bool known, Page page) const {
  if (broken_) return std::unexpected(*broken_);
  if (!known) return not_found("is not known");
  if (revision_) page.revision = *revision_;
  return page;
}

Result<Revision> FakeViews::revision() {
  const auto page = repos();
  if (!page) return std::unexpected(page.error());
  return page->revision;
}

Result<pages::ReposPage> FakeViews::repos() {
  const std::lock_guard lock(mutex_);
  return answer(true, sample_repos_page());
}

Result<pages::BranchPage> FakeViews::branch(const BranchQuery& query) {
  const std::lock_guard lock(mutex_);
  branch_queries_.push_back(query);
  auto page = sample_branch_page();
  const bool known = query.branch.empty() || std::ranges::count(page.branches, query.branch,
                                                                &pages::BranchSummary::name) > 0;
  if (!query.branch.empty()) page.branch = query.branch;
  return answer(query.repo == "demo" && known, page);
}

Result<pages::CommitPage> FakeViews::commit(const std::string& repo, const std::string& name) {
  const std::lock_guard lock(mutex_);
  const bool named = name == "main" || commit_.commit.sha.starts_with(name);
  return answer(repo == "demo" && named, commit_);
}

Result<pages::TestPage> FakeViews::test(const TestQuery& query) {
  const std::lock_guard lock(mutex_);
  test_queries_.push_back(query);
  const bool known = query.test == "9" || query.test == "test_a.py::test_one";
  return answer(query.repo == "demo" && known, sample_test_page());
}

Result<pages::MatchPage> FakeViews::match(const MatchQuery& query) {
  const std::lock_guard lock(mutex_);
  constexpr std::array<std::string_view, 4> kVerdicts{"", "failed", "flaky", "new"};
  const auto verdict = kVerdicts.at(static_cast<std::size_t>(query.only));
  const bool named = query.commit == "main" || commit_.commit.sha.starts_with(query.commit);
  pages::MatchPage page;
  page.revision = commit_.revision;
  page.repo = query.repo;
  page.sha = commit_.commit.sha;
  page.listed = std::ssize(commit_.tests);
  for (const auto& test : commit_.tests) {
    const auto id = TestName{test.path, test.name}.id();
    const auto& tests = query.filter.tests;
    const bool chosen = !tests || std::ranges::count(*tests, id) > 0 ||
                        std::ranges::count(*tests, test.suite + "/" + id) > 0;
    if (!chosen || (!verdict.empty() && test.verdict != verdict)) continue;
    ++page.matching;
    page.tests.push_back({test.test, test.suite, test.path, test.name});
  }
  return answer(query.repo == "demo" && named, page);
}

Result<pages::RulesPage> FakeViews::rules(const std::string& repo) {
  const std::lock_guard lock(mutex_);
  pages::RulesPage page;
  page.repo = repo;
  BranchRule rule;
  rule.id = {3};
  rule.branches = "release/*";
  rule.filter.labels = {"slow"};
  rule.counts = {2, 5, 20, 10};
  rule.schedule = "0 3 * * *";
  rule.idle_runs = 50;
  page.rules = {{rule, "label slow*"}, {{}, "all tests"}};
  return answer(repo == "demo", page);
}

Result<pages::AuditPage> FakeViews::audit(const AuditQuery& query) {
  const std::lock_guard lock(mutex_);
  audit_queries_.push_back(query);
  pages::AuditPage page;
  page.people = {"cli"};
  page.actions = {"clear"};
  for (std::int64_t id = query.before ? query.before->value - 1 : 3; id > 0; --id) {
    if (std::ssize(page.entries) == query.limit) {
      page.more = true;
      break;
    }
    page.entries.push_back({{id}, {0}, "cli", "clear", "demo", "commit abc", "of 2 tests"});
  }
  return answer(true, page);
}

Result<pages::TaskPage> FakeViews::task(TaskId id) {
  const std::lock_guard lock(mutex_);
  return answer(id == TaskId{5}, task_);
}

Result<pages::RunPage> FakeViews::run(RunId id) {
  const std::lock_guard lock(mutex_);
  return answer(id == RunId{41}, sample_run_page());
}

Result<pages::RequestPage> FakeViews::request(DesiredId id) {
  const std::lock_guard lock(mutex_);
  return answer(id == DesiredId{8}, request_);
}

Result<pages::EnginePage> FakeViews::engine(const EngineQuery& query) {
  const std::lock_guard lock(mutex_);
  engine_queries_.push_back(query);
  return answer(query.repo.empty() || query.repo == "demo", engine_);
}

Result<TestId> FakeViews::test_named(const std::string& repo, const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (broken_) return std::unexpected(*broken_);
  const bool known = repo == "demo" && (name == "9" || name == "test_a.py::test_one");
  return known ? Result<TestId>{TestId{9}} : not_found("is not known");
}

Result<std::vector<TestName>> FakeViews::names_in_suite(const std::string& repo,
                                                        const std::string& suite) {
  const std::lock_guard lock(mutex_);
  if (broken_) return std::unexpected(*broken_);
  if (repo != "demo") return not_found("is not known");
  return suite == "unit" ? std::vector<TestName>{{"test_a.py", "test_one"}}
                         : std::vector<TestName>{};
}

Result<std::optional<KnownLogin>> FakeViews::token_login(const std::string& hash_start) {
  return login_of(hash_start, false);
}
Result<std::optional<KnownLogin>> FakeViews::session_login(const std::string& hash_start) {
  return login_of(hash_start, true);
}
Result<std::optional<KnownLogin>> FakeViews::login_of(const std::string& hash_start, bool session) {
  const std::lock_guard lock(mutex_);
  ++logins_looked_up_;
  const auto found = logins_.lower_bound(hash_start);
  if (found == logins_.end() || !found->first.starts_with(hash_start) ||
      (found->second.session.value > 0) != session) {
    return std::optional<KnownLogin>();
  }
  return std::optional{found->second};
}

Result<pages::TokensPage> FakeViews::tokens() {
  const std::lock_guard lock(mutex_);
  return answer(true, sample_tokens_page());
}
Result<pages::SessionsPage> FakeViews::sessions() {
  const std::lock_guard lock(mutex_);
  return answer(true, sample_sessions_page());
}

void FakeViews::add_login(KnownLogin login) {
  const std::lock_guard lock(mutex_);
  logins_[login.hash] = std::move(login);
}
void FakeViews::remove_login(const std::string& hash) {
  const std::lock_guard lock(mutex_);
  logins_.erase(hash);
}
std::int64_t FakeViews::logins_looked_up() const {
  const std::lock_guard lock(mutex_);
  return logins_looked_up_;
}
std::vector<AuditQuery> FakeViews::audit_queries() const {
  const std::lock_guard lock(mutex_);
  return audit_queries_;
}

Result<pages::FlakyPage> FakeViews::flaky(const FlakyQuery& query) {
  const std::lock_guard lock(mutex_);
  flaky_queries_.push_back(query);
  return answer(query.repo == "demo", sample_flaky_page());
}

Result<pages::ClustersPage> FakeViews::clusters(const std::string& repo) {
  const std::lock_guard lock(mutex_);
  return answer(repo == "demo", sample_clusters_page());
}

Result<pages::ClusterPage> FakeViews::cluster(const std::string& repo, const std::string& key) {
  const std::lock_guard lock(mutex_);
  auto page = sample_cluster_page();
  return answer(repo == "demo" && page.cluster.key.starts_with(key), page);
}

Result<pages::QuarantinePage> FakeViews::quarantine(const std::string& repo) {
  const std::lock_guard lock(mutex_);
  return answer(repo == "demo", sample_quarantine_page());
}

Result<pages::MonitoringPage> FakeViews::monitoring() {
  const std::lock_guard lock(mutex_);
  if (broken_) return std::unexpected(*broken_);
  return sample_monitoring_page();
}

Result<pages::BranchSummary> FakeViews::branch_head(const std::string& repo,
                                                    const std::string& branch) {
  const auto branches = sample_branch_page().branches;
  const auto found = std::ranges::find(branches, branch, &pages::BranchSummary::name);
  if (repo != "demo" || found == branches.end()) return not_found("has no such branch");
  return *found;
}

Result<AttemptLog> FakeViews::attempt_log(AttemptKey attempt) {
  const std::lock_guard lock(mutex_);
  if (broken_) return std::unexpected(*broken_);
  const auto found = logs_.find(attempt);
  if (found == logs_.end()) return not_found("has no such attempt");
  return found->second;
}

Result<RunLogPlace> FakeViews::run_log(RunId id) {
  const std::lock_guard lock(mutex_);
  if (broken_) return std::unexpected(*broken_);
  if (id != RunId{41}) return not_found("is not known");
  return run_log_;
}

Result<pages::ArtifactsPage> FakeViews::artifacts(AttemptKey attempt) {
  const std::lock_guard lock(mutex_);
  return answer(attempt == AttemptKey{TaskId{5}, 2}, artifacts_);
}

Result<std::vector<NewExperiment>> FakeViews::new_experiments(const ExperimentRequest& request) {
  const std::lock_guard lock(mutex_);
  experiment_requests_.push_back(request);
  if (broken_) return std::unexpected(*broken_);
  const bool cluster = request.cluster == "cccccccc";
  const bool known =
      (request.repo.empty() || request.repo == "demo") && (request.test == "9" || cluster);
  if (!known) return not_found("is not known");
  NewExperiment spec;
  spec.repo = RepoId{1};
  spec.test = TestId{9};
  spec.question = HuntQuestion{kSampleSha, request.until_failures, request.duration};
  spec.max_runs = request.runs.value_or(100);
  spec.requested_by = request.requested_by;
  return std::vector(cluster ? 2u : 1u, spec);
}

Result<pages::ExperimentsPage> FakeViews::experiments(const ExperimentsQuery& query) {
  const std::lock_guard lock(mutex_);
  experiments_queries_.push_back(query);
  return answer(query.repo.empty() || query.repo == "demo", sample_experiments_page());
}

Result<pages::ExperimentPage> FakeViews::experiment(ExperimentId id) {
  const std::lock_guard lock(mutex_);
  return answer(id == ExperimentId{3}, experiment_);
}

Result<pages::ExperimentExport> FakeViews::experiment_export(ExperimentId id) {
  const std::lock_guard lock(mutex_);
  if (broken_) return std::unexpected(*broken_);
  if (id != ExperimentId{3}) return not_found("is not known");
  return sample_experiment_export();
}

void FakeViews::set_experiment(pages::ExperimentPage page) {
  const std::lock_guard lock(mutex_);
  experiment_ = std::move(page);
}
std::vector<ExperimentRequest> FakeViews::experiment_requests() const {
  const std::lock_guard lock(mutex_);
  return experiment_requests_;
}
std::vector<ExperimentsQuery> FakeViews::experiments_queries() const {
  const std::lock_guard lock(mutex_);
  return experiments_queries_;
}

void FakeViews::set_run_log(RunLogPlace place) {
  const std::lock_guard lock(mutex_);
  run_log_ = std::move(place);
}
void FakeViews::set_artifacts(pages::ArtifactsPage page) {
  const std::lock_guard lock(mutex_);
  artifacts_ = std::move(page);
}
void FakeViews::set_revision(Revision revision) {
  const std::lock_guard lock(mutex_);
  revision_ = revision;
}
void FakeViews::set_log(AttemptKey attempt, AttemptLog log) {
  const std::lock_guard lock(mutex_);
  logs_[attempt] = std::move(log);
}
void FakeViews::set_request(pages::RequestPage page) {
  const std::lock_guard lock(mutex_);
  request_ = std::move(page);
}
void FakeViews::set_commit(pages::CommitPage page) {
  const std::lock_guard lock(mutex_);
  commit_ = std::move(page);
}
void FakeViews::set_task(pages::TaskPage page) {
  const std::lock_guard lock(mutex_);
  task_ = std::move(page);
}
void FakeViews::set_engine(pages::EnginePage page) {
  const std::lock_guard lock(mutex_);
  engine_ = std::move(page);
}
void FakeViews::break_down(Error error) {
  const std::lock_guard lock(mutex_);
  broken_ = std::move(error);
}
std::vector<FlakyQuery> FakeViews::flaky_queries() const {
  const std::lock_guard lock(mutex_);
  return flaky_queries_;
}
std::vector<TestQuery> FakeViews::test_queries() const {
  const std::lock_guard lock(mutex_);
  return test_queries_;
}
std::vector<EngineQuery> FakeViews::engine_queries() const {
  const std::lock_guard lock(mutex_);
  return engine_queries_;
}
std::vector<BranchQuery> FakeViews::branch_queries() const {
  const std::lock_guard lock(mutex_);
  return branch_queries_;
}

}  // namespace testlooper::testing
