#include "sandbox/supervisor/supervise.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/supervisor/first_process.hpp"
#include "sandbox/supervisor/streams.hpp"

namespace testlooper::sandbox {
namespace {

constexpr std::uint64_t kDeliverMs = 60'000;      // for what a run left, once its command has ended
constexpr std::uint64_t kFirstProcessMs = 5'000;  // to end the others, when it is told to
constexpr std::uint64_t kTrialBytes = 1u << 20;

// Both ends, by the side that holds them.
struct Pipes {
  RunPipes ours;
  RunPipes theirs;
};

void close_all(RunPipes& pipes) {
  for (int* fd : {&pipes.output, &pipes.error, &pipes.report}) close_and_forget(*fd);
}

bool open_pipes(Pipes& pipes) {
  return open_pipe(pipes.ours.output, pipes.theirs.output) &&
         open_pipe(pipes.ours.error, pipes.theirs.error) &&
         open_pipe(pipes.ours.report, pipes.theirs.report);
}

pid_t fork_into_namespaces() {
  const unsigned long flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | SIGCHLD;
  return static_cast<pid_t>(syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr));
}

std::string sentence_of(const Trouble& trouble) {
  return trouble.what + ": " + std::strerror(trouble.error);
}

// One run that is under way.
class Run {
 public:
  Run(const RunRequest& request, Link& link) : request_(request), link_(link) {}

  // False where it could not begin.
  bool begin(const Container& container, Network& network) {
    kills_before_ = count_memory_kills(container);
    if (const auto trouble = network.enter(request_.own_network)) {
      ReportTrouble(*trouble);
      return false;
    }
    if (open_pipes(pipes_)) {
      first_ = fork_into_namespaces();
      if (first_ == 0) {
        close_all(pipes_.ours);
        be_first_process(container, request_, pipes_.theirs);
      }
    }
    const int error = errno;
    close_all(pipes_.theirs);
    if (first_ > 0) return true;
    close_all(pipes_.ours);
    ReportTrouble({"no namespaces for the run", error});
    return false;
  }

  // Returns when nothing of it is left.
  void see_through() {
    deadline_ = request_.timeout_ms > 0 ? now_ms() + request_.timeout_ms : kNever;
    while (pipes_.ours.output >= 0 || pipes_.ours.error >= 0 || pipes_.ours.report >= 0) step();
    while (waitpid(first_, nullptr, 0) < 0 && errno == EINTR) continue;
  }

  Ended end(const Container& container) const {
    return {count_memory_kills(container) - kills_before_, timed_out_, stopped_};
  }

 private:
  void ReportTrouble(const Trouble& trouble) {
    link_.send(frames(Kind::report, frame(Kind::trouble, encode(trouble)) + frame(Kind::complete)));
  }

  void step() {
    pollfd waits[] = {{pipes_.ours.output, POLLIN, 0},
                      {pipes_.ours.error, POLLIN, 0},
                      {pipes_.ours.report, POLLIN, 0},
                      {link_.gone() ? -1 : STDIN_FILENO, POLLIN, 0}};
    const auto now = now_ms();
    if (now >= deadline_) return pass_deadline(now);
    if (now >= link_.due_ms()) link_.flush();
    const int wait = ms_until(std::min(deadline_, link_.due_ms()), now);
    if (poll(waits, 4, wait) <= 0) return;
    if (waits[3].revents != 0) hear(now);
    if (waits[0].revents != 0) pass(pipes_.ours.output, Kind::output);
    if (waits[1].revents != 0) pass(pipes_.ours.error, Kind::error);
    if (waits[2].revents != 0) pass(pipes_.ours.report, Kind::report);
  }

  void pass(int& fd, Kind kind) {
    char bytes[kFramePayloadBytes];
    const auto text = pass_on(fd, kind, link_, bytes);
    if (kind == Kind::report && !exited_) look_for_exit(text);
  }

  // The tested code may have written it: then it only changes how long that may still go on.
  void look_for_exit(std::string_view bytes) {
    report_.feed(bytes);
    while (const auto each = report_.next()) {
      if (each->kind != Kind::exited) continue;
      exited_ = true;
      stage_ = Stage::leaving;
      deadline_ = now_ms() + kDeliverMs;
    }
  }

  void hear(std::uint64_t now) {
    link_.read_more();
    if (link_.gone()) {
      kill(first_, SIGKILL);
      return;
    }
    const auto grace = link_.stop_asked();
    if (!grace || stage_ != Stage::running) return;
    stopped_ = true;
    ask_to_end(now, *grace);
  }

  void ask_to_end(std::uint64_t now, std::uint64_t grace) {
    kill(first_, SIGTERM);
    stage_ = Stage::asked;
    deadline_ = now + grace;
  }

  void pass_deadline(std::uint64_t now) {
    switch (stage_) {
      case Stage::running:
        timed_out_ = true;
        return ask_to_end(now, request_.grace_ms);
      case Stage::asked:
        kill(first_, SIGQUIT);
        stage_ = Stage::leaving;
        deadline_ = now + kFirstProcessMs;
        return;
      case Stage::leaving:
        kill(first_, SIGKILL);
        deadline_ = kNever;
        return;
    }
  }

  enum class Stage { running, asked, leaving };

  const RunRequest& request_;
  Link& link_;
  Pipes pipes_;
  pid_t first_ = -1;
  FrameDecoder report_;
  Stage stage_ = Stage::running;
  std::uint64_t deadline_ = kNever;
  std::uint64_t kills_before_ = 0;
  bool exited_ = false;
  bool timed_out_ = false;
  bool stopped_ = false;
};

std::string try_place(const Container& container) {
  RunRequest trial;
  trial.disk_bytes = kTrialBytes;
  trial.shm_bytes = kTrialBytes;
  int ours = -1;
  RunPipes theirs;
  if (!open_pipe(ours, theirs.report)) return "no pipe for a trial";
  const pid_t first = fork_into_namespaces();
  if (first < 0) return sentence_of({"no namespaces can be made", errno});
  if (first == 0) be_first_process(container, trial, theirs);
  close(theirs.report);
  FrameDecoder report;
  std::string reason = "the trial of a run broke off";
  char bytes[4096];
  for (ssize_t size = 0; (size = read(ours, bytes, sizeof bytes)) > 0;) {
    report.feed({bytes, static_cast<std::size_t>(size)});
    while (const auto each = report.next()) {
      const auto trouble = decode_trouble(each->payload);
      if (each->kind == Kind::trouble && trouble) return sentence_of(*trouble);
      if (each->kind == Kind::complete) reason.clear();
    }
  }
  close(ours);
  waitpid(first, nullptr, 0);
  return reason;
}

}  // namespace

std::string try_out(const Container& container, Network& network) {
  if (const auto trouble = network.enter(true)) return sentence_of(*trouble);
  const std::string reason = try_place(container);
  if (const auto trouble = network.enter(false)) return sentence_of(*trouble);
  return reason;
}

bool carry_out(const Container& container, Network& network, const RunRequest& request,
               Link& link) {
  Run run(request, link);
  if (run.begin(container, network)) run.see_through();
  link.send(frame(Kind::ended, encode(run.end(container))));
  return !link.gone();
}

}  // namespace testlooper::sandbox
