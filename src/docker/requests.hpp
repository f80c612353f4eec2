// Every body and target that is sent to docker, as text made from values. Pure: nothing here opens
// a socket or reads a clock, so that tests/docker can compare it with what we mean to send.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/ports/container_host.hpp"

namespace testlooper::docker {

inline constexpr std::string_view kInstanceLabel = "testlooper.instance";
inline constexpr std::string_view kKindLabel = "testlooper.kind";
// Images carry this label and never kInstanceLabel: containers inherit their image's labels, and
// whatever carries the instance's label is removed at the next start.
inline constexpr std::string_view kMadeByLabel = "testlooper.made-by";
// Kinds of volumes. Docker makes a volume that is to be mounted and is not there; the label tells
// such a one from what a build has filled.
inline constexpr std::string_view kArtifactKind = "artifact";
inline constexpr std::string_view kLostKind = "lost";
inline constexpr std::string_view kSupervisorKind = "supervisor";
inline constexpr std::string_view kNetworkName = "testlooper";
inline constexpr const char* kReachOption = "com.docker.network.bridge.enable_icc";
inline constexpr const char* kHostName = "testlooper";                    // of every run
inline constexpr const char* kSupervisorName = ".testlooper-supervisor";  // at a warm one's root
// Where a container of one run finds the supervisor, in a volume that nobody can write to.
inline constexpr const char* kSupervisorFolder = "/testlooper/.supervisor";
inline constexpr const char* kSupervisorFile = "supervisor";

// What this docker can do; learnt at start and from what it refuses.
struct HostFacts {
  int cpus = 1;
  bool limits_cpus = true;         // the kernel can cap a container's cpu time
  bool limits_open_files = true;   // docker itself may set the limit that high
  bool forgets_closed_tcp = true;  // net.ipv4.tcp_max_tw_buckets can be set in a namespace
  std::string runtime = {};        // one that was tried and works; empty: docker's default
  std::string profile = {};        // of AppArmor, that confines each container; empty: none does
};

std::string container_name(std::string_view instance, AttemptKey attempt);
// Of the volume that a build fills; no other attempt ever has it.
std::string output_volume_name(std::string_view instance, AttemptKey attempt);
std::string layer_container_name(std::string_view instance, std::uint64_t number);
std::string supervisor_volume_name(std::string_view instance);
std::string pause_name(std::string_view instance, std::uint64_t number);
std::string warm_name(std::string_view instance, std::uint64_t number);
std::string spare_name(std::string_view instance, std::uint64_t number);

// Errors: invalid, where the kernel would not start a process with these variables: docker calls
// such a container started.
Result<void> check_variables(const Variables& variables);

// NAME=VALUE, without what is set for every run.
std::vector<std::string> own_variables(const ContainerJob& job);

// True where a run's inputs travel with the request to its supervisor, which holds them in memory
// for a moment; else they are copied into the container before it starts.
bool fits_in_request(const ContainerJob& job);

struct RunPlace {
  std::string instance;
  std::string image;          // with the source layer
  std::string pause;          // name of the container whose network it joins
  std::string docker_socket;  // on docker's host; bound where the job has with_docker
  std::string supervisor;     // the volume with the supervisor
};
std::string run_body(const ContainerJob& job, const RunPlace& place, const HostFacts& facts);
// Likewise, of a container that waits for its run; of `like`, only what docker is told counts.
std::string spare_body(const ContainerJob& like, const RunPlace& place, const HostFacts& facts);
// A warm container: the supervisor of sandboxes is to be in it as kSupervisorName.
std::string warm_body(const ContainerJob& job, const RunPlace& place, std::string_view network,
                      const HostFacts& facts);
// Never started: what holds the volume of the supervisor while that is filled.
std::string filler_body(std::string_view image, std::string_view instance, std::string_view volume);
std::string layer_container_body(std::string_view image, std::string_view instance);
std::string pause_body(std::string_view name, std::string_view image, std::string_view instance,
                       std::string_view network, const HostFacts& facts);
// `apart`: containers in it do not reach each other.
std::string network_body(bool apart);
// `kind`: "source" or "setup".
std::string layer_commit_body(std::string_view instance, std::string_view kind);
std::string layer_commit_target(std::string_view container, std::string_view tag);
std::string reap_target(std::string_view instance);
std::string volume_body(std::string_view name, std::string_view instance, std::string_view kind);
std::string volume_target(std::string_view name);
std::string reap_volumes_target(std::string_view instance);
struct Builder {
  bool buildkit = false;
  std::string context = {};  // an address that docker fetches it from; "": it is the body
};
std::string build_target(const ImageJob& job, std::string_view instance, const Builder& builder);
// Names docker's default tag where the reference has none: without one, all tags would be pulled.
std::string pull_target(std::string_view reference);
std::string import_target(std::string_view tag);
std::string image_target(std::string_view reference);
std::string remove_image_target(std::string_view reference);

}  // namespace testlooper::docker
