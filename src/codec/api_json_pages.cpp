#include "codec/api_json.hpp"
#include "codec/json_members.hpp"
#include "codec/names.hpp"
#include "codec/request_body.hpp"
#include "codec/test_columns.hpp"

namespace testlooper::codec {
namespace {

std::string_view status_name(pages::Status status) {
  switch (status) {
    case pages::Status::untested:
      return "untested";
    case pages::Status::waiting:
      return "waiting";
    case pages::Status::running:
      return "running";
    case pages::Status::passed:
      return "passed";
    case pages::Status::failed:
      return "failed";
    case pages::Status::error:
      return "error";
  }
  return "error";
}

}  // namespace

// As the bodies of requests have it, with an id and a text for people.
static void write(JsonWriter& writer, const pages::RuleSummary& summary) {
  const auto& rule = summary.rule;
  writer.begin_object();
  writer.member("id", rule.id);
  writer.member("branches", rule.branches);
  writer.key("filter");
  write_filter(writer, rule.filter);
  writer.member("filter_text", summary.filter_text);
  writer.member("runs", rule.counts.runs);
  writer.member("fail_runs", rule.counts.fail_runs);
  writer.member("flake_runs", rule.counts.flake_runs);
  writer.member("new_runs", rule.counts.new_runs);
  writer.member("superseded", rule.superseded);
  writer.member("schedule", rule.schedule);
  writer.member("schedule_runs", rule.schedule_runs);
  writer.member("schedule_only", only_name(rule.schedule_only));
  writer.member("idle_runs", rule.idle_runs);
  writer.end_object();
}
static void write(JsonWriter& writer, pages::Status status) { writer.value(status_name(status)); }

TL_JSON(pages::Counts, passed, failed, error, skipped, xfailed, xpassed, timed_out, crashed, infra)
TL_JSON(pages::CommitSummary, id, sha, parents, subject, author, committed_at, status, error, tests,
        failing, flaky, runs_done, runs_wanted)
TL_JSON(pages::BranchSummary, name, head, primary)
TL_JSON(pages::RepoSummary, name, source, origin, state, error, config_path, branch_prefix,
        primary_branch, scan_depth, fetch_period_s, primary, branches, runs_today, tasks_running,
        tasks_waiting, flaky_days)
TL_JSON(pages::RemovedRepo, name, source, purging, config_path, branch_prefix, primary_branch,
        scan_depth, fetch_period_s)
TL_JSON(pages::ReposPage, revision, repos, removed)
TL_JSON(pages::MixedCell, commit, failures, runs)
TL_JSON(pages::MatrixRow, test, suite, path, name, cells, mixed)
TL_JSON(pages::BranchPage, revision, repo, branch, branches, commits, more_commits, rows)
TL_JSON(pages::StepSummary, state, error, task)
TL_JSON(pages::WarningSummary, where, message)
TL_JSON(pages::EnvironmentSummary, name, image, unsupported, step, set_up)
TL_JSON(pages::BuildSummary, name, environment, artifact, bytes, reused_from, step)
TL_JSON(pages::SuiteSummary, name, kind, environment, tests, timeout_s, step)
static void write(JsonWriter& writer, WaitReason reason) { writer.value(reason_name(reason)); }
TL_JSON(WaitsFor, reason, text, ahead, task)
TL_JSON(pages::TaskSummary, id, kind, state, outcome, cause, repo, sha, subject, suite, tests,
        repeats, attempts, created_at, started_at, finished_at, waits_for, starts_at)
TL_JSON(pages::DesiredSummary, id, source, requested_by, filter, isolation, runs, fail_runs,
        flake_runs, new_runs, wanted, done, in_flight, given_up, created_at, stopped_at, condition)
TL_JSON(pages::TestSummary, test, suite, path, name, labels, counts, verdict, parent_verdict,
        in_flight, mean_us, last_run, last_failure)
#define TL_BEFORE_TESTS                                                                            \
  revision, repo, commit, message, branches, config, plan, image, command, warnings, environments, \
      builds, suites
#define TL_AFTER_TESTS desired, tasks
TL_JSON(pages::CommitPage, TL_BEFORE_TESTS, tests, TL_AFTER_TESTS)
TL_JSON(pages::TestCalled, test, path, name)
TL_JSON(pages::TestCommit, id, sha, subject, committed_at, counts, verdict, runs, failures, mean_us,
        named, rate_low, rate_high)
static void write(JsonWriter& writer, const std::vector<pages::TestRun>& runs) {
  write_run_columns(writer, runs);
}
TL_JSON(pages::TestPage, revision, repo, branch, test, suite, path, name, labels, names, commits,
        more_commits, last_sha, runs, more_runs)
TL_JSON(pages::ComparedCommit, sha, subject, committed_at, parents, tests, listed, unlisted)
TL_JSON(pages::ComparedTest, test, suite, path, name, change, continues, was, was_path, was_name,
        base, head, base_verdict, head_verdict)
TL_JSON(pages::ChangeTotal, change, tests)
TL_JSON(pages::ComparePage, revision, repo, base, head, totals, tests, warning)
TL_JSON(pages::RunSummary, id, outcome, started_at, duration_us, task, attempt)
TL_JSON(pages::StageSummary, name, outcome, duration_us)
TL_JSON(pages::AttemptSummary, number, outcome, cause, exit_code, oom_killed, started_at,
        finished_at, log_bytes, log_dropped, artifacts, artifact_bytes, warnings, log_removed_at,
        artifacts_removed_at, place, place_reason)
TL_JSON(pages::RunLogSummary, kind, bytes, removed_at)
TL_JSON(pages::ArtifactSummary, path, bytes, type)
TL_JSON(pages::ArtifactsPage, revision, task, attempt, bytes, artifacts, warnings, removed_at)
TL_JSON(pages::RetentionUse, repo, kind, days, max_count, max_mb, count, bytes, going, going_bytes)
TL_JSON(pages::RetentionItem, repo, kind, what, bytes, since, why)
TL_JSON(pages::RetentionRun, at, removed, bytes, error)
TL_JSON(pages::RetentionPage, revision, period_s, disk_free_bytes, disk_total_bytes,
        disk_reserve_bytes, store_bytes, paused, error, uses, going, last_run)
TL_JSON(pages::RunPage, revision, repo, commit, run, condition, test, suite, path, name, message,
        stages, attempt, log, siblings, counts)
TL_JSON(pages::TaskRun, id, suite, path, name, outcome, duration_us)
TL_JSON(pages::TaskPage, revision, repo, commit, task, attempts, runs)
TL_JSON(pages::EnginePage, revision, version, executor, executor_error, places, slots, started_at,
        answered_at, draining, waiting_total, running, waiting, finished)
TL_JSON(pages::RequestPage, revision, repo, sha, desired, finished, error, counts, in_sandboxes,
        place_reason, failures)
TL_JSON(pages::MatchedTest, test, suite, path, name)
TL_JSON(pages::MatchPage, revision, repo, sha, listed, matching, tests)
TL_JSON(pages::RulesPage, revision, repo, rules)
TL_JSON(pages::AuditLine, id, at, who, action, repo, subject, detail)
TL_JSON(pages::AuditPage, revision, entries, more, people, actions)
TL_JSON(pages::ExperimentSummary, id, kind, standing, verdict, answer, watched, repo, test, suite,
        path, name, question, runs, failures, max_runs, requested_by, created_at, ended_at)
TL_JSON(pages::ExperimentsPage, revision, experiments, more)
TL_JSON(pages::ExperimentArmSummary, desired, arm, sha, subject, wanted, done, in_flight, given_up,
        skipped, runs, failures, rate_low, rate_high, obstacle)
TL_JSON(pages::ExperimentCommit, sha, subject, probability, runs, failures, state)
TL_JSON(pages::ExperimentFailure, id, sha, outcome, started_at, duration_us)
TL_JSON(pages::DiagnosisArmSummary, text, condition, runs, failures, rate_low, rate_high)
TL_JSON(pages::DiagnosisFactorSummary, factor, standing, obstacle, often, seldom, odds)
TL_JSON(pages::DiagnosisSummary, effort, factors, found, tests, reproduce_run, reproduce_docker,
        needs_checkout, reproduced)
TL_JSON(pages::ExperimentPage, revision, experiment, sha, against_sha, good, bad, method,
        until_failures, for_s, old_rate, risk, confidence, in_flight_most, background, condition,
        passed, skipped, given_up, in_flight, rate, rate_low, rate_high, more_runs, ran_ms,
        runs_per_minute, test_us, arms, range, commits_run, none, rate_before, rate_after, commits,
        failures, diagnosis)
TL_JSON(pages::ExportedRun, id, sha, arm, outcome, started_at, duration_us, task, attempt)
TL_JSON(pages::ExportedEvidence, sha, parents, candidate, runs, failures)
TL_JSON(pages::ExportedArm, sha, arm, condition)
TL_JSON(pages::ExperimentExport, server_version, experiment, runs, more_runs, range, arms, listed,
        cores)
TL_JSON(ServerStatus, version, revision, started_at, uptime_s, executor, executor_error, places,
        slots, draining, repos, running, waiting)
TL_JSON(ChangeNotice, revision, commits, refs, engine, experiments)

std::string api_json(const pages::ReposPage& page) { return written(page); }
std::string api_json(const pages::BranchPage& page) { return written(page); }
std::string api_json(const pages::CommitPage& page) { return written(page); }
std::string api_json_by_columns(const pages::CommitPage& s) {
  JsonWriter writer;
  writer.begin_object();
  TL_EACH(TL_MEMBER, TL_BEFORE_TESTS)
  writer.key("tests");
  write_test_columns(writer, s.tests);
  TL_EACH(TL_MEMBER, TL_AFTER_TESTS)
  writer.end_object();
  return writer.take();
}
std::string api_json(const pages::TestPage& page) { return written(page); }
std::string api_json(const pages::ComparePage& page) { return written(page); }
std::string api_json(const pages::RunPage& page) { return written(page); }
std::string api_json(const pages::TaskPage& page) { return written(page); }
std::string api_json(const pages::EnginePage& page) { return written(page); }
std::string api_json(const pages::ArtifactsPage& page) { return written(page); }
std::string api_json(const pages::RetentionPage& page) { return written(page); }
std::string api_json(const pages::RequestPage& page) { return written(page); }
std::string api_json(const pages::MatchPage& page) { return written(page); }
std::string api_json(const pages::RulesPage& page) { return written(page); }
std::string api_json(const pages::AuditPage& page) { return written(page); }
std::string api_json(const pages::ExperimentsPage& page) { return written(page); }
std::string api_json(const pages::ExperimentPage& page) { return written(page); }
std::string api_json(const pages::ExperimentExport& document) { return written(document); }
std::string api_json(const ServerStatus& status) { return written(status); }
std::string api_json(const ChangeNotice& notice) { return written(notice); }

}  // namespace testlooper::codec
