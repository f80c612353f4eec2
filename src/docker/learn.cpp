#include "docker/learn.hpp"

#include <string>
#include <string_view>

#include "docker/responses.hpp"

namespace testlooper::docker {
namespace {

// Without what was being done and by which of docker's programs: it goes on, so only why is told.
std::string why(const std::string& message) {
  constexpr std::string_view kFailed = "failed: ";
  const auto last = message.rfind(kFailed);
  return last == message.npos ? message : message.substr(last + kFailed.size());
}

}  // namespace

bool learn(Host& host, const std::string& message) {
  switch (classify_start(0, message)) {
    case StartTrouble::no_sysctl:
      host.facts.forgets_closed_tcp = false;
      host.warn_once("connections that a run closed may hold their ports for the next: " +
                     why(message));
      return true;
    case StartTrouble::no_open_files_limit:
      host.facts.limits_open_files = false;
      host.warn_once("runs go with docker's own limit of open files: " + why(message));
      return true;
    case StartTrouble::no_cpu_limit:
      host.facts.limits_cpus = false;
      host.warn_once("runs go without a limit of their cpu time: " + why(message));
      return true;
    default:
      return false;
  }
}

}  // namespace testlooper::docker
