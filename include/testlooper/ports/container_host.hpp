// Makes images and runs containers. Implemented over the Docker Engine API. Results arrive by
// callback, once for each call, on the host's own thread; the callback must not block.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "testlooper/base/ids.hpp"
#include "testlooper/base/result.hpp"
#include "testlooper/base/time.hpp"
#include "testlooper/domain/config.hpp"
#include "testlooper/domain/place.hpp"
#include "testlooper/domain/task.hpp"

namespace testlooper {

// The files of a commit, as a layer. `tag` is the same for the same files on the same image, so
// the layer is made once; `make_tar` is called on a pool thread, only where the layer is missing,
// and returns the path of a tar file that the host deletes.
struct SourceLayer {
  std::string tag;
  std::function<Result<std::string>()> make_tar;
};

// A volume of docker that a build has filled; nobody can write to it.
struct VolumeMount {
  std::string volume;
  std::string path;
};

struct ContainerJob {
  AttemptKey attempt;
  std::string image;    // reference; must exist
  SourceLayer source;   // unpacked at kRepoRoot; without a tag: `image` holds the files already
  std::string command;  // a shell script; bash where the image has it, else sh
  Variables variables;
  double cpus = 0;                // 0: the host's default
  std::int64_t memory_bytes = 0;  // 0: limits::kDefaultMemoryBytes
  Seconds timeout{0};
  std::map<std::string, std::string> inputs;   // path in the container -> content
  std::map<std::string, std::size_t> outputs;  // path in the container -> most bytes to bring back
  std::string log_path;                        // relative to the data folder
  bool continues_log = false;                  // what an earlier job left there stays
  // Where the files that are left in kArtifactsFolder are kept, likewise; "": they are not.
  std::string artifacts_path;
  std::vector<VolumeMount> mounts;  // read-only
  // Not 0: kOutputFolder is a fresh volume, which is kept where the command ends well and leaves
  // something there, at most so much.
  std::uint64_t output_bytes = 0;
  // Not empty: where the command ends well, its container is kept as an image of this name.
  std::string keep_as;
  // Docker's socket is at its usual place in the container: the caller has checked that the
  // repository and the operator both want that.
  bool with_docker = false;
  bool no_network = false;  // a loopback alone, whatever the host's containers have
  // A sandbox is a wish: where it can't be, the run gets a container of its own.
  Place place = Place::container;
  std::string place_reason;  // why its caller wants that, one sentence
  bool only_there = false;   // it is no wish: unavailable, where it can't be
};

// What became of the volume at kOutputFolder.
struct OutputVolume {
  std::string volume;  // empty where it was not kept
  std::uint64_t bytes = 0;
  bool oversized = false;
  bool empty = false;
  std::vector<std::string> written_elsewhere;  // of an empty one: some paths that are new
};

struct ContainerEnd {
  std::optional<int> exit_code;  // absent where it never started
  bool timed_out = false;
  bool oom_killed = false;
  bool cancelled = false;
  WallTime started_at;
  Milliseconds duration{0};
  LogInfo log;
  std::map<std::string, std::string> outputs;  // those that were there
  std::vector<std::string> oversized_outputs;  // there, and larger than allowed
  ArtifactsInfo artifacts;
  std::vector<std::string> missing_volumes;  // it never started, because docker lost these
  OutputVolume output;                       // of a job with output_bytes
  bool cpus_unlimited = false;               // the job named some, and docker can't cap them
  Place place = Place::container;
  std::string place_reason;  // the job's; or why there can be no sandbox for it
};

struct ImageJob {
  AttemptKey attempt;
  std::string tag;  // what the built image is called
  // Either an image to find, or to pull where it is missing…
  std::string pull;
  // …or a Dockerfile with its context.
  std::string dockerfile_text;
  std::string dockerfile_path;                        // within the context
  bool needs_buildkit = false;                        // the classic builder can't do it
  std::vector<std::string> pull_first;                // bases that must be here before the build
  std::function<Result<std::string>()> make_context;  // as SourceLayer::make_tar
  std::string log_path;
  Seconds timeout{0};
};

struct ImageEnd {
  std::string reference;
  std::string identity;  // docker's id of what was pulled, or of the bases: tags may move
  bool cancelled = false;
  Milliseconds duration{0};
  LogInfo log;
};

// Paths inside every container.
inline constexpr const char* kRepoRoot = "/testlooper/repo";
inline constexpr const char* kIoFolder = "/testlooper/io";
inline constexpr const char* kArtifactsFolder = "/testlooper/io/artifacts";
inline constexpr const char* kOutputFolder = "/testlooper/output";

class ContainerHost {
 public:
  virtual ~ContainerHost() = default;
  // `on_started` is called when the container runs. Errors of `on_end`: unavailable (docker's or
  // the machine's fault), not_found (the image is gone), cancelled (before it ran), invalid (what
  // the image or the command asks for can't be: no /bin/sh, an unknown user, too long), conflict
  // (this attempt is under way).
  virtual void run(ContainerJob job, std::function<void()> on_started,
                   std::function<void(Result<ContainerEnd>)> on_end) = 0;
  // Errors: invalid (the Dockerfile or the name is wrong; the repository's side), unavailable,
  // cancelled. `log` in the error case is at the job's log_path all the same.
  virtual void make_image(ImageJob job, std::function<void()> on_started,
                          std::function<void(Result<ImageEnd>, LogInfo)> on_end) = 0;
  virtual void cancel(AttemptKey attempt) = 0;
  // Removes volumes that a build has filled. One that is in use goes at the next start.
  virtual void remove_volumes(std::vector<std::string> volumes) = 0;
};

}  // namespace testlooper
