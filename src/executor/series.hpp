// The executions that an attempt consists of: one, or, of a series, as many as it has repeats, in
// turn, each in a fresh place of the same kind. A series ends early with the first execution that
// is more than passes, so that what an attempt tells besides its results (its end, its artifacts,
// the end of its log) is of its last one. What then is missing is another task's. Pure.
#pragma once

#include <cstdint>
#include <memory>

#include "testlooper/base/time.hpp"

#include "executor/interpret.hpp"

namespace testlooper::executor {

class Series {
 public:
  Series(Assignment assignment, ContainerJob job)
      : assignment_(std::move(assignment)), job_(std::move(job)) {}

  const Assignment& assignment() const { return assignment_; }
  // Of the next execution.
  ContainerJob next_job() const;
  // What the log holds before it.
  std::uint64_t log_bytes() const { return total_.end.log.bytes; }
  void add(Interpreted one);
  // Whether another execution is to follow; `elapsed` since the first began.
  bool goes_on(Milliseconds elapsed) const;
  bool has_begun() const { return added_ > 0; }
  // Somebody asked to stop it while nothing of it ran.
  void stop();
  // All of it as one attempt's.
  Interpreted finish() { return std::move(total_); }

 private:
  void merge(Interpreted one);

  const Assignment assignment_;
  ContainerJob job_;
  Interpreted total_;
  int added_ = 0;
  bool broken_ = false;           // the last one brought no results
  std::size_t output_bytes_ = 0;  // of the results
};
using SeriesPtr = std::shared_ptr<Series>;

}  // namespace testlooper::executor
