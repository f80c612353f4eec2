// Brings what a run left to its report: output files, and its artifacts as a tar. Nothing of the
// run lives any more; what it left is read as the run's own root shows it, without following links.
#pragma once

#include <string_view>

#include "sandbox/messages.hpp"

namespace testlooper::sandbox {

// The pipe to the supervisor. After a failed write, nothing more is written.
class ReportPipe {
 public:
  explicit ReportPipe(int fd) : fd_(fd) {}
  void send(Kind kind, std::string_view payload = {});

 private:
  int fd_;
};

void deliver_outputs(const RunRequest& request, ReportPipe& report);
void deliver_artifacts(const RunRequest& request, ReportPipe& report);

}  // namespace testlooper::sandbox
