#include "docker/outputs.hpp"

#include <algorithm>
#include <utility>

#include "docker/requests.hpp"
#include "docker/responses.hpp"
#include "docker/tar_meter.hpp"
#include "net/percent.hpp"

namespace testlooper::docker {
namespace {

constexpr Seconds kSilence{limits::kDockerCallSeconds};
constexpr Seconds kCommitDeadline{limits::kSetupTimeoutSeconds};
constexpr std::size_t kMessageBytes = 64u << 10;

// Docker's own archive of the folder: no program in the image is needed, and none is believed.
Awaitable<Result<TarMeter>> meter(Host& host, std::string container, std::uint64_t most) {
  auto stream = co_await host.client.open(
      get("/containers/" + container + "/archive?path=" + net::percent_encoded(kOutputFolder)));
  if (!stream) co_return std::unexpected(stream.error());
  if ((*stream)->status() != 200) {
    const auto body = co_await (*stream)->read_all(kMessageBytes, kSilence);
    co_return unavailable("the build's output can't be read: " +
                          (body ? parse_message(*body) : body.error().text()));
  }
  TarMeter meter;
  while (meter.bytes() <= most) {
    const auto bytes = co_await (*stream)->read(kSilence);
    if (!bytes) co_return std::unexpected(bytes.error());
    if (bytes->empty()) break;
    if (auto fed = meter.feed(*bytes); !fed) co_return std::unexpected(fed.error());
  }
  (*stream)->close();
  co_return meter;
}

bool is_of_ours(const std::string& path, const ContainerJob& job) {
  const auto within = [&](std::string_view folder) {
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
  };
  return within(kIoFolder) || within(kOutputFolder) || within(kSupervisorFolder) ||
         within("/dev") || within("/proc") || within("/sys") || path == "/.dockerenv" ||
         std::ranges::any_of(job.mounts, [&](const VolumeMount& mount) {
           return within(mount.path) || mount.path.starts_with(path + "/");
         });
}

Awaitable<Result<std::vector<std::string>>> new_paths(Host& host, std::string container,
                                                      const ContainerJob& job) {
  const auto body = co_await body_of(host, get("/containers/" + container + "/changes"),
                                     "docker does not tell what the build wrote");
  if (!body) co_return std::unexpected(body.error());
  auto paths = parse_new_paths(*body);
  if (!paths) co_return std::unexpected(paths.error());
  std::erase_if(*paths, [&](const std::string& path) { return is_of_ours(path, job); });
  if (paths->size() > limits::kShownPaths) paths->resize(limits::kShownPaths);
  co_return paths;
}

}  // namespace

Awaitable<Result<void>> make_output_volume(Host& host, std::string name) {
  const auto made = co_await body_of(
      host, post("/volumes/create", volume_body(name, host.options.instance_id, kArtifactKind)),
      "no volume for the build's output");
  if (!made) co_return std::unexpected(made.error());
  co_return Result<void>{};
}

Awaitable<Result<std::vector<std::string>>> find_lost(Host& host, std::vector<VolumeMount> mounts) {
  std::vector<std::string> lost;
  for (const auto& mount : mounts) {
    const auto body = co_await body_of(host, get(volume_target(mount.volume)),
                                       "the volume " + mount.volume + " can't be looked at");
    if (!body) co_return std::unexpected(body.error());
    const auto kind = parse_volume_kind(*body);
    if (!kind) co_return std::unexpected(kind.error());
    if (*kind != kArtifactKind) lost.push_back(mount.volume);
  }
  co_return lost;
}

Awaitable<Result<OutputVolume>> measure_output(Host& host, std::string container,
                                               const ContainerJob& job) {
  OutputVolume output;
  const auto metered = co_await meter(host, container, job.output_bytes);
  if (!metered) co_return std::unexpected(metered.error());
  output.bytes = metered->bytes();
  output.oversized = output.bytes > job.output_bytes;
  output.empty = metered->entries() <= 1;
  if (!output.empty) co_return output;
  auto paths = co_await new_paths(host, container, job);
  if (!paths) co_return std::unexpected(paths.error());
  output.written_elsewhere = std::move(*paths);
  co_return output;
}

Awaitable<Result<void>> keep_container(Host& host, std::string container, std::string tag) {
  Request commit = post(layer_commit_target(container, tag),
                        layer_commit_body(host.options.instance_id, "setup"));
  commit.deadline = kCommitDeadline;
  const auto kept = co_await body_of(host, std::move(commit), "the set-up can't be kept");
  if (!kept) co_return std::unexpected(kept.error());
  co_return Result<void>{};
}

}  // namespace testlooper::docker
