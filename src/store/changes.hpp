// What each change does to the tables: one function a change, in the file of its schema. They run
// inside SqliteStore's transaction, on the engine's thread.
#pragma once

#include <set>
#include <vector>

#include "testlooper/domain/change.hpp"

#include "store/connection.hpp"

namespace testlooper::store {

// The transaction that changes are applied in, and what it led to so far.
struct Applying {
  Connection& db;
  WallTime now;
  std::set<CommitId> touched{};
  std::vector<DesiredId> desired{};
  std::set<CommitId> recount{};  // the sums of these commits' wishes are to be brought up to date
  std::set<DesiredId> recount_wishes{};  // likewise, of single wishes
  std::vector<TaskId> ready{};           // became so
  std::vector<std::string> dropped_volumes{};
  std::set<CommitId> evidence{};  // what experiments at these commits stand on may have changed
  std::set<CommitId> ran{};       // there were runs, which say nothing to others' diagnoses
  std::set<ExperimentId> experiments{};  // to be looked at again, besides
  std::vector<ExperimentId> created{};
  TokenId token{};
  SessionId session{};
};

// repo_changes.cpp
void apply(Applying& in, const change::RepoConfigured& change);
void apply(Applying& in, const change::RepoRemoved& change);
void apply(Applying& in, const change::PushReceived& change);
void apply(Applying& in, const change::PushesHandled& change);
void apply(Applying& in, const change::RepoFailed& change);
void apply(Applying& in, const change::CommitsFound& change);
void apply(Applying& in, const change::RefsSet& change);

// desired_changes.cpp
void apply(Applying& in, const change::Desired& change);
void apply(Applying& in, const change::DesiredChanged& change);
void apply(Applying& in, const change::DesiredStopped& change);
void apply(Applying& in, const change::Audited& change);

// experiment_changes.cpp
void apply(Applying& in, const change::ExperimentCreated& change);
void apply(Applying& in, const change::ExperimentMoved& change);
void apply(Applying& in, const change::ExperimentExtended& change);

// login_changes.cpp
void apply(Applying& in, const change::TokenCreated& change);
void apply(Applying& in, const change::TokenRevoked& change);
void apply(Applying& in, const change::SessionStarted& change);
void apply(Applying& in, const change::SessionEnded& change);
void apply(Applying& in, const change::LoginUsed& change);

// rules.cpp
void apply(Applying& in, const change::RulesSet& change);
void apply(Applying& in, const change::ScheduleFired& change);

// clear_changes.cpp
void apply(Applying& in, const change::ResultsCleared& change);

// quarantine.cpp
void apply(Applying& in, const change::Quarantined& change);
void apply(Applying& in, const change::QuarantineRemoved& change);

// imports.cpp
void apply(Applying& in, const change::ReportImported& change);

// test_changes.cpp
void apply(Applying& in, const change::ConfigRecorded& change);
void apply(Applying& in, const change::ConfigFailed& change);
void apply(Applying& in, const change::PlanRecorded& change);
void apply(Applying& in, const change::PlanFailed& change);
void apply(Applying& in, const change::TestsRecorded& change);
void apply(Applying& in, const change::ListFailed& change);
void apply(Applying& in, const change::CommitRetried& change);
void apply(Applying& in, const change::CommitSettled& change);

// lineage.cpp
void apply(Applying& in, const change::LineageFound& change);

// run_changes.cpp
void apply(Applying& in, const change::RunsRecorded& change);
void apply(Applying& in, const change::RunsGivenUp& change);

// engine_changes.cpp
void apply(Applying& in, const change::TaskCreated& change);
void apply(Applying& in, const change::TaskMoved& change);
void apply(Applying& in, const change::AttemptStarted& change);
void apply(Applying& in, const change::AttemptEnded& change);
void apply(Applying& in, const change::DrainSet& change);

// product_changes.cpp
void apply(Applying& in, const change::ImageRecorded& change);
void apply(Applying& in, const change::ImageFailed& change);
void apply(Applying& in, const change::ImageForgotten& change);
void apply(Applying& in, const change::HostDescribed& change);
void apply(Applying& in, const change::ArtifactRecorded& change);
void apply(Applying& in, const change::ArtifactFailed& change);
void apply(Applying& in, const change::ArtifactForgotten& change);

// retention_changes.cpp
void apply(Applying& in, const change::HoldingsGoing& change);
void apply(Applying& in, const change::HoldingsGone& change);
void apply(Applying& in, const change::ImagesForgotten& change);
void apply(Applying& in, const change::BuildsForgotten& change);

}  // namespace testlooper::store
