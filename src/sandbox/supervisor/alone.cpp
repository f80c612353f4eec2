#include "sandbox/supervisor/alone.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <utility>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/supervisor/command.hpp"
#include "sandbox/supervisor/container.hpp"
#include "sandbox/supervisor/deliver.hpp"
#include "sandbox/supervisor/place.hpp"
#include "sandbox/supervisor/streams.hpp"
#include "sandbox/supervisor/unpack.hpp"

namespace testlooper::sandbox {
namespace {

volatile pid_t command = 0;

// Docker's, or somebody's who has docker end this.
void ask_command(int /*signal*/) {
  if (command > 0) kill(command, SIGTERM);
}
void wake_up(int /*signal*/) {}

void listen_for(int signal, void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  sigaction(signal, &action, nullptr);
}

std::string_view name_in(std::string_view variable) {
  return variable.substr(0, variable.find('='));
}

// What the request names wins over what the container has.
void take_environment(RunRequest& request) {
  const std::size_t named = request.variables.size();
  for (char** each = environ; *each != nullptr; ++each) {
    const auto own = request.variables.begin() + static_cast<std::ptrdiff_t>(named);
    const bool overridden = std::any_of(request.variables.begin(), own, [&](const auto& given) {
      return name_in(given) == name_in(*each);
    });
    if (!overridden) request.variables.emplace_back(*each);
  }
}

class AloneRun {
 public:
  AloneRun(RunRequest request, Link& link)
      : request_(std::move(request)), link_(link), report_(link) {}

  std::optional<Trouble> begin() {
    if (auto failed = unpack(request_.files)) return failed;
    if (auto failed = write_inputs(request_)) return failed;
    request_.files = {};
    request_.inputs.clear();
    int output = -1, error = -1;
    if (!open_pipe(output_, output) || !open_pipe(error_, error)) {
      return Trouble{"no pipes for the command", errno};
    }
    pid_t started = 0;
    auto failed = start_command(request_, {output, error}, started);
    close(output);
    close(error);
    if (failed) return failed;
    command = started;
    report_.send(Kind::started);
    return std::nullopt;
  }

  // Returns when only this process is left.
  void see_through() {
    deadline_ = request_.timeout_ms > 0 ? now_ms() + request_.timeout_ms : kNever;
    while (!reap() && !link_.gone()) step();
    command = 0;
    kill(-1, SIGKILL);
    while (waitpid(-1, nullptr, 0) > 0 || errno == EINTR) continue;
    char bytes[kFramePayloadBytes];
    while (output_ >= 0) pass_on(output_, Kind::output, link_, bytes);
    while (error_ >= 0) pass_on(error_, Kind::error, link_, bytes);
  }

  void deliver() {
    report_.send(Kind::exited, encode_number(static_cast<std::uint32_t>(status_)));
    deliver_outputs(request_, report_);
    deliver_artifacts(request_, report_);
    report_.send(Kind::complete);
  }

  void give_up(const Trouble& trouble) {
    report_.send(Kind::trouble, encode(trouble));
    report_.send(Kind::complete);
  }

  Ended end() const { return {count_memory_kills(watched_), timed_out_, stopped_}; }

 private:
  // True once the command has ended.
  bool reap() {
    int status = 0;
    pid_t ended = 0;
    while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
      if (ended != command) continue;
      status_ = status;
      return true;
    }
    return false;
  }

  // Signals come while it waits, and then only.
  void step() {
    pollfd waits[] = {{output_, POLLIN, 0}, {error_, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    const auto now = now_ms();
    if (now >= deadline_) return pass_deadline(now);
    if (now >= link_.due_ms()) link_.flush();
    const int wait = ms_until(std::min(deadline_, link_.due_ms()), now);
    const timespec time{wait / 1000, wait % 1000 * 1'000'000L};
    sigset_t none;
    sigemptyset(&none);
    if (ppoll(waits, 3, &time, &none) <= 0) return;
    char bytes[kFramePayloadBytes];
    if (waits[0].revents != 0) pass_on(output_, Kind::output, link_, bytes);
    if (waits[1].revents != 0) pass_on(error_, Kind::error, link_, bytes);
    if (waits[2].revents != 0) hear(now);
  }

  void hear(std::uint64_t now) {
    link_.read_more();
    const auto grace = link_.stop_asked();
    if (!grace || stage_ != Stage::running) return;
    stopped_ = true;
    ask_to_end(now, *grace);
  }

  void ask_to_end(std::uint64_t now, std::uint64_t grace) {
    kill(command, SIGTERM);
    stage_ = Stage::asked;
    deadline_ = now + grace;
  }

  void pass_deadline(std::uint64_t now) {
    if (stage_ == Stage::running) {
      timed_out_ = true;
      return ask_to_end(now, request_.grace_ms);
    }
    kill(-1, SIGKILL);
    deadline_ = kNever;
  }

  enum class Stage { running, asked };

  RunRequest request_;
  Link& link_;
  ReportPipe report_;
  Container watched_ = look_at_memory();
  int output_ = -1;
  int error_ = -1;
  int status_ = 0;
  Stage stage_ = Stage::running;
  std::uint64_t deadline_ = kNever;
  bool timed_out_ = false;
  bool stopped_ = false;
};

}  // namespace

void carry_out_alone(RunRequest request, Link& link) {
  // Nothing that the run starts can reach what this has open or remembers.
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  take_environment(request);
  listen_for(SIGCHLD, wake_up);
  listen_for(SIGTERM, ask_command);
  sigset_t held;
  sigemptyset(&held);
  sigaddset(&held, SIGCHLD);
  sigaddset(&held, SIGTERM);
  sigprocmask(SIG_BLOCK, &held, nullptr);
  AloneRun run(std::move(request), link);
  if (const auto trouble = run.begin()) {
    run.give_up(*trouble);
  } else {
    run.see_through();
    run.deliver();
  }
  link.send(frame(Kind::ended, encode(run.end())));
  link.flush();
}

}  // namespace testlooper::sandbox
