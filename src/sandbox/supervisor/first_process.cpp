#include "sandbox/supervisor/first_process.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/supervisor/confine.hpp"
#include "sandbox/supervisor/deliver.hpp"
#include "sandbox/supervisor/place.hpp"

namespace testlooper::sandbox {
namespace {

constexpr int kNotFound = 127;

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

std::string_view path_of(const std::vector<std::string>& variables) {
  for (const auto& each : variables) {
    if (each.starts_with("PATH=")) return std::string_view(each).substr(5);
  }
  return "/bin:/usr/bin";
}

std::vector<char*> pointers(const std::vector<std::string>& list) {
  std::vector<char*> all;
  for (const auto& each : list) all.push_back(const_cast<char*>(each.c_str()));
  all.push_back(nullptr);
  return all;
}

// Comes back where the program is not there.
void become(const std::string& path, const RunRequest& request) {
  std::vector<std::string> words{path.substr(path.rfind('/') + 1)};
  words.insert(words.end(), request.arguments.begin(), request.arguments.end());
  execve(path.c_str(), pointers(words).data(), pointers(request.variables).data());
}

void become_first_found(const RunRequest& request) {
  for (const auto& program : request.programs) {
    if (program.find('/') != program.npos) {
      become(program, request);
      continue;
    }
    std::string_view rest = path_of(request.variables);
    while (!rest.empty()) {
      const auto end = rest.find(':');
      if (end != 0) become(std::string(rest.substr(0, end)) + "/" + program, request);
      rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    }
  }
}

void say(const char* what) {
  const std::string line = std::string(what) + ": " + std::strerror(errno) + "\n";
  [[maybe_unused]] const auto written = write(STDERR_FILENO, line.data(), line.size());
}

// Where the container's memory runs out, the kernel ends what the run started, whatever its size,
// before the supervisor.
void be_the_first_victim() {
  const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  [[maybe_unused]] const auto written = write(fd, "100", 3);
  close(fd);
}

[[noreturn]] void be_command(const RunRequest& request, const RunPipes& pipes) {
  setpgid(0, 0);
  dup2(pipes.output, STDOUT_FILENO);
  dup2(pipes.error, STDERR_FILENO);
  struct sigaction usual{};
  usual.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) sigaction(signal, &usual, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  be_the_first_victim();
  const auto& groups = request.groups;
  if (setgroups(groups.size(), groups.data()) != 0 || setgid(request.gid) != 0 ||
      setuid(request.uid) != 0) {
    say("the user of the image can't be had");
    _exit(kNotFound);
  }
  if (chdir(request.folder.c_str()) != 0) {
    say("the working folder can't be entered");
    _exit(kNotFound);
  }
  become_first_found(request);
  say("no shell can be started");
  _exit(kNotFound);
}

// What the supervisor had open is nobody's here.
void close_standard_streams() {
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd <= STDERR_FILENO; ++fd) dup2(nothing, fd);
  close(nothing);
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

[[noreturn]] void give_up(ReportPipe& report, const Trouble& trouble) {
  report.send(Kind::trouble, encode(trouble));
  report.send(Kind::complete);
  _exit(0);
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
  // A trial of whether all this can be done.
  if (request.programs.empty()) {
    report.send(Kind::complete);
    _exit(0);
  }
  listen_for(SIGTERM, pass_on);
  listen_for(SIGQUIT, end_all);
  const pid_t child = fork();
  if (child == 0) be_command(request, pipes);
  if (child < 0) give_up(report, {"no process for the command", errno});
  command = child;
  close(pipes.output);
  close(pipes.error);
  report.send(Kind::started);
  const int status = wait_for_command();
  report.send(Kind::exited, encode_number(static_cast<std::uint32_t>(status)));
  deliver_outputs(request, report);
  deliver_artifacts(request, report);
  report.send(Kind::complete);
  _exit(0);
}

}  // namespace testlooper::sandbox
