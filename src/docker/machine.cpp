#include "docker/machine.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

#include <unistd.h>

namespace testlooper::docker {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

// Of the nearest folder above that this user can see.
std::optional<std::uint64_t> free_bytes_at(fs::path folder) {
  while (!folder.empty()) {
    std::error_code error;
    const auto space = fs::space(folder, error);
    if (!error) return space.available;
    if (!folder.has_relative_path()) break;
    folder = folder.parent_path();
  }
  return std::nullopt;
}

bool has_user_namespaces() {
  std::ifstream file("/proc/sys/user/max_user_namespaces");
  long most = 1;
  file >> most;
  return is_there("/proc/self/ns/user") && most > 0;
}

constexpr std::string_view kUnix = "unix://";

std::string docker_host() {
  const char* host = std::getenv("DOCKER_HOST");
  return host == nullptr ? "" : host;
}

bool is_socket(std::string_view host) {
  return host.size() > kUnix.size() && host.starts_with(kUnix);
}

}  // namespace

std::string socket_path(const std::string& configured) {
  if (!configured.empty()) return configured;
  const auto host = docker_host();
  if (is_socket(host)) return host.substr(kUnix.size());
  return "/var/run/docker.sock";
}

MachineFacts look_at_machine(const std::string& socket, const std::string& root_folder) {
  MachineFacts machine;
  machine.socket = socket;
  machine.socket_is_there = is_there(socket);
  machine.may_use_socket = ::access(socket.c_str(), R_OK | W_OK) == 0;
  machine.hybrid_cgroups = !is_there("/sys/fs/cgroup/cgroup.controllers") &&
                           is_there("/sys/fs/cgroup/unified/cgroup.controllers");
  machine.user_namespaces = has_user_namespaces();
  if (const auto host = docker_host(); !is_socket(host)) machine.other_docker = host;
  if (!root_folder.empty()) machine.free_bytes = free_bytes_at(root_folder);
  return machine;
}

}  // namespace testlooper::docker
