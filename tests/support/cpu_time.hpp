// How long a thread has computed: a bound on it holds on a busy machine too, where a bound on wall
// time would flake.
#pragma once

#include <ctime>

namespace testlooper::testing {

class CpuTimer {
 public:
  CpuTimer() : begin_(now()) {}
  double seconds() const { return now() - begin_; }

 private:
  static double now() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
  }
  double begin_;
};

}  // namespace testlooper::testing
