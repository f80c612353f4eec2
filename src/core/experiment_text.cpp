#include "core/experiment_text.hpp"

#include <cstdio>

namespace testlooper::core {
namespace {

constexpr std::size_t kShaDigits = 10;
constexpr double kRateMeasured = .001;

std::string grouped(std::int64_t number) {
  auto text = std::to_string(number);
  for (auto at = std::ssize(text) - 3; at > 0; at -= 3) {
    text.insert(static_cast<std::size_t>(at), ",");
  }
  return text;
}

}  // namespace

std::string percent(double rate) {
  char text[32];
  std::snprintf(text, sizeof text, rate >= .0995 ? "%.0f" : "%.2g", 100 * rate);
  return std::string(text) + " %";
}

std::string sure_text(double probability) {
  return (probability > .99 ? "more than 99 %" : percent(probability)) + " sure";
}

std::string rate_before_text(double rate) {
  return rate < kRateMeasured ? "almost none" : "about " + percent(rate);
}

std::string rate_text(lab::Counts counts) {
  const auto interval = lab::jeffreys(counts);
  const auto rate = counts.runs == 0
                        ? 0
                        : static_cast<double>(counts.failures) / static_cast<double>(counts.runs);
  return percent(rate) + ", between " + percent(interval.low) + " and " + percent(interval.high) +
         " (95 %)";
}

std::string counted(std::int64_t count, const std::string& one, const std::string& many) {
  return grouped(count) + " " + (count == 1 ? one : many);
}

std::string runs_text(std::int64_t runs) { return counted(runs, "run", "runs"); }

std::string failures_text(lab::Counts counts) {
  if (counts.failures == 0) return "no failure in " + runs_text(counts.runs);
  return counted(counts.failures, "failure", "failures") + " in " + runs_text(counts.runs);
}

std::string waits_text(std::int64_t pending) {
  return runs_text(pending) +
         " under way are waited for: how long a run takes may depend on how it ends";
}

std::string short_sha(const std::string& sha) { return sha.substr(0, kShaDigits); }

}  // namespace testlooper::core
