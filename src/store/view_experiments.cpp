// Experiments: the list, one, and one as a document.
#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "testlooper/base/limits.hpp"

#include "codec/condition_text.hpp"
#include "core/experiment.hpp"
#include "core/experiment_bisect.hpp"
#include "core/experiment_diagnose.hpp"
#include "core/experiment_text.hpp"
#include "lab/rate.hpp"
#include "store/experiments.hpp"
#include "store/names.hpp"
#include "store/view_diagnosis.hpp"
#include "store/view_lab.hpp"
#include "store/view_pages.hpp"
#include "store/view_parts.hpp"

namespace testlooper::store {
namespace {

struct QuestionText {
  std::int64_t max_runs = 0;

  std::string operator()(const HuntQuestion& question) const {
    const std::string text = "how often does it fail at " + core::short_sha(question.sha);
    std::string ends = "until " + core::runs_text(max_runs);
    if (question.until_failures > 0) {
      ends += ", or " + core::counted(question.until_failures, "failure", "failures");
    }
    if (question.duration > Seconds{0}) {
      ends += ", or " + std::to_string(question.duration.count()) + " s";
    }
    return text + ", " + ends;
  }
  std::string operator()(const ProveQuestion& question) const {
    return "is it fixed at " + core::short_sha(question.sha) + ", where it failed at " +
           core::percent(question.old_rate) + " before (risk " + core::percent(question.risk) + ")";
  }
  std::string operator()(const BisectQuestion& question) const {
    const auto from = question.good.empty() ? "" : "after " + core::short_sha(question.good) + " ";
    return "which commit " + from + "up to " + core::short_sha(question.bad) +
           " made it fail more often (" + core::percent(question.confidence) + ")";
  }
  std::string operator()(const DiagnoseQuestion& question) const {
    return "why does it flake at " + core::short_sha(question.sha);
  }
};

// How it stands, in the words of its verdict once that is said.
std::string answer_of(const ExperimentState& state, WallTime now) {
  const auto& experiment = state.experiment;
  if (experiment.standing == ExperimentStanding::decided) return experiment.answer;
  const auto plan = core::plan_experiment(state, now);
  if (experiment.standing == ExperimentStanding::running) return plan.answer;
  return experiment.answer.empty() || experiment.answer == plan.answer
             ? plan.answer
             : experiment.answer + "; " + plan.answer;
}

pages::ExperimentSummary summary_of(Connection& db, const Experiment& experiment) {
  pages::ExperimentSummary summary;
  const auto& spec = experiment.spec;
  summary.id = experiment.id;
  summary.kind = name_of(kind_of(spec.question));
  summary.standing = name_of(experiment.standing);
  summary.verdict = experiment.verdict;
  summary.answer = experiment.answer;
  summary.watched = experiment.watched;
  summary.test = spec.test;
  auto names = db.query(
      "SELECT t.suite, t.path, t.name, r.name FROM test_tests t JOIN repo_repos r"
      " ON r.id = t.repo_id WHERE t.id = ?",
      spec.test);
  names.next();
  summary.suite = names.text(0);
  summary.path = names.text(1);
  summary.name = names.text(2);
  summary.repo = names.text(3);
  summary.question = std::visit(QuestionText{spec.max_runs}, spec.question);
  if (!spec.condition.plain()) {
    summary.question += ", run " + core::condition_in_words(spec.condition);
  }
  summary.max_runs = spec.max_runs;
  summary.requested_by = spec.requested_by;
  summary.created_at = experiment.created_at;
  summary.ended_at = experiment.ended_at;
  auto counts = db.query(
      "SELECT total(l.passed + l.failed), total(l.failed) FROM test_desired d"
      " JOIN lab_tallies l ON l.desired_id = d.id WHERE d.experiment_id = ?",
      experiment.id);
  counts.next();
  summary.runs = counts.integer(0);
  summary.failures = counts.integer(1);
  return summary;
}

std::string subject_of(Connection& db, CommitId commit) {
  auto row = db.query("SELECT message FROM repo_commits WHERE id = ?", commit);
  return row.next() ? first_line(row.view(0)) : std::string{};
}

pages::ExperimentArmSummary arm_of(Connection& db, const ExperimentArm& arm) {
  const auto interval = lab::jeffreys(core::lab_counts(arm.counts));
  return {.desired = arm.wish,
          .arm = arm.key,
          .sha = arm.sha,
          .subject = subject_of(db, arm.commit),
          .wanted = arm.wanted.counts.runs,
          .done = arm.tally.done,
          .in_flight = arm.tally.in_flight,
          .given_up = arm.tally.given_up,
          .skipped = arm.counts.skipped,
          .runs = arm.counts.measured(),
          .failures = arm.counts.failed,
          .rate_low = interval.low,
          .rate_high = interval.high,
          .obstacle = core::obstacle_of(arm)};
}

struct WriteQuestion {
  pages::ExperimentPage& page;

  void operator()(const HuntQuestion& question) const {
    page.sha = question.sha;
    page.until_failures = question.until_failures;
    page.for_s = question.duration.count();
  }
  void operator()(const ProveQuestion& question) const {
    page.sha = question.sha;
    page.old_rate = question.old_rate;
    page.risk = question.risk;
    page.against_sha = question.against_sha;
    page.method = question.method == ProveMethod::anytime      ? "anytime"
                  : question.method == ProveMethod::sequential ? "sprt"
                                                               : "fixed";
  }
  void operator()(const BisectQuestion& question) const {
    page.good = question.good;
    page.bad = question.bad;
    page.confidence = question.confidence;
  }
  void operator()(const DiagnoseQuestion& question) const { page.sha = question.sha; }
};

std::string_view state_of(const RangeCommit& known, const lab::BisectCommit& commit) {
  if (known.lacks) return "lacks";
  if (!commit.runnable) return "skipped";
  return commit.candidate ? "candidate" : "good";
}

// The likeliest and those with runs.
std::vector<std::size_t> shown_commits(const core::BisectFindings& findings) {
  std::vector<std::size_t> places(findings.commits.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::ranges::sort(places, {}, [&](std::size_t place) {
    return std::tuple{-findings.probability[place], -findings.commits[place].runs.runs, place};
  });
  if (places.size() > limits::kShownCommits) places.resize(limits::kShownCommits);
  std::ranges::sort(places);
  return places;
}

void add_bisection(Connection& db, const ExperimentState& state, const BisectQuestion& question,
                   pages::ExperimentPage& page) {
  const auto findings = core::bisect_findings(state, question);
  page.range = std::ranges::count(state.range, true, &RangeCommit::candidate);
  page.commits_run = std::ranges::count_if(
      state.arms, [](const ExperimentArm& arm) { return arm.tally.done > 0; });
  page.none = findings.none;
  page.rate_before = findings.answer.rate_before;
  page.rate_after = findings.answer.rate_after;
  for (const auto place : shown_commits(findings)) {
    const auto& commit = state.range[place];
    const auto& judged = findings.commits[place];
    page.commits.push_back({.sha = commit.sha,
                            .subject = subject_of(db, commit.commit),
                            .probability = findings.probability[place],
                            .runs = judged.runs.runs,
                            .failures = judged.runs.failures,
                            .state = std::string{state_of(commit, judged)}});
  }
}

std::vector<pages::ExperimentFailure> failures_of(Connection& db, ExperimentId id) {
  std::vector<pages::ExperimentFailure> failures;
  auto rows = db.query(
      "SELECT u.id, c.sha, u.outcome, u.started_at, u.duration_us FROM test_desired d"
      " CROSS JOIN engine_tasks k ON k.desired_id = d.id"
      " CROSS JOIN engine_attempts a ON a.task_id = k.id"
      " CROSS JOIN test_runs u ON u.task_id = a.task_id AND u.attempt = a.number"
      " JOIN repo_commits c ON c.id = u.commit_id WHERE d.experiment_id = ?"
      " AND u.outcome IN ('failed', 'error', 'timed_out', 'crashed') ORDER BY u.id DESC LIMIT ?",
      id, limits::kShownFailures);
  while (rows.next()) {
    failures.push_back(
        {rows.id<RunId>(0), rows.text(1), rows.text(2), rows.time(3), rows.integer(4)});
  }
  return failures;
}

void add_standing(const ExperimentState& state, WallTime now, pages::ExperimentPage& page) {
  const auto& experiment = state.experiment;
  const auto counts = core::counts_of(state);
  page.passed = counts.passed;
  page.skipped = counts.skipped;
  Microseconds total{0};
  for (const auto& arm : state.arms) {
    page.given_up += arm.tally.given_up;
    page.in_flight += arm.tally.in_flight;
    total += arm.total;
  }
  page.test_us = total.count();
  const auto measured = core::lab_counts(counts);
  const auto interval = lab::jeffreys(measured);
  page.rate = measured.runs == 0
                  ? 0
                  : static_cast<double>(measured.failures) / static_cast<double>(measured.runs);
  page.rate_low = interval.low;
  page.rate_high = interval.high;
  auto ran = experiment.ran;
  if (experiment.standing == ExperimentStanding::running) {
    ran += std::max(Milliseconds{0}, now - experiment.resumed_at);
    page.more_runs = core::plan_experiment(state, now).more_runs;
  }
  page.ran_ms = ran.count();
  constexpr double kMinute = 60'000;
  if (ran.count() > 0) {
    page.runs_per_minute =
        static_cast<double>(measured.runs) / static_cast<double>(ran.count()) * kMinute;
  }
}

pages::ExperimentPage page_of(Connection& db, const ExperimentState& state, WallTime now) {
  pages::ExperimentPage page;
  const auto& spec = state.experiment.spec;
  page.revision = read_revision(db);
  page.experiment = summary_of(db, state.experiment);
  page.experiment.answer = answer_of(state, now);
  std::visit(WriteQuestion{page}, spec.question);
  page.in_flight_most = spec.in_flight;
  page.background = spec.background;
  page.condition = codec::condition_words(spec.condition);
  add_standing(state, now, page);
  for (const auto& arm : state.arms) page.arms.push_back(arm_of(db, arm));
  if (const auto* bisect = std::get_if<BisectQuestion>(&spec.question)) {
    add_bisection(db, state, *bisect, page);
  }
  if (const auto* diagnosis = std::get_if<DiagnoseQuestion>(&spec.question)) {
    page.diagnosis = diagnosis_summary(db, state, *diagnosis);
  }
  page.failures = failures_of(db, state.experiment.id);
  return page;
}

Result<ExperimentState> known(Connection& db, ExperimentId id) {
  auto state = read_experiment(db, id);
  if (state && state->repo_active) return std::move(*state);
  return not_found("there is no experiment " + std::to_string(id.value));
}

std::vector<pages::ExportedRun> runs_of(Connection& db, ExperimentId id) {
  std::vector<pages::ExportedRun> runs;
  auto rows = db.query(
      "SELECT u.id, c.sha, d.arm, u.outcome, u.started_at, u.duration_us, u.task_id, u.attempt"
      " FROM test_desired d CROSS JOIN engine_tasks k ON k.desired_id = d.id"
      " CROSS JOIN test_runs u ON u.task_id = k.id JOIN repo_commits c ON c.id = u.commit_id"
      " WHERE d.experiment_id = ? ORDER BY u.id DESC LIMIT ?",
      id, limits::kExportedRuns + 1);
  while (rows.next()) {
    runs.push_back({rows.id<RunId>(0), rows.text(1), rows.text(2), rows.text(3), rows.time(4),
                    rows.integer(5), rows.id<TaskId>(6), rows.small(7)});
  }
  return runs;
}

}  // namespace

Result<pages::ExperimentsPage> experiments_page(Connection& db, const ExperimentsQuery& query,
                                                WallTime now) {
  pages::ExperimentsPage page;
  page.revision = read_revision(db);
  std::optional<RepoId> repo;
  std::optional<TestId> test;
  if (!query.repo.empty()) {
    const auto row = find_repo(db, query.repo);
    if (!row) return std::unexpected(row.error());
    repo = row->id;
    if (!query.test.empty()) {
      const auto found = find_test(db, *row, query.test);
      if (!found) return std::unexpected(found.error());
      test = *found;
    }
  }
  const auto standing = query.standing ? std::optional{name_of(*query.standing)} : std::nullopt;
  std::vector<ExperimentId> ids;
  {
    auto rows = db.query(
        "SELECT e.id FROM lab_experiments e JOIN repo_repos r ON r.id = e.repo_id"
        " WHERE r.standing = 'active' AND (?1 IS NULL OR e.repo_id = ?1)"
        " AND (?2 IS NULL OR e.test_id = ?2) AND (?3 IS NULL OR e.standing = ?3)"
        " AND (?4 IS NULL OR e.id < ?4) ORDER BY e.id DESC LIMIT ?5",
        repo, test, standing, query.before, query.limit + 1);
    while (rows.next()) ids.push_back(rows.id<ExperimentId>(0));
  }
  page.more = std::cmp_greater(ids.size(), query.limit);
  if (page.more) ids.pop_back();
  for (const auto& id : ids) {
    const auto experiment = read_experiment_row(db, id);
    page.experiments.push_back(summary_of(db, *experiment));
    // A bisection's answer would take its whole range.
    const bool cheap = kind_of(experiment->spec.question) != ExperimentKind::bisect;
    if (cheap && experiment->standing == ExperimentStanding::running) {
      page.experiments.back().answer = answer_of(*read_experiment(db, id), now);
    }
  }
  return page;
}

Result<pages::ExperimentPage> experiment_page(Connection& db, ExperimentId id, WallTime now) {
  const auto state = known(db, id);
  if (!state) return std::unexpected(state.error());
  return page_of(db, *state, now);
}

Result<pages::ExperimentExport> experiment_export(Connection& db, ExperimentId id, WallTime now) {
  const auto state = known(db, id);
  if (!state) return std::unexpected(state.error());
  pages::ExperimentExport document;
  document.experiment = page_of(db, *state, now);
  document.runs = runs_of(db, id);
  document.more_runs = document.runs.size() > limits::kExportedRuns;
  if (document.more_runs) document.runs.pop_back();
  std::ranges::reverse(document.runs);
  for (const auto& commit : state->range) {
    pages::ExportedEvidence evidence{
        commit.sha, {}, commit.candidate, commit.counts.measured(), commit.counts.failed};
    for (const auto parent : commit.parents) {
      evidence.parents.push_back(state->range[static_cast<std::size_t>(parent)].sha);
    }
    document.range.push_back(std::move(evidence));
  }
  for (const auto& arm : state->arms) {
    document.arms.push_back({arm.sha, arm.key, codec::condition_words(arm.wanted.condition)});
  }
  if (kind_of(state->experiment.spec.question) == ExperimentKind::diagnose) {
    for (const auto& test : state->listed) document.listed.push_back(test.id());
    document.cores = static_cast<double>(state->capacity.milli_cores) / 1000;
  }
  return document;
}

}  // namespace testlooper::store
