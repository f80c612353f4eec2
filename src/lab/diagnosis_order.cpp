// Which tests make it fail, or let it pass, when they run before it.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "lab/compare.hpp"
#include "lab/diagnose.hpp"
#include "lab/diagnosis_parts.hpp"
#include "lab/run_order.hpp"

namespace testlooper::lab::diagnosis {
namespace {

using Standing = Comparison::Standing;
using Ids = std::vector<std::string>;

constexpr double kPartOdds = 25;  // that some tests alone do less than all of them
// What one test leaves behind is there each time; where it is not, these others are run before it.
constexpr int kNeighbours = 8;
constexpr std::int64_t kNeighbourRuns = 3;
constexpr int kMoreFailures = 2;  // that a probe must show once a set was refuted
constexpr int kMostRefuted = 4;   // sets that the search came to; each costs fresh runs

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
  Ids all;         // predecessors with which it is so
  ProbeSize size;  // "failures": runs with what is looked for
  // Of which fresh runs did not show it; and nothing at all, which is what they are compared with.
  std::set<Ids> refuted = {Ids{}};

  // Nothing where the next probe is to be run, which is added to `wanted`.
  std::optional<Ids> least(std::vector<WantedRuns>& wanted) const {
    const auto [repeats, enough] = size;
    OrderSearch search(all.size(), repeats, enough);
    while (const auto probe = search.next()) {
      const auto tests = named(*probe);
      const auto arm = arm_after(tests);
      const auto counts = counts_of(input, arm);
      const auto with = victim ? counts.failures : counts.passes();
      const auto without = counts.runs - with;
      const bool possible = obstacle_of(input, arm).empty() && !refuted.contains(tests);
      const bool shown = possible && with >= enough;
      if (possible && !shown && without < repeats) {
        const auto first = std::max(repeats, enough);
        const auto more = std::min(enough - with, repeats - without);
        wanted.push_back({arm, counts.runs < first ? first : counts.runs + more});
        return std::nullopt;
      }
      for (std::int64_t i = 0; i < (shown ? enough : repeats); ++i) search.ended(shown);
    }
    return named(search.minimal());
  }

  Ids named(const std::vector<std::size_t>& places) const {
    Ids ids;
    for (const auto place : places) ids.push_back(all[place]);
    return ids;
  }
};

// What is looked for as failures, whichever it is.
Counts looked_for(Counts counts, bool victim) {
  return victim ? counts : Counts{counts.passes(), counts.runs};
}

bool is_alone(const DiagnosisArm& arm) { return arm.condition.order.kind == OrderKind::alone; }

// Alone it fails as seldom as in the better order, or as often as in the worse one.
bool is_victim(const DiagnosisInput& input, const Comparison& found) {
  if (is_alone(found.seldom)) return true;
  if (is_alone(found.often)) return false;
  const auto rate = expected_rate(counts_of(input, alone()));
  return rate - expected_rate(found.seldom_counts) < expected_rate(found.often_counts) - rate;
}

bool each_time(const Comparison& found, bool victim) {
  return victim ? found.often_counts.passes() == 0 : found.seldom_counts.failures == 0;
}

// Of the tests that are listed nearest to it, and of those that were run right before it anyway.
int similar_tests(const DiagnosisInput& input, const std::string& named, bool victim,
                  std::vector<WantedRuns>& wanted) {
  int similar = 0;
  int looked_at = 0;
  for (const auto& arm : pair_arms(input)) {
    if (arm.condition.order.before == Ids{named}) continue;
    const auto counts = counts_of(input, arm);
    if ((victim ? counts.failures : counts.passes()) > 0) {
      ++similar;
    } else if (looked_at < kNeighbours && counts.runs < kNeighbourRuns &&
               obstacle_of(input, arm).empty()) {
      wanted.push_back({arm, kNeighbourRuns});
    }
    ++looked_at;
  }
  return similar;
}

// Not clearly less than the whole order does.
bool explains(const Comparison& least, const Comparison& whole, bool victim) {
  const auto& part = victim ? least.often_counts : least.seldom_counts;
  const auto& all = victim ? whole.often_counts : whole.seldom_counts;
  const bool weaker =
      victim ? expected_rate(part) < expected_rate(all) : expected_rate(part) > expected_rate(all);
  return !weaker || log_bayes_factor(part, all) < std::log(kPartOdds);
}

}  // namespace

OrderAnswer explain_order(const DiagnosisInput& input, const Comparison& found) {
  OrderAnswer answer;
  answer.found = found;
  const bool victim = is_victim(input, found);
  answer.cause = victim ? Cause::order_victim : Cause::order_brittle;
  const auto with = looked_for(victim ? found.often_counts : found.seldom_counts, victim);
  const auto without = looked_for(
      (victim ? found.seldom_counts : found.often_counts) + counts_of(input, alone()), victim);
  const auto sized = [&](std::int64_t enough) {
    const auto base = without.failures == 0 ? 0 : expected_rate(without);
    return probe_size(with, base, input.settings.risk, enough, input.settings.cap);
  };
  Search search{.input = input,
                .victim = victim,
                .all = predecessors(input, victim ? found.often : found.seldom),
                .size = sized(probe_failures(expected_rate(with)))};
  for (int attempt = 0; attempt <= kMostRefuted; ++attempt) {
    const auto least = search.least(answer.wanted);
    if (!least || least->empty()) return answer;
    Comparison shortest = found;
    (victim ? shortest.often : shortest.seldom) = arm_after(*least);
    (victim ? shortest.seldom : shortest.often) = alone();
    const auto again = confirmed_arms(input, shortest, "least");
    if (again.standing == Standing::open) {
      want_more(input, again.often, again.seldom, answer.wanted);
      return answer;
    }
    if (again.standing == Standing::confirmed && explains(again, found, victim)) {
      answer.tests = *least;
      if (least->size() == 1 && !each_time(again, victim)) {
        answer.similar = similar_tests(input, least->front(), victim, answer.wanted);
      }
      answer.found = again;
      return answer;
    }
    // A chance that a probe had, or a part of the cause: from now on a probe must show more.
    if (!search.refuted.insert(*least).second) return answer;
    search.size = sized(search.size.failures + kMoreFailures);
  }
  return answer;
}

}  // namespace testlooper::lab::diagnosis
