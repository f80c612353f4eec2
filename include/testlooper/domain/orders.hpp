// What people ask of the engine besides runs: values, so that each edge needs one call to give any
// of them. `who` is a name for people, for the audit.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/domain/branch_rule.hpp"
#include "testlooper/domain/experiment.hpp"
#include "testlooper/domain/login.hpp"
#include "testlooper/domain/test.hpp"

namespace testlooper::orders {

// Raises or lowers a request, or takes up one that was stopped. What is absent stays.
struct ChangeRequest {
  DesiredId request;
  std::optional<std::int64_t> runs, fail_runs, flake_runs, new_runs;
  std::string who;
};
// The results of these tests at a commit no longer count: neither for pages, nor for what is known
// of the tests. The runs stay stored; nothing runs again by itself.
struct ClearResults {
  std::string repo;
  std::string sha;
  TestFilter filter;
  std::string who;
};
struct AddRule {
  std::string repo;
  BranchRule rule;
  int position = 1;  // among the repository's rules, from 1; beyond the last: last
  std::string who;
};
struct ChangeRule {
  std::string repo;
  BranchRule rule;
  std::optional<int> position;
  std::string who;
};
struct RemoveRule {
  std::string repo;
  RuleId rule;
  std::string who;
};

// Running tasks end and none are started, until somebody has the engine go on; a restart keeps to
// it. Pushes and requests are taken all the same.
struct Drain {
  bool drain = true;  // false: tasks are started again
  std::string who;
};

// Other systems are to overlook this test's failures until then; here it runs and counts as before.
// Takes the place of what was said of the test before.
struct Quarantine {
  std::string repo;
  TestId test;
  std::string owner;  // who looks after it
  std::string reason;
  std::int64_t days = 0;
  std::string who;
};
// What another system's report says, as evidence. Errors: conflict (it was imported before),
// invalid (the suite runs in another environment at this commit).
struct Import {
  std::string repo;
  std::string sha;
  std::string suite;
  std::string environment;  // "" is the suite's own
  std::string source, attempt, file;
  std::string digest;  // of the report, as it was sent
  std::vector<TestResult> results;
  std::string who;
};
struct Unquarantine {
  std::string repo;
  QuarantineId id;
  std::string who;
};

// `yes`: however many runs it takes.
struct StartExperiments {
  std::vector<NewExperiment> specs;  // all of them begin, or none
  bool yes = false;
};
struct PauseExperiment {
  ExperimentId experiment;
  std::string who;
};
struct StopExperiment {
  ExperimentId experiment;
  std::string who;
};
// Goes on, and asks for more where that is named: these are totals. What is absent stays.
struct ContinueExperiment {
  ExperimentId experiment;
  std::optional<std::int64_t> runs, until_failures;
  std::optional<Seconds> duration;
  std::optional<double> confidence;  // of a bisection
  bool yes = false;
  std::string who;
};

struct CreateToken {
  NewToken token;
  std::string who;
};
// Its sessions end with it. The last admin's that does not expire stays.
struct RevokeToken {
  TokenId token;
  std::string who;
};
// A browser signs in. Errors: not_found, where the token does not stand any more.
struct StartSession {
  NewSession session;
};
struct EndSession {
  SessionId session;
  std::string who;
};
// It was used just now: stored now and then only, and no audit tells of it.
struct NoteLogin {
  TokenId token;
  SessionId session;  // 0: the token itself
};
// What retention's rules let go of goes now, not when it is due.
struct RunRetention {
  std::string who;
};

using Order = std::variant<Quarantine, Unquarantine, Import, ChangeRequest, ClearResults, AddRule,
                           ChangeRule, RemoveRule, Drain, StartExperiments, PauseExperiment,
                           StopExperiment, ContinueExperiment, CreateToken, RevokeToken,
                           StartSession, EndSession, NoteLogin, RunRetention>;

struct Done {
  Revision revision = 0;
  std::int64_t id = 0;                         // of what was made or changed
  std::int64_t tests = 0;                      // cleared; of an import: results
  std::vector<ExperimentId> experiments = {};  // that were begun
};

}  // namespace testlooper::orders
