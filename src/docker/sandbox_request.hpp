// What a supervisor is asked for, from a job. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "testlooper/ports/container_host.hpp"

#include "docker/users.hpp"
#include "sandbox/messages.hpp"

namespace testlooper::docker {

// Who runs in an image, and with which variables of the image's own.
struct RunUser {
  Owner owner;
  std::vector<std::uint32_t> groups;
  std::string home;
  std::vector<std::string> variables;  // NAME=VALUE
};

// One sentence, where the job needs a container of its own.
std::optional<std::string> why_no_sandbox(const ContainerJob& job);

// Jobs with the same key may share a warm container, one after the other.
std::string warm_key(const ContainerJob& job);

struct SandboxLimits {
  bool own_network = false;
  std::uint64_t artifact_bytes = 0;
};
sandbox::RunRequest sandbox_request(const ContainerJob& job, const RunUser& user,
                                    const SandboxLimits& bounds);
// In a container of its own, where user, variables and limits are docker's.
sandbox::RunRequest container_request(const ContainerJob& job, std::uint64_t artifact_bytes);

// In one sentence.
std::string sentence_of(const sandbox::Trouble& trouble);
// Whose fault it is that a run did not start in a container of its own: invalid, where the image
// can have no command, or the command can't be one; else unavailable.
ErrorKind kind_of(const sandbox::Trouble& trouble);

}  // namespace testlooper::docker
