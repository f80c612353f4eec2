// What is asked of experiments, and what their pages show. As domain/pages.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/time.hpp"
#include "testlooper/domain/experiment.hpp"

namespace testlooper {

// An experiment as a person asks for it, with names that are not looked up yet.
struct ExperimentRequest {
  ExperimentKind kind = ExperimentKind::hunt;
  std::string repo;                  // "": the only one
  std::string test;                  // its number, path::name, or suite/path::name
  std::string cluster;               // instead, of a proof: each flaky test of it, by its key
  std::optional<std::int64_t> runs;  // at most, of all; absent: as many as its kind has by default
  std::optional<int> in_flight;
  bool background = false;
  bool yes = false;  // however many runs it takes
  std::string requested_by = "api";

  // Hunt, prove and diagnose.
  std::string commit;  // "": the head of the primary branch
  // Hunt. None of these and no `runs`: until limits::kHuntFailures.
  std::int64_t until_failures = 0;
  Seconds duration{0};
  // Prove.
  std::string against;  // ".05", "5%", or a commit
  double risk = .05;
  ProveMethod method = ProveMethod::anytime;
  // Bisect.
  std::string good;  // "": the beginning is open
  std::string bad;   // "": the head of the primary branch
  double confidence = .95;
  // Diagnose.
  int effort = 1;  // 1..limits::kDiagnoseEffort
  // Of all kinds but that.
  Condition condition;
};

struct ExperimentsQuery {
  std::string repo = {};  // "" is all
  std::string test = {};  // "" is all; else of this repository
  std::optional<ExperimentStanding> standing = std::nullopt;
  int limit = 50;  // 1..limits::kExperimentsOfPage
  std::optional<ExperimentId> before = std::nullopt;
};

namespace pages {

struct ExperimentSummary {
  ExperimentId id;
  std::string kind, standing;
  std::string verdict;  // a word, once it is decided
  std::string answer;   // a sentence: the verdict's, or how it stands
  bool watched = false;
  std::string repo;
  TestId test;
  std::string suite, path, name;
  std::string question;                 // for people: "until 5 failures at 1a2b3c4d5e"
  std::int64_t runs = 0, failures = 0;  // measured
  std::int64_t max_runs = 0;
  std::string requested_by;
  WallTime created_at;
  std::optional<WallTime> ended_at;
};
struct ExperimentsPage {
  Revision revision = 0;
  std::vector<ExperimentSummary> experiments;  // newest first
  bool more = false;
};

struct ExperimentArmSummary {
  DesiredId desired;
  std::string arm;  // tells those at one commit apart; ""  where there is one
  std::string sha, subject;
  std::int64_t wanted = 0, done = 0, in_flight = 0, given_up = 0, skipped = 0;
  std::int64_t runs = 0, failures = 0;  // measured
  double rate_low = 0, rate_high = 1;   // 95 %
  std::string obstacle;                 // why nothing can be measured there
};
// Of a bisection.
struct ExperimentCommit {
  std::string sha, subject;
  double probability = 0;               // that it is the culprit
  std::int64_t runs = 0, failures = 0;  // all that are stored
  std::string state;  // "candidate", "good": believed to be; "skipped": it can't be run
};
struct ExperimentFailure {
  RunId id;
  std::string sha, outcome;
  WallTime started_at;
  std::int64_t duration_us = 0;
};
// Of a diagnosis: runs under one condition, of two that are compared.
struct DiagnosisArmSummary {
  std::string text;                    // for people: "with TZ=Asia/Tokyo"
  std::vector<std::string> condition;  // as DesiredSummary::condition
  std::int64_t runs = 0, failures = 0;
  double rate_low = 0, rate_high = 1;  // 95 %
};
struct DiagnosisFactorSummary {
  std::string factor;  // "order", "zone", ...
  std::string
      standing;  // "untried", "impossible", "open", "alike", "differs", "confirmed", "refuted"
  std::string obstacle;               // why it can't be had
  DiagnosisArmSummary often, seldom;  // where it fails more often, and less often
  double odds = 1;                    // of two rates against one
};
struct DiagnosisSummary {
  std::int64_t effort = 1;
  std::vector<DiagnosisFactorSummary> factors;  // of each the two conditions that differ most
  std::optional<DiagnosisFactorSummary> found;  // what showed the cause
  std::vector<std::string> tests;               // ids of the polluters, or of the state-setters
  // Once it failed somewhere: commands that show it again, and how often they did.
  std::string reproduce_run, reproduce_docker;
  bool needs_checkout = false;  // the one for docker, of the commit, around it
  std::optional<DiagnosisArmSummary> reproduced;
};
struct ExperimentPage {
  Revision revision = 0;
  ExperimentSummary experiment;
  // The question's.
  std::string sha, against_sha, good, bad, method;
  std::int64_t until_failures = 0, for_s = 0;
  double old_rate = 0, risk = 0, confidence = 0;
  std::int64_t in_flight_most = 0;
  bool background = false;
  std::vector<std::string> condition;  // as DesiredSummary::condition
  // Where it stands.
  std::int64_t passed = 0, skipped = 0, given_up = 0, in_flight = 0;
  double rate = 0, rate_low = 0, rate_high = 1;  // of all its runs together; 95 %
  std::optional<std::int64_t> more_runs;         // about so many more
  std::int64_t ran_ms = 0;                       // while it was running
  double runs_per_minute = 0;                    // over that time
  std::int64_t test_us = 0;                      // that its runs took, all together
  std::vector<ExperimentArmSummary> arms;
  // Of a bisection.
  std::int64_t range = 0;                   // commits that may be the culprit
  std::int64_t commits_run = 0;             // commits at which it had the test run
  double none = 0;                          // probability that none of them is
  double rate_before = 0, rate_after = 0;   // if the likeliest is
  std::vector<ExperimentCommit> commits;    // the likeliest and those with runs, oldest first
  std::vector<ExperimentFailure> failures;  // newest first, at most limits::kShownFailures
  std::optional<DiagnosisSummary> diagnosis;
};

struct ExportedRun {
  RunId id;
  std::string sha, arm, outcome;
  WallTime started_at;
  std::int64_t duration_us = 0;
  TaskId task;
  int attempt = 0;
};
struct ExportedEvidence {
  std::string sha;
  std::vector<std::string> parents;  // within the range
  bool candidate = true;
  std::int64_t runs = 0, failures = 0;
};
// What the runs of an arm have in common; an arm of a search for an order is named by a number
// only.
struct ExportedArm {
  std::string sha, arm;
  std::vector<std::string> condition;  // as --condition and --order take it
};
// All that is needed to judge an experiment, or to do it again, as one document.
struct ExperimentExport {
  std::string server_version;  // that wrote it: what it decides by may change
  ExperimentPage experiment;
  std::vector<ExportedRun> runs;  // oldest first; the newest limits::kExportedRuns
  bool more_runs = false;
  std::vector<ExportedEvidence> range;  // of a bisection: all stored runs
  std::vector<ExportedArm> arms;
  // Of a diagnosis: the tests of its suite as they were listed, which orders are orders of, and the
  // cores of the host, which say what levels there are.
  std::vector<std::string> listed;
  double cores = 0;
};

}  // namespace pages
}  // namespace testlooper
