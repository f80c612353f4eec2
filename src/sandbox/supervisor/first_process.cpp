#include "sandbox/supervisor/first_process.hpp"

#include <cerrno>
#include <csignal>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/supervisor/command.hpp"
#include "sandbox/supervisor/confine.hpp"
#include "sandbox/supervisor/deliver.hpp"
#include "sandbox/supervisor/place.hpp"

namespace testlooper::sandbox {
namespace {

volatile pid_t command = 0;

void pass_on(int /*signal*/) {
  if (command > 0) kill(command, SIGTERM);
}
void end_all(int /*signal*/) { kill(-1, SIGKILL); }

void listen_for(int signal, void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigaction(signal, &action, nullptr);
}

// Returns the command's wait status, once no other process is left.
int wait_for_command() {
  int status = 0;
  while (true) {
    int each = 0;
    const pid_t ended = waitpid(-1, &each, 0);
    if (ended == command) status = each;
    if (ended == command || (ended < 0 && errno == ECHILD)) break;
  }
  command = 0;
  kill(-1, SIGKILL);
  while (waitpid(-1, nullptr, 0) > 0 || errno == EINTR) continue;
  return status;
}

[[noreturn]] void finish(ReportPipe& report) {
  report.send(Kind::complete);
  report.flush();
  _exit(0);
}

[[noreturn]] void give_up(ReportPipe& report, const Trouble& trouble) {
  report.send(Kind::trouble, encode(trouble));
  finish(report);
}

}  // namespace

void be_first_process(const Container& container, const RunRequest& request,
                      const RunPipes& pipes) {
  ReportPipe report(pipes.report);
  if (container.memory_events >= 0) close(container.memory_events);
  if (const auto trouble = enter_place(container, request)) give_up(report, *trouble);
  close_standard_streams();
  if (const auto trouble = write_inputs(request)) give_up(report, *trouble);
  if (const auto trouble = confine()) give_up(report, *trouble);
  if (request.programs.empty()) {  // a trial of whether all this can be done
    if (const auto trouble = check_place()) give_up(report, *trouble);
    if (const auto trouble = confine_next_program(container.profile)) give_up(report, *trouble);
    finish(report);
  }
  // Nothing that the run starts can reach what this has open.
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  listen_for(SIGTERM, pass_on);
  listen_for(SIGQUIT, end_all);
  pid_t started = 0;
  if (const auto trouble = start_command(
          request, {pipes.output, pipes.error, container.profile, container.lists_own_group},
          started)) {
    give_up(report, *trouble);
  }
  command = started;
  close(pipes.output);
  close(pipes.error);
  report.send(Kind::started);
  report.flush();
  const int status = wait_for_command();
  report.send(Kind::exited, encode_number(static_cast<std::uint32_t>(status)));
  deliver_outputs(request, report);
  deliver_artifacts(request, report);
  finish(report);
}

}  // namespace testlooper::sandbox
