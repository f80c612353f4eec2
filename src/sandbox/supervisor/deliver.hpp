// Brings what a run left to its report: output files, and its artifacts as a tar. Nothing of the
// run lives any more; what it left is read as the run's own root shows it, without following links.
#pragma once

#include <string>
#include <string_view>

#include "sandbox/messages.hpp"
#include "sandbox/supervisor/link.hpp"

namespace testlooper::sandbox {

// Where a report goes: to a pipe, or, of the supervisor itself, to the server. What is sent is kept
// until there is much of it, or until it is flushed. After a failed write, nothing more is written.
class ReportPipe {
 public:
  explicit ReportPipe(int fd) : fd_(fd) {}
  explicit ReportPipe(Link& link) : link_(&link) {}
  void send(Kind kind, std::string_view payload = {});
  void flush();

 private:
  int fd_ = -1;
  std::string kept_;
  Link* link_ = nullptr;
};

void deliver_outputs(const RunRequest& request, ReportPipe& report);
void deliver_artifacts(const RunRequest& request, ReportPipe& report);

}  // namespace testlooper::sandbox
