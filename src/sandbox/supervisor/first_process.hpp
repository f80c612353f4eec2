// The first process of a run, in namespaces of its own: makes the place, starts the command, waits
// for it, ends everything else, and brings what was left. All that it has when the command runs is
// what the command has.
#pragma once

#include "sandbox/messages.hpp"
#include "sandbox/supervisor/container.hpp"

namespace testlooper::sandbox {

struct RunPipes {
  int output = -1;
  int error = -1;
  int report = -1;
};

// SIGTERM is for the command; SIGQUIT ends all of the run but this process, which still reports.
[[noreturn]] void be_first_process(const Container& container, const RunRequest& request,
                                   const RunPipes& pipes);

}  // namespace testlooper::sandbox
