// Makes images and runs containers with docker, over its Engine API. Owns a thread for all talk
// with docker ("exec") and two for what blocks. Calls come from any thread; callbacks come on the
// exec thread. Knows nothing of tasks, plans or priorities: what it is asked for, it does at once,
// but for runs that wait for a free network namespace, of which there are two a slot and more.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "testlooper/base/limits.hpp"
#include "testlooper/domain/doctor.hpp"
#include "testlooper/ports/clock.hpp"
#include "testlooper/ports/container_host.hpp"
#include "testlooper/ports/executor.hpp"
#include "testlooper/ports/live.hpp"
#include "testlooper/ports/retention.hpp"

namespace testlooper::docker {

struct DockerOptions {
  std::string socket = "/var/run/docker.sock";
  std::string data_dir;     // logs and artifacts are below it
  std::string instance_id;  // random letters and digits, the same at each start of a data folder
  int slots = 1;
  // Warm containers beyond them: conditions with other limits follow each other quickly.
  int spare_sandboxes = limits::kSpareSandboxes;
  // Containers that wait for runs, and how long docker is left in peace before one is started.
  int spare_containers = limits::kSpareContainers;
  Milliseconds spare_calm{limits::kSpareCalmMs};
  std::string network = "bridge";  // "bridge": our own; "none"
  std::uint64_t log_bytes = limits::kLogBytes;
  std::uint64_t artifact_bytes = limits::kArtifactBytes;  // of an attempt
  // Once docker is ready it is tried which places runs can have, and a status says so.
  bool try_places = true;
  // What builds of earlier processes left and is still known; other volumes of this instance go.
  std::set<std::string> kept_volumes = {};
};

class DockerHost : public ContainerHost, public ImageStock {
 public:
  // `status` is called on the exec thread whenever docker becomes ready, or stops being so.
  DockerHost(DockerOptions options, Clock& clock, LiveEvents& live,
             std::function<void(ExecutorStatus)> status);
  // Stops, where that was not done.
  ~DockerHost() override;
  DockerHost(const DockerHost&) = delete;
  DockerHost& operator=(const DockerHost&) = delete;

  // Begins to look for docker; whatever an earlier process of this instance left is removed before
  // it is called ready.
  void start();
  // Ends what is under way (each callback is called, as for cancel() but without a grace), removes
  // our containers and returns. Where docker does not answer, it goes without within half a minute.
  // Nothing can be asked for afterwards.
  void stop();

  void run(ContainerJob job, std::function<void()> on_started,
           std::function<void(Result<ContainerEnd>)> on_end) override;
  void make_image(ImageJob job, std::function<void()> on_started,
                  std::function<void(Result<ImageEnd>, LogInfo)> on_end) override;
  void cancel(AttemptKey attempt) override;
  void remove_volumes(std::vector<std::string> volumes) override;

  // What docker and this machine offer; `done` comes on the exec thread. To be asked for once the
  // first status is there.
  void examine(std::function<void(std::vector<Finding>)> done);

  void list_images(std::function<void(Result<std::vector<KeptImage>>)> done) override;
  void remove_image(std::string reference, std::function<void(Result<void>)> done) override;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace testlooper::docker
