// Runs the git program for what needs a network: it knows the user's credentials, proxies and ssh
// set-up, can be given up on, and tidies the clone. Its arguments are fixed words, a URL and a
// folder; names of refs never are among them. Blocks the calling thread; any thread.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "testlooper/base/limits.hpp"
#include "testlooper/base/result.hpp"
#include "testlooper/base/time.hpp"

namespace testlooper::git {

struct ChildLimits {
  Milliseconds silence = Seconds{limits::kFetchSilenceSeconds};  // without a byte of output
  Milliseconds total = Seconds{limits::kFetchSeconds};
};

// Wakes whoever waits for a child, once and for all.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  void stop();
  int fd() const { return fd_; }  // readable once stopped

 private:
  int fd_;
};

// What git wrote to its standard output. Errors: unavailable, with git's own last words and no
// secrets in them; cancelled after `stop`.
Result<std::string> run_git(const std::vector<std::string>& arguments, const ChildLimits& limits,
                            const StopSignal& stop);

}  // namespace testlooper::git
