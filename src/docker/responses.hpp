// What docker's answers mean, as values. Pure. Docker is believed, but nothing it sends can make
// these functions throw.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/retention.hpp"

namespace testlooper::docker {

struct Version {
  std::string docker;  // "20.10.24"
  std::string api;     // the version that we speak with it: "1.41"
};
// The newest that we know, 1.41, unless docker is older than that or no longer speaks it.
Result<Version> parse_version(std::string_view body);

struct ContainerFacts {
  std::string id;
  std::string status;  // "created", "running", "exited", …
  std::string instance;
  int exit_code = 0;
  bool oom_killed = false;
};
Result<ContainerFacts> parse_container(std::string_view body);

// `User` of an image: "", "name", "1000", "1000:1000".
Result<std::string> parse_image_user(std::string_view body);
// `Env` of an image.
std::vector<std::string> parse_image_variables(std::string_view body);
Result<std::string> parse_id(std::string_view body);  // "Id" of what was made
struct ContainerName {
  std::string id;
  std::string name;
};
Result<std::vector<ContainerName>> parse_containers(std::string_view body);
// Those of a list of images that carry our label, with the bytes that each adds to its base.
Result<std::vector<KeptImage>> parse_our_images(std::string_view body, std::string_view instance);
// The kind that a volume's label tells; empty where it is not ours.
Result<std::string> parse_volume_kind(std::string_view body);
struct VolumeName {
  std::string name;
  std::string kind;
};
Result<std::vector<VolumeName>> parse_volumes(std::string_view body);
// The paths that a container has and its image does not, without folders that hold others of them.
Result<std::vector<std::string>> parse_new_paths(std::string_view body);
std::vector<std::string> parse_warnings(std::string_view body);
std::optional<int> parse_cpus(std::string_view body);
// Of a network: its containers do not reach each other.
bool parse_apart(std::string_view body);
// "message" of an error, or what else the body says.
std::string parse_message(std::string_view body);

// A file in a container, as the header X-Docker-Container-Path-Stat tells it.
struct PathFacts {
  bool regular = false;
  std::uint64_t size = 0;
};
Result<PathFacts> parse_path_header(std::string_view base64);

// Why a container could not be made or started, and what may be done about it.
enum class StartTrouble {
  image_missing,
  pause_gone,           // the container whose network it was to join
  supervisor_gone,      // its volume was lost
  no_cpu_limit,         // this kernel can't cap cpu time
  no_open_files_limit,  // docker may not raise it
  no_sysctl,
  name_taken,
  repository,  // what was asked for can't be: the image's or the command's fault
  machine,
};
StartTrouble classify_start(int status, std::string_view message);
ErrorKind classify_pull(int status, std::string_view message);
ErrorKind classify_build(std::string_view message);
// True where the message says that the builder is not the one that is needed.
bool wants_buildkit(std::string_view message);
bool lacks_buildkit(std::string_view message);
// True where BuildKit looks for the context that it was sent elsewhere, as it does where images are
// in containerd's store: it can fetch one from an address.
bool misses_context(std::string_view message);

}  // namespace testlooper::docker
