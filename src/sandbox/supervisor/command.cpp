#include "sandbox/supervisor/command.hpp"

#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/supervisor/confine.hpp"

namespace testlooper::sandbox {
namespace {

constexpr std::size_t kStackBytes = 64u << 10;  // of what runs until the program is there

// Whatever else happens, what `fd` was is not there any more.
void replace(int fd, int by) {
  if (by < 0) {
    close(fd);
  } else {
    dup2(by, fd);
  }
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

// Where the container's memory runs out, the kernel ends what the run started, whatever its size,
// before the supervisor.
void be_the_first_victim() {
  const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  [[maybe_unused]] const auto written = write(fd, "100", 3);
  close(fd);
}

void have_usual_signals() {
  struct sigaction usual{};
  usual.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) sigaction(signal, &usual, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

std::optional<Trouble> be_its_user(const RunRequest& request, const CommandStart& start) {
  if (request.uid == kSameUser) return std::nullopt;
  auto groups = request.groups;
  if (!start.lists_own_group) std::erase(groups, request.gid);
  if (setgroups(groups.size(), groups.data()) == 0 && setgid(request.gid) == 0 &&
      setuid(request.uid) == 0) {
    return std::nullopt;
  }
  return Trouble{"the user of the image can't be had", errno};
}

void take_streams(const CommandStart& start) {
  replace(STDIN_FILENO, open("/dev/null", O_RDONLY | O_CLOEXEC));
  dup2(start.output, STDOUT_FILENO);
  dup2(start.error, STDERR_FILENO);
}

// Its files in /proc are its own only while it can be looked into, and the memory that this is told
// of is shared with the process that waits: nobody else is there to look, until the program is.
std::optional<Trouble> order_what_exec_does(const CommandStart& start) {
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  be_the_first_victim();
  auto trouble = confine_next_program(start.profile);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  return trouble;
}

// Comes back where it can't be.
Trouble be_command(const RunRequest& request, const CommandStart& start) {
  setpgid(0, 0);
  take_streams(start);
  have_usual_signals();
  // Before it is another user: the file that takes the profile is root's from then on.
  if (auto trouble = order_what_exec_does(start)) return *std::move(trouble);
  if (auto trouble = be_its_user(request, start)) return *std::move(trouble);
  if (chdir(request.folder.c_str()) != 0) {
    return {"the working folder can't be entered", errno};
  }
  become_first_found(request);
  return {"no shell can be started", errno};
}

// A copy of this process's memory would cost more than all that is done until the program is there;
// so it is shared, and this process waits meanwhile.
struct Start {
  const RunRequest& request;
  const CommandStart& start;
  std::optional<Trouble> trouble;
};

int begin(void* shared) {
  auto& with = *static_cast<Start*>(shared);
  with.trouble = be_command(with.request, with.start);
  return 0;
}

}  // namespace

std::optional<Trouble> start_command(const RunRequest& request, const CommandStart& start,
                                     pid_t& command) {
  alignas(16) char stack[kStackBytes];
  Start shared{request, start, std::nullopt};
  command = clone(begin, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &shared);
  if (command < 0) return Trouble{"no process for the command", errno};
  while (shared.trouble && waitpid(command, nullptr, 0) < 0 && errno == EINTR) continue;
  return shared.trouble;
}

void close_standard_streams() {
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd <= STDERR_FILENO; ++fd) replace(fd, nothing);
  if (nothing >= 0) close(nothing);
}

}  // namespace testlooper::sandbox
