#include "sandbox/supervisor/command.hpp"

#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/supervisor/confine.hpp"

namespace testlooper::sandbox {
namespace {

// A sentence and an errno: small enough to be written at once.
constexpr std::size_t kTroubleBytes = 512;

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

[[noreturn]] void give_up(int news, const Trouble& trouble) {
  const std::string bytes = encode(trouble);
  [[maybe_unused]] const auto written = write(news, bytes.data(), bytes.size());
  _exit(0);
}
[[noreturn]] void give_up(int news, const char* what) { give_up(news, Trouble{what, errno}); }

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

void be_its_user(const RunRequest& request, const CommandStart& start, int news) {
  if (request.uid == kSameUser) return;
  auto groups = request.groups;
  if (!start.lists_own_group) std::erase(groups, request.gid);
  if (setgroups(groups.size(), groups.data()) != 0 || setgid(request.gid) != 0 ||
      setuid(request.uid) != 0) {
    give_up(news, "the user of the image can't be had");
  }
}

// `news` closes when the program is there.
[[noreturn]] void be_command(const RunRequest& request, const CommandStart& start, int news) {
  setpgid(0, 0);
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  dup2(start.output, STDOUT_FILENO);
  dup2(start.error, STDERR_FILENO);
  have_usual_signals();
  be_the_first_victim();
  // Before it is another user: the file that takes the profile is root's from then on.
  if (const auto trouble = confine_next_program(start.profile)) give_up(news, *trouble);
  be_its_user(request, start, news);
  if (chdir(request.folder.c_str()) != 0) give_up(news, "the working folder can't be entered");
  become_first_found(request);
  give_up(news, "no shell can be started");
}

}  // namespace

std::optional<Trouble> start_command(const RunRequest& request, const CommandStart& start,
                                     pid_t& command) {
  int news[2];
  if (pipe2(news, O_CLOEXEC) != 0) return Trouble{"no pipe for the command", errno};
  command = fork();
  if (command == 0) be_command(request, start, news[1]);
  const int failed = errno;
  close(news[1]);
  char bytes[kTroubleBytes];
  ssize_t size = -1;
  while (command > 0 && (size = read(news[0], bytes, sizeof bytes)) < 0 && errno == EINTR) continue;
  close(news[0]);
  if (command < 0) return Trouble{"no process for the command", failed};
  if (size <= 0) return std::nullopt;
  while (waitpid(command, nullptr, 0) < 0 && errno == EINTR) continue;
  return decode_trouble({bytes, static_cast<std::size_t>(size)})
      .value_or(Trouble{"the command can't be started", EIO});
}

void close_standard_streams() {
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd <= STDERR_FILENO; ++fd) dup2(nothing, fd);
  close(nothing);
}

}  // namespace testlooper::sandbox
