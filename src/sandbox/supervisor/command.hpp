// The command of a run: the one process that is the run's own.
#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

#include "sandbox/messages.hpp"

namespace testlooper::sandbox {

struct CommandStart {
  int output = -1;  // ends of pipes
  int error = -1;
  std::string profile = {};  // of AppArmor; "": that of the supervisor
  bool lists_own_group = true;
};

// Starts it as the request's user, in its folder and with its variables, with nothing as its input.
// `command` gets its id; where the trouble is that it can't be started, nothing runs.
std::optional<Trouble> start_command(const RunRequest& request, const CommandStart& start,
                                     pid_t& command);

// What the supervisor had open as its own is nobody's here any more.
void close_standard_streams();

}  // namespace testlooper::sandbox
