#include "git/child.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testlooper/base/check.hpp"

#include "git/source.hpp"

namespace testlooper::git {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kOutputBytes = 64u << 20;
constexpr std::size_t kErrorTailBytes = 8u << 10;

// Variables that would point git at another repository, or make it ask a person.
constexpr std::array<std::string_view, 10> kDroppedVariables = {"GIT_DIR=",
                                                                "GIT_WORK_TREE=",
                                                                "GIT_INDEX_FILE=",
                                                                "GIT_OBJECT_DIRECTORY=",
                                                                "GIT_NAMESPACE=",
                                                                "GIT_ALTERNATE_OBJECT_DIRECTORIES=",
                                                                "GIT_COMMON_DIR=",
                                                                "GIT_QUARANTINE_PATH=",
                                                                "GIT_TERMINAL_PROMPT=",
                                                                "SSH_ASKPASS="};

class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() { close(); }
  int get() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

struct Pipe {
  Fd read, write;
};

std::optional<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

std::vector<std::string> child_environment() {
  std::vector<std::string> variables = {"GIT_TERMINAL_PROMPT=0", "SSH_ASKPASS_REQUIRE=never",
                                        "LC_ALL=C"};
  for (char** v = environ; *v != nullptr; ++v) {
    const std::string_view variable = *v;
    const auto starts = [&](std::string_view name) { return variable.starts_with(name); };
    if (std::ranges::none_of(kDroppedVariables, starts) && !starts("LC_ALL=")) {
      variables.emplace_back(variable);
    }
  }
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> list;
  for (std::string& word : words) list.push_back(word.data());
  list.push_back(nullptr);
  return list;
}

// A session of its own: no terminal to ask questions on, and one id to end all of git's helpers by.
int spawn(const std::vector<std::string>& arguments, int out, int err, pid_t& pid) {
  std::vector<std::string> words = {"git"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = child_environment();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  const int code = posix_spawnp(&pid, "git", &actions, &attributes, pointers(words).data(),
                                pointers(variables).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return code;
}

// git's progress ends its lines with \r. The line that says what went wrong is the last of those
// that begin with fatal: or error:, or else the last.
std::string reason(std::string_view text) {
  std::string_view last, named;
  while (!text.empty()) {
    const auto end = text.find_first_of("\r\n");
    const auto line = text.substr(0, end);
    if (line.find_first_not_of(" \t") != std::string_view::npos) last = line;
    if (line.starts_with("fatal: ") || line.starts_with("error: ")) named = line.substr(7);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  const auto found = named.empty() ? last : named;
  return found.empty() ? "git gave no reason" : without_secrets(found);
}

enum class Ending { done, silent, late, stopped };

struct Conversation {
  std::string out, err_tail;
  Ending ending = Ending::done;
};

double seconds(Milliseconds time) { return std::chrono::duration<double>(time).count(); }

// False once the other side has closed.
bool take(const Fd& fd, std::string& text) {
  std::array<char, 16384> buffer;
  const ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
  if (n < 0 && errno == EINTR) return true;
  if (n <= 0) return false;
  text.append(buffer.data(), static_cast<std::size_t>(n));
  return true;
}

Conversation listen(Fd out, Fd err, const ChildLimits& limits, const StopSignal& stop) {
  Conversation heard;
  const auto start = SteadyClock::now();
  auto last_byte = start;
  while (out.get() >= 0 || err.get() >= 0) {
    const auto now = SteadyClock::now();
    if (now >= start + limits.total) heard.ending = Ending::late;
    if (now >= last_byte + limits.silence) heard.ending = Ending::silent;
    if (heard.ending != Ending::done) break;
    const auto due = std::min(start + limits.total, last_byte + limits.silence) - now;
    const auto ms = std::chrono::ceil<Milliseconds>(due).count();
    // poll skips an fd of -1.
    std::array<pollfd, 3> fds = {
        {{out.get(), POLLIN, 0}, {err.get(), POLLIN, 0}, {stop.fd(), POLLIN, 0}}};
    if (::poll(fds.data(), fds.size(), static_cast<int>(ms)) <= 0) continue;
    if (fds[2].revents != 0) {
      heard.ending = Ending::stopped;
      break;
    }
    last_byte = SteadyClock::now();
    if (fds[0].revents != 0 && !take(out, heard.out)) out.close();
    if (fds[1].revents != 0 && !take(err, heard.err_tail)) err.close();
    if (heard.out.size() > kOutputBytes) heard.out.resize(kOutputBytes);
    if (heard.err_tail.size() > 2 * kErrorTailBytes) {
      heard.err_tail.erase(0, heard.err_tail.size() - kErrorTailBytes);
    }
  }
  return heard;
}

// Ends what is left of the child and its helpers; true where it had ended well by itself.
bool reap(pid_t pid, bool by_force) {
  int status = 0;
  if (by_force) {
    kill(-pid, SIGTERM);  // git removes its lock files then
    const auto deadline = SteadyClock::now() + Seconds{limits::kKillGraceSeconds};
    while (waitpid(pid, &status, WNOHANG) == 0) {
      if (SteadyClock::now() > deadline) {
        kill(-pid, SIGKILL);
        waitpid(pid, &status, 0);
        break;
      }
      std::this_thread::sleep_for(Milliseconds{20});
    }
    kill(-pid, SIGKILL);
    return false;
  }
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

StopSignal::StopSignal() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) { TL_CHECK(fd_ >= 0); }
StopSignal::~StopSignal() { close(fd_); }
void StopSignal::stop() { TL_CHECK(eventfd_write(fd_, 1) == 0); }

Result<std::string> run_git(const std::vector<std::string>& arguments, const ChildLimits& limits,
                            const StopSignal& stop) {
  auto out = make_pipe();
  auto err = make_pipe();
  if (!out || !err) return unavailable(fmt::format("no pipe to git: {}", std::strerror(errno)));
  pid_t pid = 0;
  const int code = spawn(arguments, out->write.get(), err->write.get(), pid);
  if (code != 0) {
    return unavailable(fmt::format(
        "the git program can't be started ({}); it is needed for repositories named by a URL",
        std::strerror(code)));
  }
  out->write.close();
  err->write.close();
  Conversation heard = listen(std::move(out->read), std::move(err->read), limits, stop);
  const bool well = reap(pid, heard.ending != Ending::done);
  switch (heard.ending) {
    case Ending::silent:
      return unavailable(fmt::format("nothing was heard for {} s", seconds(limits.silence)));
    case Ending::late:
      return unavailable(fmt::format("it took more than {} s", seconds(limits.total)));
    case Ending::stopped:
      return fail(ErrorKind::cancelled, "the server is stopping");
    case Ending::done:
      break;
  }
  if (!well) return unavailable(reason(heard.err_tail));
  return std::move(heard.out);
}

}  // namespace testlooper::git
