#include "docker/learn.hpp"

#include "docker/responses.hpp"

namespace testlooper::docker {

bool learn(Host& host, const std::string& message) {
  switch (classify_start(0, message)) {
    case StartTrouble::no_sysctl:
      host.facts.forgets_closed_tcp = false;
      host.warn_once("connections that a run closed may hold their ports for the next: " + message);
      return true;
    case StartTrouble::no_open_files_limit:
      host.facts.limits_open_files = false;
      host.warn_once("runs go with docker's own limit of open files: " + message);
      return true;
    case StartTrouble::no_cpu_limit:
      host.facts.limits_cpus = false;
      host.warn_once("runs go without a limit of their cpu time: " + message);
      return true;
    default:
      return false;
  }
}

}  // namespace testlooper::docker
