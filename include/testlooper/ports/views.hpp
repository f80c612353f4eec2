// The pages' side of the store: read-only, on connections of its own. Calls block for some
// milliseconds and belong on a pool thread; one instance may be used by many threads. Errors:
// not_found for names and ids that are not there; unavailable where the store can't be read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/limits.hpp"
#include "testlooper/base/result.hpp"
#include "testlooper/domain/experiment_page.hpp"
#include "testlooper/domain/flaky_page.hpp"
#include "testlooper/domain/login.hpp"
#include "testlooper/domain/monitoring.hpp"
#include "testlooper/domain/pages.hpp"
#include "testlooper/domain/task.hpp"
#include "testlooper/domain/test.hpp"
#include "testlooper/domain/test_page.hpp"

namespace testlooper {

struct BranchQuery {
  std::string repo;
  std::string branch;                 // "" is the primary branch
  int limit = 30;                     // commits, 1..200
  std::optional<std::string> before;  // a full id: commits that are older in the list
  std::string test_contains;          // only tests whose id has this text; "" is all
};

struct TestQuery {
  std::string repo;
  std::string test;                   // its number, path::name, or suite/path::name
  std::string branch;                 // "" is the primary branch
  int limit = 200;                    // commits, 1..limits::kCommitsPerTestPage
  std::optional<std::string> before;  // a full id: commits that are older in the branch's list
  std::optional<RunId> after_run;     // the list of runs goes on after this one
  std::vector<std::string> outcomes;  // only runs that ended so; empty is all
  // Only runs at this commit, or from "ONE..OTHER"; full ids. What the page lacks narrows nothing.
  std::string runs_at;
};

struct MatchQuery {
  std::string repo;
  std::string commit;  // as a person types it
  TestFilter filter;
  Only only = Only::all;
  std::int64_t limit = limits::kMatchedTests;  // of tests that are named
};

enum class FlakyOrder { impact, rate, newest, name };
struct FlakyQuery {
  std::string repo;
  std::string standing = "flaky";  // or "fixed", or "all"
  FlakyOrder order = FlakyOrder::impact;
  std::string contains = {};  // only tests whose id has this text; "" is all
  int limit = 200;            // 1..limits::kFlakyTests
};

struct AuditQuery {
  int limit = 50;  // 1..limits::kAuditEntries
  std::optional<AuditId> before = {};
  std::string who = {};     // exactly; "" is everybody
  std::string action = {};  // likewise
};

// Digits of a secret's hash by which it is looked up.
inline constexpr std::size_t kHashStart = 16;

struct EngineQuery {
  std::string repo = {};           // "" is all
  std::size_t limit = 200;         // waiting tasks, at most limits::kQueueTasks
  std::vector<TaskId> order = {};  // those that come first, in the order in which they will start
};

struct AttemptLog {
  LogInfo log;  // `bytes` of a log that is still written may be behind the file
  bool complete = false;
  std::optional<WallTime> removed_at = std::nullopt;  // by retention
};

// A run's own log, or the whole log of its attempt where it has none.
struct RunLogPlace {
  std::string path;                                   // relative to the data folder
  std::optional<RunLog> part;                         // absent: the whole file
  std::optional<WallTime> removed_at = std::nullopt;  // by retention
};

class Views {
 public:
  virtual ~Views() = default;
  // The store's, now.
  virtual Result<Revision> revision() = 0;
  virtual Result<pages::ReposPage> repos() = 0;
  virtual Result<pages::BranchPage> branch(const BranchQuery& query) = 0;
  // `name` is a full id, a branch, a tag, or the start of an id (at least 4 digits, where only one
  // commit has it), tried in this order.
  virtual Result<pages::CommitPage> commit(const std::string& repo, const std::string& name) = 0;
  virtual Result<pages::TestPage> test(const TestQuery& query) = 0;
  // A test by its number, by path::name, or by suite/path::name.
  virtual Result<TestId> test_named(const std::string& repo, const std::string& name) = 0;
  // Names that tests of the suite have, or had; none where there is no such suite.
  virtual Result<std::vector<TestName>> names_in_suite(const std::string& repo,
                                                       const std::string& suite) = 0;
  virtual Result<pages::FlakyPage> flaky(const FlakyQuery& query) = 0;
  virtual Result<pages::ClustersPage> clusters(const std::string& repo) = 0;
  // `key` is a cluster's, or the start of one that only it has (at least 8 digits).
  virtual Result<pages::ClusterPage> cluster(const std::string& repo, const std::string& key) = 0;
  virtual Result<pages::QuarantinePage> quarantine(const std::string& repo) = 0;
  // Errors: also invalid, where RE2 refuses the regex.
  virtual Result<pages::MatchPage> match(const MatchQuery& query) = 0;
  virtual Result<pages::RulesPage> rules(const std::string& repo) = 0;
  virtual Result<pages::AuditPage> audit(const AuditQuery& query) = 0;
  // By the first kHashStart digits of its secret's hash: a token that is not revoked, or a session.
  virtual Result<std::optional<KnownLogin>> token_login(const std::string& hash_start) = 0;
  virtual Result<std::optional<KnownLogin>> session_login(const std::string& hash_start) = 0;
  virtual Result<pages::TokensPage> tokens() = 0;
  virtual Result<pages::SessionsPage> sessions() = 0;
  virtual Result<pages::TaskPage> task(TaskId id) = 0;
  virtual Result<pages::RunPage> run(RunId id) = 0;
  virtual Result<pages::RequestPage> request(DesiredId id) = 0;
  // Slots, the executor's state and why tasks wait are the engine's: the caller adds them.
  virtual Result<pages::EnginePage> engine(const EngineQuery& query) = 0;
  virtual Result<pages::MonitoringPage> monitoring() = 0;
  virtual Result<pages::BranchSummary> branch_head(const std::string& repo,
                                                   const std::string& branch) = 0;
  virtual Result<AttemptLog> attempt_log(AttemptKey attempt) = 0;
  virtual Result<RunLogPlace> run_log(RunId id) = 0;
  virtual Result<pages::ArtifactsPage> artifacts(AttemptKey attempt) = 0;
  // Looks up what the request names, and fills in what it leaves open: one, or of a cluster one for
  // each of its tests that flakes. Errors: also invalid, where its parts do not fit together.
  virtual Result<std::vector<NewExperiment>> new_experiments(const ExperimentRequest& request) = 0;
  virtual Result<pages::ExperimentsPage> experiments(const ExperimentsQuery& query) = 0;
  virtual Result<pages::ExperimentPage> experiment(ExperimentId id) = 0;
  virtual Result<pages::ExperimentExport> experiment_export(ExperimentId id) = 0;
};

}  // namespace testlooper
