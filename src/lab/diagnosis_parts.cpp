#include "lab/diagnosis_parts.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "lab/compare.hpp"

namespace testlooper::lab::diagnosis {
namespace {

using Standing = Comparison::Standing;

constexpr std::int64_t kStep = 4;        // runs of an arm between two looks
constexpr std::int64_t kLeastAgain = 8;  // fresh runs of each before they may speak against it

// FNV-1a: names an arm by its tests.
std::string digest(const std::vector<std::string>& ids) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const auto& id : ids) {
    for (const char c : id + '\n') {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
  }
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[(hash >> shift) & 15];
  return text;
}

}  // namespace

Counts counts_of(const DiagnosisInput& input, const DiagnosisArm& arm) {
  const auto found = input.evidence.find(arm.key);
  return found == input.evidence.end() ? Counts{} : found->second.counts;
}

const std::string& obstacle_of(const DiagnosisInput& input, const DiagnosisArm& arm) {
  static const std::string kNone;
  const auto found = input.evidence.find(arm.key);
  return found == input.evidence.end() ? kNone : found->second.obstacle;
}

double expected_rate(Counts counts) {
  return (static_cast<double>(counts.failures) + .5) / (static_cast<double>(counts.runs) + 1);
}

DiagnosisArm arm_after(const std::vector<std::string>& ids) {
  DiagnosisArm arm;
  arm.key = "after:" + std::to_string(ids.size()) + ":" + digest(ids);
  arm.condition.order.kind = ids.empty() ? OrderKind::alone : OrderKind::after;
  arm.condition.order.before = ids;
  return arm;
}

Comparison compared_arms(const DiagnosisInput& input, const DiagnosisArm& a,
                         const DiagnosisArm& b) {
  const auto counts_a = counts_of(input, a);
  const auto counts_b = counts_of(input, b);
  const bool a_is_often = expected_rate(counts_a) >= expected_rate(counts_b);
  Comparison result;
  result.factor = a.factor == Factor::order ? b.factor : a.factor;
  result.often = a_is_often ? a : b;
  result.seldom = a_is_often ? b : a;
  result.often_counts = a_is_often ? counts_a : counts_b;
  result.seldom_counts = a_is_often ? counts_b : counts_a;
  result.log_odds = log_bayes_factor(counts_a, counts_b);
  const auto& settings = input.settings;
  const bool capped = counts_a.runs >= settings.cap && counts_b.runs >= settings.cap;
  if (result.log_odds >= std::log(settings.odds)) {
    result.standing = Standing::differs;
  } else {
    result.standing = result.log_odds <= 0 || capped ? Standing::alike : Standing::open;
  }
  return result;
}

void want_more(const DiagnosisInput& input, const DiagnosisArm& a, const DiagnosisArm& b,
               std::vector<WantedRuns>& wanted) {
  const auto runs_a = counts_of(input, a).runs;
  const auto runs_b = counts_of(input, b).runs;
  const auto fewer = std::min(runs_a, runs_b);
  const auto target = std::min({runs_a == runs_b ? fewer + kStep : std::max(runs_a, runs_b),
                                fewer + kStep, input.settings.cap});
  if (runs_a < target) wanted.push_back({a, target});
  if (runs_b < target) wanted.push_back({b, target});
}

Comparison confirmed_arms(const DiagnosisInput& input, const Comparison& found,
                          const std::string& purpose) {
  auto result = found;
  const auto pair = found.often.key + "|" + found.seldom.key;
  result.often.key = purpose + ":often:" + pair;
  result.seldom.key = purpose + ":seldom:" + pair;
  result.often_counts = counts_of(input, result.often);
  result.seldom_counts = counts_of(input, result.seldom);
  result.log_odds = log_bayes_factor(result.often_counts, result.seldom_counts);
  result.standing = Standing::open;
  const auto fewest = std::min(result.often_counts.runs, result.seldom_counts.runs);
  for (const auto* arm : {&result.often, &result.seldom}) {
    if (obstacle_of(input, *arm).empty()) continue;
    result.standing = Standing::refuted;
    result.obstacle = obstacle_of(input, *arm);
    return result;
  }
  const bool as_found = expected_rate(result.often_counts) > expected_rate(result.seldom_counts);
  if (as_found && result.log_odds >= std::log(input.settings.confirm_odds)) {
    result.standing = Standing::confirmed;
  } else if ((fewest >= kLeastAgain && result.log_odds <= 0) || fewest >= input.settings.cap) {
    result.standing = Standing::refuted;
  }
  return result;
}

}  // namespace testlooper::lab::diagnosis
