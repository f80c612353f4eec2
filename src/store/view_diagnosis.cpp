#include "store/view_diagnosis.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "codec/condition_text.hpp"
#include "codec/reproduce.hpp"
#include "core/experiment.hpp"
#include "core/experiment_diagnose.hpp"
#include "lab/prove.hpp"
#include "lab/rate.hpp"
#include "lab/run_order.hpp"
#include "store/json.hpp"

namespace testlooper::store {
namespace {

constexpr double kMostOdds = 1e12;  // as a number that JSON and people can read

pages::DiagnosisArmSummary arm_summary(const lab::DiagnosisArm& arm, lab::Counts counts) {
  const auto interval = lab::jeffreys(counts);
  return {.text = core::condition_in_words(arm.condition),
          .condition = codec::condition_words(arm.condition),
          .runs = counts.runs,
          .failures = counts.failures,
          .rate_low = interval.low,
          .rate_high = interval.high};
}

pages::DiagnosisFactorSummary factor_summary(const lab::Comparison& comparison) {
  return {.factor = std::string{core::factor_word(comparison.factor)},
          .standing = std::string{core::standing_word(comparison.standing)},
          .obstacle = comparison.obstacle,
          .often = arm_summary(comparison.often, comparison.often_counts),
          .seldom = arm_summary(comparison.seldom, comparison.seldom_counts),
          .odds = std::min(std::exp(comparison.log_odds), kMostOdds)};
}

// The arm to be shown again: what showed the cause; without one, the test alone where it fails.
std::optional<std::pair<lab::DiagnosisArm, lab::Counts>> failing_arm(
    const lab::DiagnosisStep& step) {
  if (step.found.standing == lab::Comparison::Standing::confirmed) {
    return std::pair{step.found.often, step.found.often_counts};
  }
  if (step.baseline.failures == 0) return std::nullopt;
  lab::DiagnosisArm alone;
  alone.condition.order.kind = OrderKind::alone;
  return std::pair{alone, step.baseline};
}

// So many that it fails at least once, as good as surely.
std::int64_t times_for(lab::Counts counts) {
  constexpr double kRisk = .01;
  constexpr std::int64_t kLeast = 3, kMost = 1'000;
  return std::clamp(lab::passes_to_exclude(counts, kRisk), kLeast, kMost);
}

// What TEST_INPUT names; nothing where it is the whole suite as it is listed.
std::vector<std::string> input_of(const ExperimentState& state, const TestName& test,
                                  const Condition& condition) {
  std::vector<std::string> input;
  const auto ordered = lab::ordered_tests(condition.order, state.listed, {test});
  if (ordered.whole_suite && condition.repeats == 1) return input;
  for (const auto& each : ordered.tests) {
    const int times = each == test ? condition.repeats : 1;
    for (int i = 0; i < times; ++i) input.push_back(each.id());
  }
  return input;
}

std::string image_reference(Connection& db, RepoId repo, const std::string& key) {
  auto row =
      db.query("SELECT reference FROM engine_images WHERE repo_id = ? AND key = ?", repo, key);
  return row.next() ? row.text(0) : std::string{};
}

// False where the commit's plan does not have the suite any more, or docker its image.
bool read_ground(Connection& db, RepoId repo, CommitId commit, codec::Reproduction& wanted) {
  auto suite_row = db.query("SELECT definition FROM test_suites WHERE commit_id = ? AND name = ?",
                            commit, wanted.suite);
  if (!suite_row.next()) return false;
  const auto suite = parse_json<Suite>(suite_row.view(0));
  wanted.command = suite.run_tests;
  auto row = db.query(
      "SELECT definition, image_key, set_up_key FROM test_environments WHERE commit_id = ?"
      " AND name = ?",
      commit, suite.environment);
  if (!row.next()) return false;
  wanted.variables = parse_json<Environment>(row.view(0)).variables;
  wanted.image_has_files = !row.view(2).empty();
  wanted.image = image_reference(db, repo, row.text(wanted.image_has_files ? 2 : 1));
  for (const auto& [build, path] : suite.dependencies) {
    auto volume = db.query(
        "SELECT a.volume FROM test_builds b JOIN engine_outputs a ON a.repo_id = ?"
        " AND a.key = b.artifact_key WHERE b.commit_id = ? AND b.name = ?",
        repo, commit, build);
    if (volume.next()) wanted.mounts[volume.text(0)] = path;
  }
  return !wanted.image.empty();
}

void add_reproduction(Connection& db, const ExperimentState& state, const std::string& sha,
                      const lab::DiagnosisStep& step, pages::DiagnosisSummary& summary) {
  const auto failing = failing_arm(step);
  if (!failing) return;
  const auto& [arm, counts] = *failing;
  summary.reproduced = arm_summary(arm, counts);
  codec::Reproduction wanted;
  wanted.repo = state.repo;
  wanted.sha = sha;
  auto at = std::ranges::find_if(state.names, [&](const TestName& name) {
    return std::ranges::find(state.listed, name) != state.listed.end();
  });
  if (at == state.names.end()) at = state.names.begin();
  wanted.suite = state.suites[static_cast<std::size_t>(at - state.names.begin())];
  wanted.test = at->id();
  wanted.condition = arm.condition;
  wanted.input = input_of(state, *at, arm.condition);
  summary.reproduce_run = codec::run_command(wanted, times_for(counts));
  const auto* known = core::find_arm(state, sha, "alone");
  if (known != nullptr && read_ground(db, state.experiment.spec.repo, known->commit, wanted)) {
    summary.reproduce_docker = codec::docker_command(wanted);
    summary.needs_checkout = !wanted.image_has_files;
  }
}

}  // namespace

pages::DiagnosisSummary diagnosis_summary(Connection& db, const ExperimentState& state,
                                          const DiagnoseQuestion& question) {
  const auto step = core::diagnosis_of(state, question);
  pages::DiagnosisSummary summary;
  summary.effort = question.effort;
  summary.tests = step.tests;
  for (const auto& each : step.factors) summary.factors.push_back(factor_summary(each));
  if (step.found.standing == lab::Comparison::Standing::confirmed) {
    summary.found = factor_summary(step.found);
  }
  add_reproduction(db, state, question.sha, step, summary);
  return summary;
}

}  // namespace testlooper::store
