// Which tests make it fail, or let it pass, when they run before it.
#include <algorithm>
#include <array>
#include <cstdint>

#include "lab/diagnose.hpp"
#include "lab/diagnosis_parts.hpp"
#include "lab/run_order.hpp"

namespace testlooper::lab::diagnosis {
namespace {

using Standing = Comparison::Standing;
using Ids = std::vector<std::string>;

constexpr double kSurest = .98;  // a rate of 1 is not known from a few runs

// Those that run before it in the arm's order.
Ids predecessors(const DiagnosisInput& input, const DiagnosisArm& arm) {
  Ids before;
  for (const auto& each : ordered_tests(arm.condition.order, input.listed, {input.test}).tests) {
    if (each == input.test) break;
    before.push_back(each.id());
  }
  return before;
}

DiagnosisArm alone() {
  DiagnosisArm arm = arm_after({});
  arm.key = "alone";
  return arm;
}

// Of a victim, failures are looked for; of a brittle test, passes.
struct Search {
  const DiagnosisInput& input;
  bool victim;
  Ids all;               // predecessors with which it is so
  std::int64_t repeats;  // runs without what is looked for that end a probe

  // Nothing where the next probe is to be run, which is added to `wanted`.
  std::optional<Ids> least(std::vector<WantedRuns>& wanted) const {
    OrderSearch search(all.size(), repeats);
    while (const auto probe = search.next()) {
      const auto arm = arm_after(named(*probe));
      const auto counts = counts_of(input, arm);
      const bool shown = (victim ? counts.failures : counts.passes()) > 0;
      if (!shown && counts.runs < repeats && obstacle_of(input, arm).empty()) {
        wanted.push_back({arm, repeats});
        return std::nullopt;
      }
      if (shown) search.ended(true);
      for (std::int64_t i = 0; !shown && i < repeats; ++i) search.ended(false);
    }
    return named(search.minimal());
  }

  Ids named(const std::vector<std::size_t>& places) const {
    Ids ids;
    for (const auto place : places) ids.push_back(all[place]);
    return ids;
  }
};

bool is_alone(const DiagnosisArm& arm) { return arm.condition.order.kind == OrderKind::alone; }

// Alone it fails as seldom as in the better order, or as often as in the worse one.
bool is_victim(const DiagnosisInput& input, const Comparison& found) {
  if (is_alone(found.seldom)) return true;
  if (is_alone(found.often)) return false;
  const auto rate = expected_rate(counts_of(input, alone()));
  return rate - expected_rate(found.seldom_counts) < expected_rate(found.often_counts) - rate;
}

}  // namespace

OrderAnswer explain_order(const DiagnosisInput& input, const Comparison& found) {
  OrderAnswer answer;
  answer.found = found;
  const bool victim = is_victim(input, found);
  answer.cause = victim ? Cause::order_victim : Cause::order_brittle;
  const auto& counts = victim ? found.often_counts : found.seldom_counts;
  const auto failing = expected_rate(counts);
  const auto rate = std::min(victim ? failing : 1 - failing, kSurest);
  const auto repeats = probe_runs(rate, input.settings.risk);
  const Search search{input, victim, predecessors(input, victim ? found.often : found.seldom),
                      std::min(repeats.value_or(1), input.settings.cap)};
  const auto least = search.least(answer.wanted);
  if (!least) return answer;
  if (least->empty()) return answer;
  Comparison shortest = found;
  (victim ? shortest.often : shortest.seldom) = arm_after(*least);
  (victim ? shortest.seldom : shortest.often) = alone();
  const auto again = confirmed_arms(input, shortest, "least");
  if (again.standing == Standing::open) {
    want_more(input, again.often, again.seldom, answer.wanted);
  } else if (again.standing == Standing::confirmed) {
    answer.tests = *least;
    answer.found = again;
  }
  return answer;
}

}  // namespace testlooper::lab::diagnosis
