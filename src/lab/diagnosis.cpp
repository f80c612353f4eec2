#include "lab/diagnosis.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "lab/diagnosis_parts.hpp"

namespace testlooper::lab {
namespace {

using diagnosis::compared_arms;
using diagnosis::confirmed_arms;
using diagnosis::counts_of;
using diagnosis::expected_rate;
using diagnosis::obstacle_of;
using diagnosis::want_more;
using Standing = Comparison::Standing;

// More effort is more shuffles: an order that decides does so at once.
bool is_shuffle(const DiagnosisArm& arm) { return arm.condition.order.kind == OrderKind::shuffle; }

constexpr std::int64_t kRounds = 2;         // in which the first runs are made, all arms in each
constexpr std::int64_t kBaselineRuns = 10;  // with which it begins
constexpr std::int64_t kRandomRuns = 30;    // of the test alone, to tell the rate of chance
constexpr std::int64_t kControlRuns = 4;
// Of a level that makes it likelier, not certain, the first runs may show nothing.
constexpr std::int64_t kAgainRuns = 8;
constexpr std::string_view kClockControl = "clock-control";

std::int64_t first_runs(const DiagnosisArm& arm) {
  if (arm.key == "alone") return kBaselineRuns;
  if (arm.key == kClockControl) return kControlRuns;
  if (arm.key == "original" || arm.key == "reverse") return 3;
  return arm.factor == Factor::order ? 1 : 2;
}

// Seeds of no meaning of their own are compared with each other: the test as it is draws one each
// time.
bool has_seeds(Factor factor) { return factor == Factor::hash || factor == Factor::seed; }

class Diagnosis {
 public:
  explicit Diagnosis(const DiagnosisInput& input)
      : input_(input), orders_(order_arms(input)), factors_(factor_arms(input.cores)) {}

  DiagnosisStep next() {
    step_.baseline = counts_of(input_, orders_.front());
    for (const auto& [key, evidence] : input_.evidence) step_.runs += evidence.counts.runs;
    plan();
    merge_wanted();
    return std::move(step_);
  }

 private:
  // The baseline may be wanted for several factors.
  void merge_wanted() {
    std::vector<WantedRuns> merged;
    for (auto& each : step_.wanted) {
      const auto same = [&](const WantedRuns& other) { return other.arm.key == each.arm.key; };
      const auto known = std::ranges::find_if(merged, same);
      if (known == merged.end()) {
        merged.push_back(std::move(each));
      } else {
        known->runs = std::max(known->runs, each.runs);
      }
    }
    step_.wanted = std::move(merged);
  }

  void plan() {
    if (begin(orders_)) return;
    if (!look_at_orders() || order_explains()) return;
    if (begin(factors_)) return;
    look_at_factors();
    if (!step_.wanted.empty() || factor_explains()) return;
    if (look_at_pairs() || order_explains()) return;
    if (begin_again()) return;
    conclude();
  }

  // True where some arm has not had its first runs.
  bool begin(const std::vector<DiagnosisArm>& arms) {
    for (std::int64_t round = 1; round <= kRounds; ++round) {
      for (const auto& arm : arms) {
        const auto all = first_runs(arm) * (is_shuffle(arm) ? 1 : input_.settings.effort);
        const auto runs = (all * round + kRounds - 1) / kRounds;
        if (counts_of(input_, arm).runs < runs && obstacle_of(input_, arm).empty()) {
          step_.wanted.push_back({arm, runs});
        }
      }
      if (!step_.wanted.empty()) return true;
    }
    return false;
  }

  // What often changes a rate by a part only is looked at once more before it is chance.
  bool begin_again() {
    for (const auto& arm : factors_) {
      const bool decides_at_once = arm.factor < Factor::network || has_seeds(arm.factor);
      const auto runs = kAgainRuns * input_.settings.effort;
      if (decides_at_once || counts_of(input_, arm).runs >= runs) continue;
      if (obstacle_of(input_, arm).empty()) step_.wanted.push_back({arm, runs});
    }
    return !step_.wanted.empty();
  }

  std::vector<DiagnosisArm> possible(const std::vector<DiagnosisArm>& arms) const {
    std::vector<DiagnosisArm> some;
    std::ranges::copy_if(arms, std::back_inserter(some),
                         [&](const DiagnosisArm& arm) { return obstacle_of(input_, arm).empty(); });
    return some;
  }

  // The two that differ most, as far as is known.
  Comparison extremes(const std::vector<DiagnosisArm>& arms) const {
    const auto rate = [&](const DiagnosisArm& arm) {
      return expected_rate(counts_of(input_, arm));
    };
    const auto [low, high] = std::ranges::minmax_element(arms, {}, rate);
    return compared_arms(input_, *high, *low);
  }

  // Of the levels the one whose rate differs most surely from the baseline's.
  Comparison against(const DiagnosisArm& baseline, const std::vector<DiagnosisArm>& levels) const {
    std::optional<Comparison> best;
    for (const auto& level : levels) {
      auto each = compared_arms(input_, baseline, level);
      if (!best || each.log_odds > best->log_odds) best = std::move(each);
    }
    return *best;
  }

  // False where more runs are needed.
  bool look_at_orders() {
    const auto arms = possible(orders_);
    Comparison order;
    if (arms.size() < 2) {
      order.standing = Standing::impossible;
      order.obstacle = "its suite has no other test";
    } else {
      order = extremes(arms);
    }
    order.factor = Factor::order;
    if (order.standing == Standing::open)
      want_more(input_, order.often, order.seldom, step_.wanted);
    step_.factors.push_back(std::move(order));
    return step_.wanted.empty();
  }

  // True where more runs are needed. What one of them shows is compared as orders are.
  bool look_at_pairs() {
    const auto& alone = step_.baseline;
    if (alone.failures > 0 && alone.passes() > 0) return false;
    auto arms = possible(pair_arms(input_));
    for (const auto& arm : arms) {
      if (counts_of(input_, arm).runs == 0) step_.wanted.push_back({arm, 1});
    }
    if (!step_.wanted.empty()) return true;
    const auto differs = [&](const DiagnosisArm& arm) {
      const auto counts = counts_of(input_, arm);
      return (alone.failures == 0 ? counts.failures : counts.passes()) > 0;
    };
    if (std::ranges::none_of(arms, differs)) return false;
    arms.push_back(orders_.front());
    auto& order = step_.factors.front();
    order = extremes(arms);
    order.factor = Factor::order;
    if (order.standing == Standing::open)
      want_more(input_, order.often, order.seldom, step_.wanted);
    return !step_.wanted.empty();
  }

  // True where the search goes on, or is over.
  bool order_explains() {
    auto& order = step_.factors.front();
    if (order.standing != Standing::differs) return false;
    order = confirmed_arms(input_, order, "again");
    if (order.standing == Standing::open) {
      want_more(input_, order.often, order.seldom, step_.wanted);
      return true;
    }
    if (order.standing == Standing::refuted) return false;
    auto answer = diagnosis::explain_order(input_, order);
    step_.wanted = std::move(answer.wanted);
    if (!step_.wanted.empty()) return true;
    while (step_.factors.size() < kFactors) {
      const auto each = static_cast<Factor>(step_.factors.size());
      step_.factors.emplace_back().factor = each;
    }
    step_.cause = answer.cause;
    step_.tests = std::move(answer.tests);
    step_.similar = answer.similar;
    step_.found = std::move(answer.found);
    return true;
  }

  Comparison look_at(Factor factor) const {
    std::vector<DiagnosisArm> levels;
    std::string obstacle;
    auto baseline = orders_.front();
    for (const auto& arm : factors_) {
      if (arm.factor != factor) continue;
      if (!obstacle_of(input_, arm).empty()) {
        obstacle = obstacle_of(input_, arm);
      } else if (arm.key == kClockControl) {
        baseline = arm;
      } else {
        levels.push_back(arm);
      }
    }
    if (baseline.key == kClockControl &&
        compared_arms(input_, orders_.front(), baseline).standing == Standing::differs) {
      obstacle = "faking the clock changes its result by itself, even where it is right";
      levels.clear();
    }
    Comparison result;
    result.standing = Standing::impossible;
    result.obstacle = obstacle.empty() ? "this host has no such level" : obstacle;
    if (!levels.empty()) {
      result = has_seeds(factor) ? extremes(levels) : against(baseline, levels);
    }
    result.factor = factor;
    return result;
  }

  void look_at_factors() {
    for (int each = 1; each < kFactors; ++each) {
      auto result = look_at(static_cast<Factor>(each));
      if (result.standing == Standing::open) {
        want_more(input_, result.often, result.seldom, step_.wanted);
      }
      step_.factors.push_back(std::move(result));
    }
  }

  // Of the factors that differ the first that fresh runs confirm. They are in an order in which
  // what is rarely touched by something else comes first: a test that needs much time fails with
  // less of the processor, and may do so beside itself.
  bool factor_explains() {
    for (auto& each : step_.factors) {
      if (each.factor == Factor::order || each.standing != Standing::differs) continue;
      each = confirmed_arms(input_, each, "again");
      if (each.standing == Standing::refuted) continue;
      if (each.standing == Standing::open) {
        want_more(input_, each.often, each.seldom, step_.wanted);
        return true;
      }
      step_.found = each;
      step_.cause = cause_of(each.factor);
      return true;
    }
    return false;
  }

  static Cause cause_of(Factor factor) {
    constexpr int kBefore = static_cast<int>(Cause::zone) - static_cast<int>(Factor::zone);
    return static_cast<Cause>(static_cast<int>(factor) + kBefore);
  }

  bool says_nothing(Factor factor) const {
    const auto each = static_cast<std::size_t>(factor);
    return each < step_.factors.size() && step_.factors[each].standing == Standing::impossible;
  }

  // Nothing that was changed changes the rate.
  void conclude() {
    std::set<std::string> silent;
    for (const auto& arm : factors_) {
      if (says_nothing(arm.factor)) silent.insert(arm.key);
    }
    Counts all;
    for (const auto& [key, evidence] : input_.evidence) {
      if (!silent.contains(key)) all = all + evidence.counts;
    }
    const auto& alone = step_.baseline;
    const auto enough = std::min(kRandomRuns * input_.settings.effort, input_.settings.cap);
    if (all.failures == 0) {
      step_.cause = Cause::never_failed;
    } else if (all.passes() == 0) {
      step_.cause = Cause::always_failed;
    } else if (alone.runs < enough) {
      step_.wanted.push_back({orders_.front(), enough});
    } else {
      const bool mixed = alone.failures > 0 && alone.passes() > 0;
      step_.cause = mixed ? Cause::random : Cause::undecided;
    }
  }

  const DiagnosisInput& input_;
  std::vector<DiagnosisArm> orders_;
  std::vector<DiagnosisArm> factors_;
  DiagnosisStep step_;
};

}  // namespace

DiagnosisStep diagnose(const DiagnosisInput& input) { return Diagnosis(input).next(); }

}  // namespace testlooper::lab
