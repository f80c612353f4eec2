// What the server and the supervisor of a sandbox say to each other, as values. Pure; shared by
// both sides.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/wire.hpp"

namespace testlooper::sandbox {

struct InputFile {
  std::string path;  // absolute; its folder is there
  std::string content;
  bool operator==(const InputFile&) const = default;
};

struct OutputFile {
  std::string path;
  std::uint64_t max_bytes = 0;
  bool operator==(const OutputFile&) const = default;
};

inline constexpr std::uint32_t kSameUser = ~0u;  // whom the supervisor runs as

// One run. Paths are those of its own fresh root.
struct RunRequest {
  // Tried in this order until one is there; one without a slash is looked for on the run's PATH.
  std::vector<std::string> programs;
  std::vector<std::string> arguments;  // without the program's own name
  // All of them, as NAME=VALUE; of a run alone, those that differ from the supervisor's own.
  std::vector<std::string> variables;
  std::string folder = "/";
  std::uint32_t uid = 0;  // kSameUser: with its groups
  std::uint32_t gid = 0;  // kSameUser where uid is
  std::vector<std::uint32_t> groups;
  bool own_network = false;       // a namespace with a loopback alone; else the container's
  std::uint64_t disk_bytes = 0;   // what it may write to files, all together; they are in memory
  std::uint64_t shm_bytes = 0;    // /dev/shm
  std::uint64_t timeout_ms = 0;   // then TERM
  std::uint64_t grace_ms = 0;     // then KILL
  std::string files;              // a tar, unpacked at / before all else; of a run alone only
  std::vector<InputFile> inputs;  // written before the command starts, as its user's
  std::vector<OutputFile> outputs;
  std::string artifacts;             // a folder; "": none
  std::uint64_t artifact_bytes = 0;  // of its tar
  bool operator==(const RunRequest&) const = default;
};

struct Hello {
  std::uint32_t version = 0;
  std::string reason;  // one sentence why no run can be had here; "" where all is well
  bool operator==(const Hello&) const = default;
};

struct Ended {
  std::uint64_t out_of_memory = 0;  // processes that were killed because memory ran out
  bool timed_out = false;
  bool stopped = false;
  bool operator==(const Ended&) const = default;
};

// What could not be done to begin a run.
struct Trouble {
  std::string what;
  int error = 0;  // errno
  bool operator==(const Trouble&) const = default;
};

std::string encode(const RunRequest& request);
std::string encode(const Hello& hello);
std::string encode(const Ended& ended);
std::string encode(const Trouble& trouble);
std::string encode_number(std::uint64_t value);

// Nothing where the bytes are not such a message.
std::optional<RunRequest> decode_request(std::string_view bytes);
std::optional<Hello> decode_hello(std::string_view bytes);
std::optional<Ended> decode_ended(std::string_view bytes);
std::optional<Trouble> decode_trouble(std::string_view bytes);
std::optional<std::uint64_t> decode_number(std::string_view bytes);

}  // namespace testlooper::sandbox
