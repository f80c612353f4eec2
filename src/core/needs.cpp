#include "core/needs.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "testlooper/base/limits.hpp"

#include "core/wanted.hpp"

namespace testlooper::core {
namespace {

constexpr double kMilli = 1000;
constexpr double kMbPerGb = 1024;

// "8", "1.5"
std::string number(std::int64_t thousandths, double unit) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g",
                std::round(static_cast<double>(thousandths) / unit * 100) / 100);
  return text;
}

}  // namespace

Resources default_reservation() {
  return {std::int64_t{limits::kReservedCores} * 1000, limits::kReservedRamMb};
}

Resources reservation(const EnvironmentState& environment) {
  auto needs = default_reservation();
  if (environment.min_cores > 0) {
    needs.milli_cores = std::llround(std::ceil(environment.min_cores * kMilli));
  }
  if (environment.min_ram_gb > 0) {
    needs.ram_mb = std::llround(std::ceil(environment.min_ram_gb * kMbPerGb));
  }
  return needs;
}

Resources reservation(const EnvironmentState& environment, const Condition& condition,
                      const Resources& capacity) {
  auto needs = reservation(environment);
  if (condition.cpus > 0) {
    needs.milli_cores = std::min<std::int64_t>(std::llround(std::ceil(condition.cpus * kMilli)),
                                               capacity.milli_cores);
  }
  if (condition.memory_mb > 0) needs.ram_mb = std::min(condition.memory_mb, capacity.ram_mb);
  return needs;
}

std::string never_fits(const Resources& needs, const Resources& capacity) {
  if (needs.milli_cores > capacity.milli_cores) {
    return "needs " + number(needs.milli_cores, kMilli) + " cores, and this server has " +
           number(capacity.milli_cores, kMilli);
  }
  if (needs.ram_mb > capacity.ram_mb) {
    return "needs " + number(needs.ram_mb, kMbPerGb) + " GB of memory, and this server has " +
           number(capacity.ram_mb, kMbPerGb);
  }
  return {};
}

std::string resources_text(const Resources& resources) {
  const auto cores = number(resources.milli_cores, kMilli);
  return cores + (cores == "1" ? " core and " : " cores and ") +
         number(resources.ram_mb, kMbPerGb) + " GB";
}

std::string flow_of(const DesiredState& desired) {
  return desired.wish.source == DesiredSource::request
             ? "request " + std::to_string(desired.id.value)
             : desired.wish.requested_by;
}

Priority usual_priority(const CommitState& state, const DesiredTesting& wish) {
  if (is_background(wish)) return Priority::background;
  return wish.source == DesiredSource::experiment ? Priority::branch : state.priority;
}

Urgency::Urgency(const CommitState& state, const DesiredState& desired, const TestMatcher& matcher)
    : request_(desired.wish.source == DesiredSource::request),
      branch_priority_(usual_priority(state, desired.wish)),
      first_(desired.wish.source != DesiredSource::experiment) {
  Microseconds all{0};
  for (const auto& suite : state.suites) {
    std::int64_t rounds = 0;  // each costs a start
    for (const auto& test : suite.tests) {
      std::int64_t runs = 0;
      if (const auto found = desired.tallies.find(test.id); found != desired.tallies.end()) {
        const auto& tally = found->second;
        runs = tally.done + tally.given_up + tally.in_flight;
      }
      first_ = first_ && runs == 0;
      if (request_) runs += lacking(desired, suite, test, matcher);
      rounds = std::max(rounds, runs);
      all += runs * test.duration.value_or(Milliseconds{limits::kGuessedTestMs});
    }
    all += rounds * Milliseconds{limits::kContainerStartMs};
  }
  short_ = all <= state.policy.batch_target;
}

Priority Urgency::next() {
  const bool now = request_ && (first_ || short_);
  first_ = false;
  return now ? Priority::interactive : request_ ? Priority::branch : branch_priority_;
}

}  // namespace testlooper::core
