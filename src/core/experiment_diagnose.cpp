#include "core/experiment_diagnose.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "testlooper/base/limits.hpp"

#include "core/experiment.hpp"
#include "core/experiment_text.hpp"

namespace testlooper::core {
namespace {

using lab::Cause;

constexpr std::array<std::string_view, 17> kCauses{
    "order_victim", "order_brittle", "zone",         "locale",        "clock",    "network",
    "hash",         "seed",          "repeat",       "memory",        "cpus",     "stress",
    "copies",       "random",        "never_failed", "always_failed", "undecided"};
constexpr std::array<std::string_view, lab::kFactors> kFactorWords{
    "order", "zone",   "locale", "clock", "network", "hash",
    "seed",  "repeat", "memory", "cpus",  "stress",  "copies"};
constexpr std::array<std::string_view, 7> kStandings{"untried", "impossible", "open",   "alike",
                                                     "differs", "confirmed",  "refuted"};

constexpr int kManySimilar = 2;  // other tests that seem to do what the named one does

// "0.1", "2"
std::string number_text(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", number);
  return text;
}

std::string joined(const std::vector<std::string>& texts, const std::string& last) {
  std::string text;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) text += i + 1 == texts.size() ? last : ", ";
    text += texts[i];
  }
  return text;
}

std::string order_text(const RunOrder& order) {
  switch (order.kind) {
    case OrderKind::usual:
      return {};
    case OrderKind::alone:
      return "alone";
    case OrderKind::original:
      return "in the suite as it is listed";
    case OrderKind::reverse:
      return "in the reversed suite";
    case OrderKind::shuffle:
      return "in the suite shuffled by seed " + std::to_string(order.seed);
    case OrderKind::after:
      return "after " + joined(order.before, " and ");
  }
  return {};
}

std::vector<std::string> changes_of(const Condition& condition) {
  std::vector<std::string> texts;
  if (condition.cpus > 0) texts.push_back("with " + number_text(condition.cpus) + " cores");
  if (condition.memory_mb > 0) {
    texts.push_back("with " + std::to_string(condition.memory_mb) + " MB of memory");
  }
  if (condition.no_network) texts.emplace_back("without a network");
  if (!condition.clock.empty()) texts.push_back("with the clock at " + condition.clock);
  if (condition.seed) texts.push_back("with random seed " + std::to_string(*condition.seed));
  if (condition.stress > 0) {
    texts.push_back("with " + std::to_string(condition.stress) + " busy neighbours");
  }
  if (condition.copies > 1) {
    texts.push_back("beside " + std::to_string(condition.copies - 1) + " of itself");
  }
  if (condition.repeats > 1) {
    texts.push_back("the last of " + std::to_string(condition.repeats) + " times in one process");
  }
  for (const auto& [name, value] : condition.variables)
    texts.push_back("with " + name + "=" + value);
  return texts;
}

std::string arm_text(const lab::DiagnosisArm& arm, lab::Counts counts) {
  return failures_text(counts) + " " + condition_in_words(arm.condition) + " (" +
         rate_text(counts) + ")";
}

std::string both(const lab::Comparison& found) {
  return arm_text(found.often, found.often_counts) + "; " +
         arm_text(found.seldom, found.seldom_counts);
}

std::string factor_sentence(Cause cause) {
  switch (cause) {
    case Cause::zone:
      return "it depends on the time zone";
    case Cause::locale:
      return "it depends on the locale";
    case Cause::clock:
      return "it depends on the time";
    case Cause::network:
      return "it depends on the network";
    case Cause::hash:
      return "it depends on the order of hashes, which differs from process to process";
    case Cause::seed:
      return "it depends on random numbers that it does not seed";
    case Cause::repeat:
      return "it leaves something behind that it does not bear itself";
    case Cause::memory:
      return "it depends on the memory that it has";
    case Cause::cpus:
      return "it depends on how fast the machine is: on processor time";
    case Cause::stress:
      return "it depends on how busy the machine is";
    case Cause::copies:
      return "it does not bear another of itself beside it";
    default:
      return {};
  }
}

// What one test leaves behind is there each time.
bool now_and_then(const lab::DiagnosisStep& step) {
  const bool victim = step.cause == Cause::order_victim;
  const auto counts = victim ? step.found.often_counts : step.found.seldom_counts;
  return (victim ? counts.runs - counts.failures : counts.failures) > 0;
}

std::string order_sentence(const lab::DiagnosisStep& step) {
  const bool victim = step.cause == Cause::order_victim;
  if (step.tests.empty()) {
    return std::string(
               "it depends on the order of tests, but no small set of them was found that ") +
           (victim ? "makes it fail" : "lets it pass");
  }
  const auto tests = joined(step.tests, " and ");
  if (step.similar >= kManySimilar && now_and_then(step)) {
    return "it depends on what ran before it, though on no test alone: " + tests + " is one of " +
           std::to_string(step.similar + 1) +
           " that do so now and then, so it may be memory layout, time or chance";
  }
  return victim ? "order-dependent victim of " + tests
                : "order-dependent: it needs what " + tests +
                      (step.tests.size() > 1 ? " leave behind" : " leaves behind");
}

// Several tests are named once.
std::string rates_of_order(const lab::DiagnosisStep& step) {
  auto text = both(step.found);
  const auto named = "after " + joined(step.tests, " and ");
  const auto at = step.tests.size() > 1 ? text.find(named) : text.npos;
  if (at != text.npos) text.replace(at, named.size(), "after these");
  return text;
}

std::string ended_text(const lab::DiagnosisStep& step) {
  const auto baseline = failures_text(step.baseline) + " alone (" + rate_text(step.baseline) + ")";
  switch (*step.cause) {
    case Cause::order_victim:
    case Cause::order_brittle:
      return order_sentence(step) + ": " + rates_of_order(step);
    case Cause::random:
      return "it fails by chance, whatever was changed, as far as a few runs of each condition "
             "tell: a race within it, or randomness that nothing here reaches; " +
             baseline;
    case Cause::never_failed:
      return "it never failed, in " + runs_text(step.runs) +
             ", a few of them under each condition; " + baseline +
             "; more effort tries more orders: --effort";
    case Cause::always_failed:
      return "it always fails, whatever was changed: " + baseline;
    case Cause::undecided:
      return "it failed too seldom to tell why, in " + runs_text(step.runs) +
             "; more effort may: --effort; " + baseline;
    default:
      return factor_sentence(*step.cause) + ": " + both(step.found);
  }
}

std::string open_text(const lab::DiagnosisStep& step) {
  std::string text = "not known yet, after " + runs_text(step.runs);
  for (const auto& each : step.factors) {
    if (each.standing != lab::Comparison::Standing::differs) continue;
    return text + "; it seems to depend on: " + std::string(factor_word(each.factor));
  }
  return text;
}

// The name that the suite lists at the commit.
TestName listed_name(const ExperimentState& state) {
  for (const auto& name : state.names) {
    if (std::ranges::find(state.listed, name) != state.listed.end()) return name;
  }
  return state.names.front();
}

lab::DiagnosisInput input_of(const ExperimentState& state, const DiagnoseQuestion& question) {
  lab::DiagnosisInput input;
  input.test = listed_name(state);
  input.listed = state.listed;
  input.cores = static_cast<double>(state.capacity.milli_cores) / 1000;
  input.settings.effort = question.effort;
  for (const auto& arm : state.arms) {
    input.evidence[arm.key] = {lab_counts(arm.counts), obstacle_of(arm)};
  }
  return input;
}

// As many of the next runs as may be in flight.
void want(const ExperimentState& state, const DiagnoseQuestion& question,
          const lab::DiagnosisStep& step, std::int64_t window, ExperimentPlan& plan) {
  for (const auto& [arm, runs] : step.wanted) {
    const auto* known = find_arm(state, question.sha, arm.key);
    const auto use = known == nullptr ? ExperimentUse{} : use_of(*known);
    const auto measured = known == nullptr ? 0 : known->counts.measured();
    const auto more = std::min(runs - measured - use.pending, window);
    if (more <= 0) continue;
    auto wanted = wanted_runs(state, question.sha, use.used + use.pending + more);
    wanted.wish.arm = arm.key;
    wanted.wish.condition = arm.condition;
    plan.wanted.push_back(std::move(wanted));
    window -= more;
  }
}

}  // namespace

std::string_view cause_word(Cause cause) { return kCauses.at(static_cast<std::size_t>(cause)); }
std::string_view factor_word(lab::Factor factor) {
  return kFactorWords.at(static_cast<std::size_t>(factor));
}
std::string_view standing_word(lab::Comparison::Standing standing) {
  return kStandings.at(static_cast<std::size_t>(standing));
}

std::string condition_in_words(const Condition& condition) {
  auto texts = changes_of(condition);
  const auto order = order_text(condition.order);
  // Each arm of a diagnosis is alone where no order is looked at.
  if (texts.empty() || condition.order.kind != OrderKind::alone) {
    if (!order.empty()) texts.insert(texts.begin(), order);
  }
  return texts.empty() ? "as ever" : joined(texts, " and ");
}

lab::DiagnosisStep diagnosis_of(const ExperimentState& state, const DiagnoseQuestion& question) {
  return lab::diagnose(input_of(state, question));
}

ExperimentPlan plan_diagnosis(const ExperimentState& state, const DiagnoseQuestion& question) {
  ExperimentPlan plan;
  const auto* alone = find_arm(state, question.sha, "alone");
  if (auto obstacle = alone == nullptr ? std::string{} : obstacle_of(*alone); !obstacle.empty()) {
    plan.end = ExperimentPlan::End::decided;
    plan.verdict = "cannot_run";
    plan.answer = std::move(obstacle);
    return plan;
  }
  auto step = diagnosis_of(state, question);
  // Which other tests there are is not known before the suite is listed.
  if (state.listed.empty()) step.wanted.resize(std::min<std::size_t>(step.wanted.size(), 1));
  if (step.cause) {
    plan.end = ExperimentPlan::End::decided;
    plan.verdict = cause_word(*step.cause);
    plan.answer = ended_text(step);
    return plan;
  }
  plan.answer = open_text(step);
  const auto& spec = state.experiment.spec;
  const auto use = use_of(state);
  if (use.used >= spec.max_runs) {
    plan.end = ExperimentPlan::End::stopped;
    plan.answer += "; its bound of " + runs_text(spec.max_runs) + " is reached";
    return plan;
  }
  const auto most = std::min<std::int64_t>(spec.in_flight, spec.max_runs - use.used);
  want(state, question, step, most - use.pending, plan);
  return plan;
}

}  // namespace testlooper::core
