#include "lab/prove.hpp"

#include <cmath>

#include "testlooper/base/check.hpp"
#include "testlooper/base/limits.hpp"

#include "lab/log_beta.hpp"

namespace testlooper::lab {
namespace {

void check(FixQuestion question) {
  TL_CHECK(question.old_rate > 0 && question.old_rate < 1);
  TL_CHECK(question.risk > 0 && question.risk < 1);
}

double log_likelihood(Counts counts, double rate) {
  const auto k = static_cast<double>(counts.failures);
  const auto passes = static_cast<double>(counts.passes());
  return (k > 0 ? k * std::log(rate) : 0) + (passes > 0 ? passes * std::log1p(-rate) : 0);
}

double log_mixture(Counts counts) {
  static const auto kWhole = log_beta(.5, .5);
  return log_beta(static_cast<double>(counts.failures) + .5,
                  static_cast<double>(counts.passes()) + .5) -
         kWhole;
}

bool excludes(Counts counts, double rate, double risk) {
  return log_mixture(counts) - log_likelihood(counts, rate) >= -std::log(risk);
}

// Between `inside`, which is not excluded, and `outside`, which is or is an end of [0, 1].
double border(Counts counts, double risk, double inside, double outside) {
  for (int step = 0; step < 60; ++step) {
    const auto middle = (inside + outside) / 2;
    (excludes(counts, middle, risk) ? outside : inside) = middle;
  }
  return (inside + outside) / 2;
}

double observed(Counts counts) {
  return static_cast<double>(counts.failures) / static_cast<double>(counts.runs);
}

// The least number of further runs that decides, if `rate` of them fail.
std::optional<std::int64_t> more(FixQuestion question, Counts counts, double rate) {
  const auto decides = [&](std::int64_t runs) {
    const Counts further{std::llround(rate * static_cast<double>(runs)), runs};
    return anytime_verdict(question, counts + further) != FixVerdict::undecided;
  };
  std::int64_t high = 1;
  while (!decides(high)) {
    if (high >= limits::kRunsPerRequest) return std::nullopt;
    high *= 2;
  }
  for (std::int64_t low = high / 2; low + 1 < high;) {
    const auto middle = low + (high - low) / 2;
    (decides(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace

std::int64_t fixed_runs(FixQuestion question) {
  check(question);
  return std::llround(std::ceil(std::log(question.risk) / std::log1p(-question.old_rate)));
}

std::int64_t passes_to_exclude(Counts old, double risk) {
  TL_CHECK(old.failures > 0 && risk > 0 && risk < 1);
  const auto k = static_cast<double>(old.failures) + .5;
  const auto m = static_cast<double>(old.passes()) + .5;
  const auto whole = log_beta(k, m);
  const auto excludes = [&](std::int64_t passes) {
    return log_beta(k, m + static_cast<double>(passes)) - whole <= std::log(risk);
  };
  std::int64_t too_few = 0, enough = 1;
  while (!excludes(enough)) {
    too_few = enough;
    enough *= 2;
  }
  while (enough - too_few > 1) {
    const auto middle = (too_few + enough) / 2;
    (excludes(middle) ? enough : too_few) = middle;
  }
  return enough;
}

FixVerdict sequential(FixQuestion question, Counts counts) {
  check(question);
  const auto ratio = log_likelihood(counts, question.old_rate * kFixedShare) -
                     log_likelihood(counts, question.old_rate);
  if (ratio >= -std::log(question.risk)) return FixVerdict::fixed;
  const auto flaky = std::log(question.risk / (1 - question.risk));
  return ratio <= flaky ? FixVerdict::still_flaky : FixVerdict::undecided;
}

Interval confidence_sequence(Counts counts, double risk) {
  if (counts.runs == 0) return {};
  const auto rate = observed(counts);
  return {counts.failures == 0 ? 0 : border(counts, risk, rate, 0),
          counts.passes() == 0 ? 1 : border(counts, risk, rate, 1)};
}

// By the two rates that matter; the likelihood has one maximum, so the interval is on one side of a
// rate that is excluded.
FixVerdict anytime_verdict(FixQuestion question, Counts counts) {
  check(question);
  if (counts.runs == 0) return FixVerdict::undecided;
  const auto rate = observed(counts);
  const auto fixed_rate = question.old_rate * kFixedShare;
  if (rate > fixed_rate && excludes(counts, fixed_rate, question.risk)) {
    return FixVerdict::still_flaky;
  }
  if (rate < question.old_rate && excludes(counts, question.old_rate, question.risk)) {
    return FixVerdict::fixed;
  }
  return FixVerdict::undecided;
}

FixAnswer anytime(FixQuestion question, Counts counts) {
  check(question);
  FixAnswer answer;
  answer.verdict = anytime_verdict(question, counts);
  answer.rate = confidence_sequence(counts, question.risk);
  if (answer.verdict != FixVerdict::undecided) return answer;
  answer.more_if_none_fails = more(question, counts, 0);
  answer.more_at_this_rate = more(question, counts, counts.runs == 0 ? 0 : observed(counts));
  return answer;
}

}  // namespace testlooper::lab
