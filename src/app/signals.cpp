#include "app/signals.hpp"

#include <array>
#include <csignal>
#include <cstdint>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "testlooper/base/check.hpp"

namespace testlooper::app {
namespace {

sigset_t handled_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

Signals::Signals() {
  const auto set = handled_signals();
  TL_CHECK(pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0);
  std::signal(SIGPIPE, SIG_IGN);
  event_ = eventfd(0, EFD_CLOEXEC);
  signals_ = signalfd(-1, &set, SFD_CLOEXEC);
  TL_CHECK(event_ >= 0 && signals_ >= 0);
}

Signals::~Signals() {
  close(event_);
  close(signals_);
}

int Signals::wait() {
  std::array<pollfd, 2> polled{{{signals_, POLLIN, 0}, {event_, POLLIN, 0}}};
  while (poll(polled.data(), polled.size(), -1) < 0) {
  }
  int number = 0;
  if ((polled[0].revents & POLLIN) != 0) {
    signalfd_siginfo info{};
    if (read(signals_, &info, sizeof info) == sizeof info)
      number = static_cast<int>(info.ssi_signo);
  }
  if (number == SIGHUP) return number;
  // From here on another signal ends the process, should stopping take too long for somebody.
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  std::signal(SIGHUP, SIG_IGN);
  const auto set = handled_signals();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  return number;
}

void Signals::raise() {
  const std::uint64_t one = 1;
  TL_CHECK(write(event_, &one, sizeof one) == sizeof one);
}

}  // namespace testlooper::app
