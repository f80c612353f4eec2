#include "executor/series.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "testlooper/base/limits.hpp"
#include "testlooper/domain/place_rule.hpp"

namespace testlooper::executor {
namespace {

// The part of the log that was written meanwhile is each result's own, unless it has another.
void tell_apart(TestsRun& run, std::uint64_t begin, std::uint64_t end) {
  for (auto& result : run.results) {
    result.started_at = run.started_at;
    if (!result.log && result.output.empty() && begin < end) {
      result.log = RunLog{RunLogKind::markers, begin, end};
    }
  }
}

}  // namespace

ContainerJob Series::next_job() const { return job_; }

void Series::add(Interpreted one) {
  auto* run = std::get_if<TestsRun>(&one.product);
  if (run != nullptr && assignment_.series) {
    tell_apart(*run, total_.end.log.bytes, one.end.log.bytes);
    for (const auto& result : run->results) output_bytes_ += result.output.size();
  }
  broken_ = run == nullptr;
  if (added_++ > 0) return merge(std::move(one));
  total_ = std::move(one);
  if (!total_.end.place) return;
  job_.continues_log = true;
  job_.place = *total_.end.place;
  job_.place_reason = total_.end.place_reason;
  job_.only_there = job_.place == Place::sandbox;
}

void Series::merge(Interpreted one) {
  if (broken_) {
    // What was measured stays; the machine's failure is told, and costs no attempt.
    if (one.end.outcome == Outcome::cancelled) total_.end.outcome = Outcome::cancelled;
    total_.end.cause = (std::to_string(added_ - 1) + " of " + std::to_string(assignment_.repeats) +
                        " runs were made, then: " + one.end.cause)
                           .substr(0, limits::kCauseBytes);
    return;
  }
  one.end.duration += total_.end.duration;
  total_.end = std::move(one.end);
  auto& results = std::get<TestsRun>(total_.product).results;
  std::ranges::move(std::get<TestsRun>(one.product).results, std::back_inserter(results));
}

void Series::stop() {
  ++added_;
  broken_ = true;
  merge({end_of(Error{ErrorKind::cancelled, "it was cancelled", {}}), {}});
}

bool Series::goes_on(Milliseconds elapsed) const {
  const auto& end = total_.end;
  const bool lacks = assignment_.series && added_ < assignment_.repeats && !broken_;
  const bool passed = end.outcome == Outcome::passed && end.artifacts == ArtifactsInfo{};
  const bool small = end.log.dropped == 0 && end.log.bytes + output_bytes_ < limits::kSeriesBytes;
  // It began before the first runs, which are in containers, were recorded.
  const bool early = end.place == Place::container &&
                     !suits_sandbox(Isolation::automatic, assignment_.runs_before);
  return lacks && passed && small && !early && elapsed < Milliseconds{limits::kSeriesMostMs};
}

}  // namespace testlooper::executor
