#include "lab/belief.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "testlooper/base/check.hpp"

namespace testlooper::lab {
namespace {

constexpr double kNever = -1e300;  // the logarithm of 0, as good as
// A hypothesis this many nats below the best one is left out: 1e-16 of its share.
constexpr double kNegligible = 37;
// And so is a rate this many nats below the likeliest; more, as that one may not be allowed for.
constexpr double kUnlikely = 80;

std::size_t at(int commit) { return static_cast<std::size_t>(commit); }

double log_of(double value) { return value > 1e-300 ? std::log(value) : 0; }
double entropy_term(double value) { return value * log_of(value); }

double log_likelihood(Counts counts, double log_fail, double log_pass) {
  return (counts.failures > 0 ? static_cast<double>(counts.failures) * log_fail : 0) +
         static_cast<double>(counts.passes()) * log_pass;
}

// With the rate that makes it most likely.
double best_log_likelihood(Counts counts) {
  const auto k = static_cast<double>(counts.failures);
  const auto passes = static_cast<double>(counts.passes());
  const auto runs = static_cast<double>(counts.runs);
  return (k > 0 ? k * std::log(k / runs) : 0) + (passes > 0 ? passes * std::log(passes / runs) : 0);
}

Counts minus(Counts a, Counts b) { return {a.failures - b.failures, a.runs - b.runs}; }

}  // namespace

Belief::Belief(const Ancestry& ancestry, const RatePrior& prior, std::vector<double> weights,
               double none, const std::vector<Counts>& evidence)
    : ancestry_(&ancestry), prior_(&prior), weights_(std::move(weights)), none_weight_(none) {
  TL_CHECK(prior.rates.size() <= kMostRates);
  TL_CHECK(weights_.size() == at(ancestry.size()) && evidence.size() == weights_.size());
  for (const auto rate : prior.rates) {
    log_fail_.push_back(rate > 0 ? std::log(rate) : kNever);
    log_pass_.push_back(std::log1p(-rate));
  }
  for (const auto weight : weights_) log_weights_.push_back(log_of(weight));

  std::vector<std::uint64_t> failures(evidence.size());
  std::vector<std::uint64_t> runs(evidence.size());
  for (std::size_t commit = 0; commit < evidence.size(); ++commit) {
    failures[commit] = static_cast<std::uint64_t>(evidence[commit].failures);
    runs[commit] = static_cast<std::uint64_t>(evidence[commit].runs);
    total_ = total_ + evidence[commit];
  }
  failures = ancestry.sum_descendants(failures);
  runs = ancestry.sum_descendants(runs);
  std::vector<Counts> after(evidence.size());
  for (std::size_t commit = 0; commit < evidence.size(); ++commit) {
    after[commit] = {static_cast<std::int64_t>(failures[commit]),
                     static_cast<std::int64_t>(runs[commit])};
  }
  group(after);
  evaluate();
}

void Belief::group(const std::vector<Counts>& after) {
  std::map<std::pair<std::int64_t, std::int64_t>, int> known;
  class_of_.resize(after.size());
  for (std::size_t commit = 0; commit < after.size(); ++commit) {
    const auto [found, fresh] = known.try_emplace({after[commit].failures, after[commit].runs},
                                                  static_cast<int>(known.size()));
    if (fresh) classes_.push_back({.after = after[commit], .mass = {}});
    auto& of = classes_[at(found->second)];
    ++of.size;
    of.weight += weights_[commit];
    class_of_[commit] = found->second;
  }
}

// Classes of which some members alone are ancestors of the commit are split: their counts differ
// from now on.
void Belief::add(int commit, Counts counts) {
  const auto inside = ancestry_->with_ancestors(commit);
  std::vector<int> members(classes_.size(), 0);
  for (const auto each : inside) ++members[at(class_of_[at(each)])];
  std::vector<int> becomes(classes_.size(), -1);
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i] == 0) continue;
    becomes[i] = static_cast<int>(i);
    if (members[i] == classes_[i].size) continue;
    becomes[i] = static_cast<int>(classes_.size());
    classes_.push_back({.after = classes_[i].after, .mass = {}});
  }
  for (const auto each : inside) {
    auto& place = class_of_[at(each)];
    const auto next = becomes[at(place)];
    if (next == place) continue;
    --classes_[at(place)].size;
    ++classes_[at(next)].size;
    classes_[at(place)].weight -= weights_[at(each)];
    classes_[at(next)].weight += weights_[at(each)];
    place = next;
  }
  for (const auto place : becomes) {
    if (place >= 0) classes_[at(place)].after = classes_[at(place)].after + counts;
  }
  total_ = total_ + counts;
  evaluate();
}

double Belief::bound(Counts after) const {
  return best_log_likelihood(after) + best_log_likelihood(minus(total_, after));
}

// As a function of the rate a likelihood has one maximum, so the rates worth a look are neighbours.
Belief::Likelihood Belief::likelihood(Counts counts) const {
  const auto count = prior_->rates.size();
  static thread_local std::vector<double> logs;
  logs.resize(count);
  Likelihood result{.log_scale = kNever, .first = 0, .end = count, .at = {}};
  for (std::size_t i = 0; i < count; ++i) {
    logs[i] = log_likelihood(counts, log_fail_[i], log_pass_[i]);
    result.log_scale = std::max(result.log_scale, logs[i]);
  }
  const auto worth = [&](std::size_t i) { return logs[i] > result.log_scale - kUnlikely; };
  while (!worth(result.first)) ++result.first;
  while (!worth(result.end - 1)) --result.end;
  for (auto i = result.first; i < result.end; ++i) {
    result.at[i] = std::exp(logs[i] - result.log_scale);
  }
  return result;
}

Belief::Scaled Belief::evaluate(Counts after) const {
  const auto before = likelihood(minus(total_, after));
  const auto likely = likelihood(after);
  Scaled result{.mass = {}, .log_scale = before.log_scale + likely.log_scale};
  for (auto i = before.first; i < before.end; ++i) {
    double mass = 0;
    double fails = 0;
    for (auto j = std::max(i + 1, likely.first); j < likely.end; ++j) {
      const auto share = prior_->pair(i, j) * likely.at[j];
      mass += share;
      fails += share * prior_->rates[j];
    }
    result.mass.mass += before.at[i] * mass;
    result.mass.fails_before += before.at[i] * mass * prior_->rates[i];
    result.mass.fails_after += before.at[i] * fails;
  }
  return result;
}

Belief::Scaled Belief::evaluate_none() const {
  Scaled result{.mass = {}, .log_scale = best_log_likelihood(total_)};
  for (std::size_t i = 0; i < prior_->rates.size(); ++i) {
    const auto share =
        prior_->constant[i] *
        std::exp(log_likelihood(total_, log_fail_[i], log_pass_[i]) - result.log_scale);
    result.mass.mass += share;
    result.mass.fails_before += share * prior_->rates[i];
  }
  result.mass.mass *= none_weight_;
  result.mass.fails_before *= none_weight_;
  return result;
}

void Belief::evaluate() {
  const auto scale_by = [](Mass mass, double factor) {
    return Mass{mass.mass * factor, mass.fails_before * factor, mass.fails_after * factor};
  };
  const auto height = [](const Scaled& scaled, double weight) {
    return scaled.mass.mass * weight > 0 ? scaled.log_scale + std::log(scaled.mass.mass * weight)
                                         : kNever;
  };
  const auto none = evaluate_none();
  auto best = height(none, 1);
  std::vector<std::pair<std::size_t, Scaled>> evaluated;
  const auto look_at = [&](std::size_t i) {
    evaluated.emplace_back(i, evaluate(classes_[i].after));
    best = std::max(best, height(evaluated.back().second, classes_[i].weight));
  };
  // The likeliest comes first, so that most others need no look.
  std::vector<double> bounds(classes_.size(), kNever);
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    classes_[i].mass = {};
    if (classes_[i].weight > 1e-15)
      bounds[i] = bound(classes_[i].after) + std::log(classes_[i].weight);
  }
  const auto first = static_cast<std::size_t>(std::ranges::max_element(bounds) - bounds.begin());
  for (std::size_t i = first; i < bounds.size(); ++i) {
    if (bounds[i] > kNever && bounds[i] >= best - kNegligible) look_at(i);
  }
  for (std::size_t i = 0; i < first; ++i) {
    if (bounds[i] > kNever && bounds[i] >= best - kNegligible) look_at(i);
  }
  none_ = scale_by(none.mass, std::exp(none.log_scale - best));
  auto sum = none_.mass;
  for (const auto& [i, scaled] : evaluated) {
    classes_[i].mass = scale_by(scaled.mass, std::exp(scaled.log_scale - best));
    sum += classes_[i].mass.mass * classes_[i].weight;
  }
  none_ = scale_by(none_, 1 / sum);
  for (const auto& [i, scaled] : evaluated) classes_[i].mass = scale_by(classes_[i].mass, 1 / sum);
}

double Belief::probability(int commit) const {
  return weights_[at(commit)] * class_of(commit).mass.mass;
}

Belief::Rates Belief::rates(int commit) const {
  const auto& mass = class_of(commit).mass;
  if (mass.mass <= 0) return {};
  return {mass.fails_before / mass.mass, mass.fails_after / mass.mass};
}

double Belief::failing(int commit) const {
  auto fails = none_.fails_before;
  for (const auto& each : classes_) fails += each.weight * each.mass.fails_before;
  for (const auto each : ancestry_->with_ancestors(commit)) {
    const auto& mass = class_of(each).mass;
    fails += weights_[at(each)] * (mass.fails_after - mass.fails_before);
  }
  return std::clamp(fails, 0., 1.);
}

// With M the masses, and F those times the rate at which a run of commit x fails (the one after for
// x's ancestors, the one before for all others), the entropy that remains is
//   sum over outcomes of P ln P - sum over hypotheses of F ln F   (for failing; M - F for passing),
// and the sums over hypotheses are those of "all before" plus a difference for each ancestor of x.
std::vector<double> Belief::gains() const {
  struct Terms {
    double fails[2];  // F: before, after
    double log_fails[2];
    double log_passes[2];
    double log_mass;
  };
  std::vector<Terms> terms;
  for (const auto& each : classes_) {
    const auto& mass = each.mass;
    terms.push_back({{mass.fails_before, mass.fails_after},
                     {log_of(mass.fails_before), log_of(mass.fails_after)},
                     {log_of(mass.mass - mass.fails_before), log_of(mass.mass - mass.fails_after)},
                     log_of(mass.mass)});
  }
  const auto none_passes = none_.mass - none_.fails_before;
  auto entropy = entropy_term(none_.mass);
  auto fails_all_before = none_.fails_before;
  auto terms_all_before = entropy_term(none_.fails_before) + entropy_term(none_passes);
  std::vector<double> fails(weights_.size(), 0);
  std::vector<double> differences(weights_.size(), 0);
  for (std::size_t commit = 0; commit < weights_.size(); ++commit) {
    const auto weight = weights_[commit];
    const auto mass = classes_[at(class_of_[commit])].mass.mass;
    if (weight <= 0 || mass <= 0) continue;
    const auto& term = terms[at(class_of_[commit])];
    double sums[2];
    for (const auto side : {0, 1}) {
      sums[side] =
          weight * (term.fails[side] * (log_weights_[commit] + term.log_fails[side]) +
                    (mass - term.fails[side]) * (log_weights_[commit] + term.log_passes[side]));
    }
    entropy += weight * mass * (log_weights_[commit] + term.log_mass);
    fails_all_before += weight * term.fails[0];
    terms_all_before += sums[0];
    fails[commit] = weight * (term.fails[1] - term.fails[0]);
    differences[commit] = sums[1] - sums[0];
  }
  std::vector<double> failing;
  std::vector<double> gains;
  ancestry_->sum_ancestors(fails, failing);
  ancestry_->sum_ancestors(differences, gains);
  for (std::size_t commit = 0; commit < weights_.size(); ++commit) {
    const auto fail = std::clamp(fails_all_before + failing[commit], 0., 1.);
    const auto left =
        entropy_term(fail) + entropy_term(1 - fail) - (terms_all_before + gains[commit]);
    gains[commit] = std::max(0., -entropy - left);
  }
  return gains;
}

}  // namespace testlooper::lab
