#include "docker/sandbox_request.hpp"

#include <cerrno>
#include <cstring>
#include <map>

#include "testlooper/base/limits.hpp"

#include "docker/requests.hpp"

namespace testlooper::docker {
namespace {

// As docker has it for an image that names none.
constexpr const char* kUsualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::size_t kCommandBytes = 64u << 10;  // the kernel takes 128 KB in one argument

// What docker gives, below what the image gives, below what the job gives.
std::vector<std::string> variables_of(const ContainerJob& job, const RunUser& user) {
  std::map<std::string, std::string> all = {
      {"PATH", kUsualPath}, {"HOSTNAME", kHostName}, {"HOME", user.home}};
  for (const auto& each : user.variables) {
    const auto equals = each.find('=');
    if (equals != each.npos) all[each.substr(0, equals)] = each.substr(equals + 1);
  }
  for (const auto& [name, value] : job.variables) all[name] = value;
  all["REPO_ROOT"] = kRepoRoot;
  std::vector<std::string> list;
  for (const auto& [name, value] : all) list.push_back(name + "=" + value);
  return list;
}

std::uint64_t memory_of(const ContainerJob& job) {
  return static_cast<std::uint64_t>(job.memory_bytes > 0 ? job.memory_bytes
                                                         : limits::kDefaultMemoryBytes);
}

std::size_t size_of(const ContainerJob& job) {
  std::size_t total = job.command.size();
  for (const auto& [path, content] : job.inputs) total += path.size() + content.size();
  return total;
}

void put_command(sandbox::RunRequest& request, const ContainerJob& job) {
  request.programs = {"bash", "/bin/sh"};
  if (job.command.size() <= kCommandBytes && job.command.find('\0') == std::string::npos) {
    request.arguments = {"-c", job.command};
    return;
  }
  const std::string file = std::string(kIoFolder) + "/.command";
  request.inputs.push_back({file, job.command});
  request.arguments = {file};
}

// What every place gives.
void put_the_rest(sandbox::RunRequest& request, const ContainerJob& job,
                  std::uint64_t artifact_bytes) {
  request.folder = kRepoRoot;
  const Seconds timeout =
      job.timeout.count() > 0 ? job.timeout : Seconds{limits::kDefaultTimeoutSeconds};
  request.timeout_ms = static_cast<std::uint64_t>(Milliseconds{timeout}.count());
  request.grace_ms = static_cast<std::uint64_t>(limits::kKillGraceSeconds) * 1000;
  for (const auto& [path, most] : job.outputs) request.outputs.push_back({path, most});
  if (!job.artifacts_path.empty()) request.artifacts = kArtifactsFolder;
  request.artifact_bytes = artifact_bytes;
}

void put_inputs(sandbox::RunRequest& request, const ContainerJob& job) {
  for (const auto& [path, content] : job.inputs) request.inputs.push_back({path, content});
}

}  // namespace

std::optional<std::string> why_no_sandbox(const ContainerJob& job) {
  if (job.with_docker) return "it may use docker, which a sandbox does not give";
  if (!job.keep_as.empty() || job.output_bytes > 0) return "what it leaves is kept as a whole";
  if (size_of(job) > sandbox::kRequestBytes / 2) return "its inputs are too large for a sandbox";
  return std::nullopt;
}

std::string warm_key(const ContainerJob& job) {
  std::string key = job.source.tag.empty() ? job.image : job.source.tag;
  key += "\n" + std::to_string(memory_of(job)) + "\n" + std::to_string(job.cpus);
  for (const auto& [volume, path] : job.mounts) key += "\n" + volume + "\n" + path;
  return key;
}

sandbox::RunRequest sandbox_request(const ContainerJob& job, const RunUser& user,
                                    const SandboxLimits& bounds) {
  sandbox::RunRequest request;
  put_command(request, job);
  put_inputs(request, job);
  put_the_rest(request, job, bounds.artifact_bytes);
  request.variables = variables_of(job, user);
  request.uid = static_cast<std::uint32_t>(user.owner.uid);
  request.gid = static_cast<std::uint32_t>(user.owner.gid);
  request.groups = user.groups;
  request.own_network = bounds.own_network || job.no_network;
  request.disk_bytes = memory_of(job) / limits::kSandboxDiskPart;
  request.shm_bytes = static_cast<std::uint64_t>(limits::kShmBytes);
  return request;
}

sandbox::RunRequest container_request(const ContainerJob& job, std::uint64_t artifact_bytes) {
  sandbox::RunRequest request;
  put_command(request, job);
  if (fits_in_request(job)) put_inputs(request, job);
  put_the_rest(request, job, artifact_bytes);
  request.uid = request.gid = sandbox::kSameUser;
  return request;
}

std::string sentence_of(const sandbox::Trouble& trouble) {
  if (trouble.error == ENOEXEC) {
    return trouble.what +
           ": it is for another kind of machine; make the image for this one, or install "
           "qemu-user-static here";
  }
  return trouble.what + ": " + std::strerror(trouble.error);
}

ErrorKind kind_of(const sandbox::Trouble& trouble) {
  switch (trouble.error) {
    case ENOEXEC:
    case ENOENT:
    case ENOTDIR:
    case EACCES:
    case E2BIG:
      return ErrorKind::invalid;
    default:
      return ErrorKind::unavailable;
  }
}

}  // namespace testlooper::docker
