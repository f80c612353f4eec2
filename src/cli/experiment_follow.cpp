#include "cli/experiment_follow.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

namespace testlooper::cli {
namespace {

constexpr std::size_t kShaDigits = 10;
constexpr double kShownProbability = .005;
constexpr std::size_t kShownFailures = 10;

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }
std::string percent_in_column(double share) { return fmt::format("{:>7}", percent(share)); }

std::string failed_of(std::int64_t failures, std::int64_t runs) {
  return std::to_string(failures) + " of " + std::to_string(runs) + " runs failed";
}

void show_arms(std::ostream& out, const pages::ExperimentPage& page) {
  for (const auto& arm : page.arms) {
    out << "  " << arm.sha.substr(0, kShaDigits) << (arm.arm.empty() ? "" : "  " + arm.arm) << "  "
        << failed_of(arm.failures, arm.runs) << "  " << arm.subject
        << (arm.obstacle.empty() ? "" : "  (" + arm.obstacle + ")") << "\n";
  }
}

void show_commits(std::ostream& out, const pages::ExperimentPage& page) {
  if (page.commits.empty()) return;
  out << "probably the culprit:\n";
  for (const auto& commit : page.commits) {
    if (commit.probability < kShownProbability) continue;
    out << "  " << percent_in_column(commit.probability) << "  " << commit.sha.substr(0, kShaDigits)
        << "  " << commit.subject << "\n";
  }
  out << "  " << percent_in_column(page.none) << "  none of the range\n";
}

std::string arm_line(const pages::DiagnosisArmSummary& arm) {
  return failed_of(arm.failures, arm.runs) + " " + arm.text + " (" + percent(arm.rate_low) +
         " to " + percent(arm.rate_high) + ")";
}

void show_factor(std::ostream& out, const pages::DiagnosisFactorSummary& factor) {
  out << "  " << factor.factor << ": " << factor.standing;
  if (!factor.obstacle.empty()) out << ", " << factor.obstacle;
  if (factor.often.runs > 0) {
    out << ": " << arm_line(factor.often) << "; " << arm_line(factor.seldom);
  }
  out << "\n";
}

void show_diagnosis(std::ostream& out, const pages::DiagnosisSummary& diagnosis) {
  for (const auto& factor : diagnosis.factors) show_factor(out, factor);
  if (diagnosis.reproduce_run.empty()) return;
  out << "to see it again (" << arm_line(*diagnosis.reproduced) << "):\n"
      << diagnosis.reproduce_run << "\n";
  if (!diagnosis.reproduce_docker.empty()) {
    out << (diagnosis.needs_checkout ? "or, in a checkout of the commit:\n"
                                     : "or, beside the server's docker:\n")
        << diagnosis.reproduce_docker;
  }
}

void show_failures(std::ostream& out, const ApiClient& client, const pages::ExperimentPage& page) {
  for (std::size_t i = 0; i < page.failures.size() && i < kShownFailures; ++i) {
    const auto& failure = page.failures[i];
    out << failure.outcome << "  " << failure.sha.substr(0, kShaDigits) << "  "
        << client.page_url("/runs/" + std::to_string(failure.id.value)) << "\n";
  }
}

void show(const CliContext& context, const ApiClient& client, const pages::ExperimentPage& page) {
  const auto& experiment = page.experiment;
  auto& out = context.out;
  out << experiment.kind << " " << experiment.id.value << ", " << experiment.standing << ": "
      << experiment.suite << "/" << TestName{experiment.path, experiment.name}.id() << ", "
      << experiment.question << "\n";
  if (page.diagnosis) {
    show_diagnosis(out, *page.diagnosis);
  } else {
    show_arms(out, page);
  }
  show_commits(out, page);
  show_failures(out, client, page);
  out << (experiment.verdict.empty() ? "" : experiment.verdict + ": ") << experiment.answer << "\n";
}

}  // namespace

std::string progress_line(const pages::ExperimentPage& page) {
  return page.experiment.answer + "; " + std::to_string(page.in_flight) + " under way, " +
         std::to_string(std::llround(page.runs_per_minute)) + " runs a minute";
}

int exit_code_of(const pages::ExperimentSummary& experiment) {
  static const std::set<std::string> kSo{"never_failed", "fixed", "culprit"};
  static const std::set<std::string> kUndecided{"", "cannot_run", "unverified", "stuck",
                                                "undecided"};
  if (kSo.contains(experiment.verdict)) return 0;
  if (kUndecided.contains(experiment.verdict)) return 2;
  return experiment.kind == "diagnose" ? 0 : 1;
}

int show_experiment(const CliContext& context, const ApiClient& client, ExperimentId id) {
  const auto page = client.experiment(id);
  if (!page) return say_error(context, page.error());
  show(context, client, *page);
  return 0;
}

int follow_experiment(const CliContext& context, const ApiClient& client, ExperimentId id,
                      const Patience& patience) {
  const auto page = follow<pages::ExperimentPage>(
      context, client, patience, [&] { return client.experiment(id); },
      [](const pages::ExperimentPage& each) { return each.experiment.standing != "running"; },
      [](const pages::ExperimentPage& each) { return progress_line(each); });
  if (!page) return say_error(context, page.error());
  show(context, client, *page);
  return exit_code_of(page->experiment);
}

}  // namespace testlooper::cli
