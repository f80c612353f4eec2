// Which commit made it fail more often? All stored runs are evidence, so nothing is remembered
// between two looks: the search is built anew from them.
#include "core/experiment_bisect.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>

#include "testlooper/base/limits.hpp"

#include "core/births.hpp"
#include "core/experiment.hpp"
#include "core/experiment_text.hpp"

namespace testlooper::core {
namespace {

using lab::BisectVerdict;

constexpr std::size_t kNamedCulprits = 5;

bool is_hopeless(const RangeCommit& commit, const ExperimentArm* arm) {
  if (commit.listed == StepState::failed) return true;
  if (commit.counts.measured() == 0 && commit.counts.skipped >= limits::kExperimentTries) {
    return true;
  }
  return arm != nullptr && !obstacle_of(*arm).empty();
}

// Those of a bisection differ by their commits alone.
using Arms = std::unordered_map<std::string_view, const ExperimentArm*>;

Arms arms_of(const ExperimentState& state) {
  Arms arms;
  for (const auto& arm : state.arms) arms.emplace(arm.sha, &arm);
  return arms;
}

const ExperimentArm* arm_at(const Arms& arms, std::string_view sha) {
  const auto found = arms.find(sha);
  return found == arms.end() ? nullptr : found->second;
}

std::vector<lab::BisectCommit> judged(const ExperimentState& state) {
  const auto arms = arms_of(state);
  std::vector<lab::BisectCommit> commits;
  for (const auto& each : state.range) {
    const auto* arm = arm_at(arms, each.sha);
    commits.push_back({.candidate = each.candidate && !each.lacks,
                       .runnable = !is_hopeless(each, arm),
                       .built = each.listed == StepState::ok,
                       .runs = lab_counts(each.counts),
                       .own = arm == nullptr ? lab::Counts{} : lab_counts(arm->counts)});
  }
  return commits;
}

lab::Parents parents_of(const ExperimentState& state) {
  lab::Parents parents;
  for (const auto& each : state.range) parents.push_back(each.parents);
  return parents;
}

// That a test which began in the range fails since then. Of 245 flaky tests whose histories were
// run, three of four flaked when they were added (Lam et al., "A Large-Scale Longitudinal Study of
// Flaky Tests", OOPSLA 2020); less is assumed here, since whoever asks for a culprit believes in
// one.
constexpr double kFlakySinceAdded = .5;

// The simulations that chose `stop` aimed at 95 % right; whoever asks for less doubt gets as much
// less of it.
lab::BisectSettings settings_for(const ExperimentState& state, const BisectQuestion& question) {
  const lab::BisectSettings usual;
  constexpr double kUsualDoubt = .05;
  lab::BisectSettings settings;
  const auto doubt = (1 - question.confidence) / kUsualDoubt;
  settings.stop = 1 - (1 - usual.stop) * doubt;
  settings.stop_none = 1 - (1 - usual.stop_none) * doubt;
  settings.verify_odds = usual.verify_odds / doubt;
  settings.made = use_of(state).used;
  settings.seed = static_cast<std::uint64_t>(state.experiment.id.value);
  if (!births(state.range).empty()) settings.none = kFlakySinceAdded;
  return settings;
}

lab::Counts all_runs(const std::vector<lab::BisectCommit>& commits) {
  lab::Counts sum;
  for (const auto& each : commits) sum = sum + each.runs;
  return sum;
}

std::string names_of(const ExperimentState& state, const std::vector<int>& commits) {
  std::string text;
  for (std::size_t i = 0; i < commits.size() && i < kNamedCulprits; ++i) {
    text += (i == 0 ? "" : ", ") + short_sha(state.range[static_cast<std::size_t>(commits[i])].sha);
  }
  if (commits.size() > kNamedCulprits) {
    text += " and " + std::to_string(commits.size() - kNamedCulprits) + " more";
  }
  return text;
}

std::string culprit_text(const ExperimentState& state, const lab::BisectAnswer& answer) {
  const auto names = names_of(state, answer.commits);
  auto text = answer.commits.size() == 1
                  ? names
                  : "one of " + std::to_string(answer.commits.size()) +
                        " commits that no run can tell apart (" + names + ")";
  return text + " made it fail more often: from " + rate_before_text(answer.rate_before) + " to " +
         percent(answer.rate_after) + " of its runs";
}

std::string birth_text(const ExperimentState& state, const BisectFindings& findings) {
  return names_of(state, findings.births) + " brought the test, and it has failed since: " +
         failures_text(all_runs(findings.commits)) + " of the range";
}

// What the runs at its end leave possible: a rarer failure is no reason to believe in none.
std::string silence_at_the_end(const ExperimentState& state) {
  constexpr double kBothSides = .9;  // so that the upper end alone is of 95 %
  const auto& end = state.range.back();
  const auto counts = lab_counts(end.counts);
  if (counts.runs == 0) return {};
  return ", " + runs_text(counts.runs) + " of them at " + short_sha(end.sha) +
         ", where it fails in less than " + percent(lab::clopper_pearson(counts, kBothSides).high) +
         " of its runs (95 %)";
}

std::string answer_text(const ExperimentState& state, const BisectFindings& findings) {
  const auto& answer = findings.answer;
  const auto sure = sure_text(answer.probability);
  const auto runs = all_runs(findings.commits);
  switch (answer.verdict) {
    case BisectVerdict::culprit:
      return culprit_text(state, answer) + "; " + sure +
             (answer.compared ? ", and verified at it and its parents"
                              : "; it has no parent that can be run, to compare it with");
    case BisectVerdict::unverified:
      return "probably " + culprit_text(state, answer) + " (" + sure +
             "), but its runs and its parents' do not differ enough to confirm it";
    case BisectVerdict::never_fails:
      return "no culprit in this range: " + failures_text(runs) + " of it" +
             silence_at_the_end(state);
    case BisectVerdict::starts_before:
      if (!findings.births.empty()) return birth_text(state, findings) + " (" + sure + ")";
      return "the range does not hold the beginning: it fails from its start, at one rate, " +
             failures_text(runs) + " (" + sure + "); name an earlier --good";
    case BisectVerdict::stuck:
      return answer.commits.empty() ? "no commit of the range that can be run tells more"
                                    : "no commit that can be run tells more; likeliest is " +
                                          names_of(state, answer.commits) + ", " + sure;
    case BisectVerdict::open:
      if (runs.runs == 0) return "no run has ended yet";
      if (answer.commits.empty() && !findings.births.empty()) {
        return "not decided yet: perhaps " + birth_text(state, findings) + ", " + sure;
      }
      return answer.commits.empty()
                 ? "not decided yet: perhaps no commit of the range did it, " + sure
                 : "not decided yet: likeliest is " + names_of(state, answer.commits) + ", " + sure;
  }
  return {};
}

std::string verdict_word(const BisectFindings& findings) {
  switch (findings.answer.verdict) {
    case BisectVerdict::culprit:
      return "culprit";
    case BisectVerdict::unverified:
      return "unverified";
    case BisectVerdict::never_fails:
      return "never_fails";
    case BisectVerdict::starts_before:
      return findings.births.empty() ? "starts_before" : "culprit";
    case BisectVerdict::stuck:
      return "stuck";
    case BisectVerdict::open:
      return {};
  }
  return {};
}

// The places in the range at which runs are in flight, one for each.
std::vector<int> pending_runs(const ExperimentState& state,
                              const std::vector<lab::BisectCommit>& commits) {
  const auto arms = arms_of(state);
  std::vector<int> pending;
  for (std::size_t i = 0; i < state.range.size(); ++i) {
    const auto* arm = arm_at(arms, state.range[i].sha);
    if (arm == nullptr || !commits[i].runnable) continue;
    pending.insert(pending.end(), static_cast<std::size_t>(use_of(*arm).pending),
                   static_cast<int>(i));
  }
  return pending;
}

void want(const ExperimentState& state, const std::vector<int>& chosen, ExperimentPlan& plan) {
  std::map<int, std::int64_t> more;
  for (const auto commit : chosen) ++more[commit];
  for (const auto& [commit, runs] : more) {
    const auto& sha = state.range[static_cast<std::size_t>(commit)].sha;
    const auto* arm = find_arm(state, sha);
    const auto use = arm == nullptr ? ExperimentUse{} : use_of(*arm);
    plan.wanted.push_back(wanted_runs(state, sha, use.used + use.pending + runs));
  }
}

struct Search {
  Search(const ExperimentState& state, const BisectQuestion& question)
      : commits(judged(state)),
        bisection(parents_of(state), commits, settings_for(state, question)) {}

  BisectFindings findings(const ExperimentState& state) const {
    return {.answer = bisection.answer(),
            .probability = bisection.posterior(),
            .none = bisection.none(),
            .commits = commits,
            .births = births(state.range)};
  }

  std::vector<lab::BisectCommit> commits;
  lab::Bisection bisection;
};

// That no later commit made it fail is that it fails since it began: where that is known, it is
// told so.
void blame_births(BisectFindings& findings) {
  if (findings.births.empty()) return;
  for (const auto birth : findings.births) {
    findings.probability[static_cast<std::size_t>(birth)] +=
        findings.none / static_cast<double>(findings.births.size());
  }
  findings.none = 0;
  const auto runs = all_runs(findings.commits);
  if (!findings.answer.commits.empty() || runs.runs == 0) return;
  findings.answer.rate_after = static_cast<double>(runs.failures) / static_cast<double>(runs.runs);
}

}  // namespace

BisectFindings bisect_findings(const ExperimentState& state, const BisectQuestion& question) {
  auto findings = Search(state, question).findings(state);
  blame_births(findings);
  return findings;
}

ExperimentPlan plan_bisection(const ExperimentState& state, const BisectQuestion& question) {
  ExperimentPlan plan;
  const Search search(state, question);
  const auto findings = search.findings(state);
  plan.answer = answer_text(state, findings);
  const auto pending = pending_runs(state, findings.commits);
  const auto in_flight = std::ssize(pending);
  if (findings.answer.verdict != BisectVerdict::open && in_flight > 0) {
    plan.answer += "; " + waits_text(in_flight);
    return plan;
  }
  if (findings.answer.verdict != BisectVerdict::open) {
    plan.end = ExperimentPlan::End::decided;
    plan.verdict = verdict_word(findings);
    return plan;
  }
  const auto& spec = state.experiment.spec;
  const auto used = use_of(state).used;
  const auto room = std::min<std::int64_t>(spec.in_flight, spec.max_runs - used) - in_flight;
  if (room > 0) want(state, search.bisection.next(static_cast<int>(room), pending), plan);
  if (plan.wanted.empty() && pending.empty()) {
    plan.end = ExperimentPlan::End::stopped;
    plan.answer += "; its bound of " + runs_text(spec.max_runs) + " is reached";
  }
  return plan;
}

}  // namespace testlooper::core
