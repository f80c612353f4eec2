// Turns an assignment into what a container host is asked for: commands, variables, files, limits.
// Pure; the host's docker never shows here.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "testlooper/domain/assignment.hpp"
#include "testlooper/ports/container_host.hpp"

namespace testlooper::executor {

// Where the commands find and leave their files, inside the container.
inline constexpr const char* kPlanPath = "/testlooper/io/plan.yaml";
inline constexpr const char* kListPath = "/testlooper/io/tests.yaml";
inline constexpr const char* kInputPath = "/testlooper/io/input.txt";
inline constexpr const char* kReportPath = "/testlooper/io/report";

// What this machine and its operator grant.
struct HostLimits {
  double cores = 1;                            // no container can be promised more
  std::set<std::string> with_docker_repos;     // repositories that may have docker's socket
  Isolation isolation = Isolation::automatic;  // of test runs
};

// The image's reference for docker, from its key.
std::string image_reference(const ImageKey& key);
// The tag of the layer that holds these files on the image of `key`, which is `identity` just now.
std::string source_tag(const ImageKey& key, const std::string& identity, const std::string& files);

// Where a repository asks for docker and the operator has not allowed it: what people are told.
// `environment` is the plan's; "" is the config's image.
std::optional<Warning> refused_docker(const HostLimits& host, const std::string& repo,
                                      const std::string& environment, const ImageSpec& image);

// For each kind of task but `read_config` and `build_image`; `source` is left to the caller.
ContainerJob container_job(const Assignment& assignment, const HostLimits& host);

}  // namespace testlooper::executor
