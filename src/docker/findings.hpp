// What this machine and its docker offer to runs of tests, as sentences for people. Pure: how it
// was found out is examine.cpp's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "testlooper/domain/doctor.hpp"

namespace testlooper::docker {

// Of `/info`; what an old docker does not tell is as if all were well.
struct DockerInfo {
  std::string version;        // "20.10.24"
  std::string api;            // the newest that it speaks: "1.41"
  int cgroups = 1;            // version of the tree that docker uses
  std::string cgroup_driver;  // "cgroupfs", "systemd", "none"
  bool limits_memory = true;
  bool limits_pids = true;
  bool limits_cpu = true;
  bool rootless = false;
  bool remaps_users = false;
  bool seccomp = true;
  bool seccomp_is_default = true;
  bool apparmor = false;
  std::string storage;       // "overlay2"
  std::string architecture;  // "x86_64"
  std::string kernel;
  std::string root_folder;
  std::string default_runtime;  // "runc"
  std::vector<std::string> runtimes;
};
// `version_body` is the answer to `/version`.
DockerInfo parse_info(std::string_view info_body, std::string_view version_body);

// Of this machine's own files, not docker's.
struct MachineFacts {
  std::string socket;
  bool socket_is_there = true;
  bool may_use_socket = true;
  std::string other_docker;     // DOCKER_HOST, where it names no socket and so can't be used
  bool hybrid_cgroups = false;  // version 1, and a tree of version 2 beside it
  bool user_namespaces = true;
  std::optional<std::uint64_t> free_bytes;  // where docker keeps images, or as near as can be seen
};

// What was tried with a container of ours.
struct Trial {
  std::string crun =
      {};  // why docker's crun can't be used; empty where it works, or is not offered
  std::string sandbox = {};  // why there can be none; empty where one works
  std::string network = {};  // why runs with a network reach each other's; empty where they do not
};

std::vector<Finding> without_docker(const MachineFacts& machine, const std::string& why);
std::vector<Finding> with_docker(const MachineFacts& machine, const DockerInfo& docker,
                                 const Trial& trial);

// Which places runs can have, and why no others: `runtime` is what starts containers.
std::string places_text(const std::string& runtime, const Trial& trial);

}  // namespace testlooper::docker
