#include "docker/requests.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "testlooper/base/limits.hpp"

#include "digest/sha256.hpp"
#include "net/percent.hpp"

namespace testlooper::docker {
namespace {

using nlohmann::json;

constexpr std::size_t kInputsInRequest = 1u << 20;
constexpr std::size_t kVariableBytes = (128u << 10) - 1;  // name, '=' and value
constexpr std::size_t kVariablesBytes = 1u << 20;  // of the two MB that a process has for all text
constexpr std::int64_t kSmallestMemory = 6ll << 20;  // docker refuses less
constexpr int kPidsOfPause = 64;  // it needs one, but runc's own threads count until it is there

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string name_prefix(std::string_view instance) {
  return "testlooper-" + sha256_hex(instance).substr(0, 8);
}

json run_environment(const ContainerJob& job) {
  json list = own_variables(job);
  list.push_back(std::string("REPO_ROOT=") + kRepoRoot);
  return list;
}

json ulimit(const char* name, std::int64_t value) {
  return {{"Name", name}, {"Soft", value}, {"Hard", value}};
}

json ulimits(const HostFacts& facts) {
  json list = json::array({ulimit("core", 0)});
  if (facts.limits_open_files) list.push_back(ulimit("nofile", limits::kOpenFilesPerContainer));
  return list;
}

json volume_mount(std::string_view volume, std::string_view path, std::string_view instance) {
  return {{"Type", "volume"},
          {"Source", volume},
          {"Target", path},
          {"ReadOnly", true},
          {"VolumeOptions",
           {{"NoCopy", true}, {"Labels", {{kInstanceLabel, instance}, {kKindLabel, kLostKind}}}}}};
}

// The empty volume takes owner and rights of the folder that it covers.
json output_mount(const ContainerJob& job, std::string_view instance) {
  return {{"Type", "volume"},
          {"Source", output_volume_name(instance, job.attempt)},
          {"Target", kOutputFolder}};
}

json mounts(const ContainerJob& job, std::string_view instance) {
  json list = json::array();
  for (const auto& [volume, path] : job.mounts) {
    list.push_back(volume_mount(volume, path, instance));
  }
  if (job.output_bytes > 0) list.push_back(output_mount(job, instance));
  return list;
}

// What holds around every run, in a container of its own or in a warm one.
json limits_of(const ContainerJob& job, std::string_view instance, const HostFacts& facts) {
  const std::int64_t memory = std::max(
      job.memory_bytes > 0 ? job.memory_bytes : limits::kDefaultMemoryBytes, kSmallestMemory);
  json config = {
      {"Memory", memory},
      {"MemorySwap", memory},
      {"PidsLimit", limits::kPidsPerContainer},
      {"ShmSize", limits::kShmBytes},
      {"Ulimits", ulimits(facts)},
      {"CapDrop", {"ALL"}},
      {"CapAdd", {"CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETUID", "SETGID", "KILL"}},
      {"SecurityOpt", {"no-new-privileges"}},
      {"IpcMode", "private"},
      {"LogConfig", {{"Type", "none"}}},
  };
  if (facts.limits_cpus && job.cpus > 0) {
    const double cpus = std::clamp(job.cpus, 0.01, static_cast<double>(facts.cpus));
    config["NanoCpus"] = std::llround(cpus * 1e9);
  }
  if (!facts.runtime.empty()) config["Runtime"] = facts.runtime;
  if (auto list = mounts(job, instance); !list.empty()) config["Mounts"] = std::move(list);
  return config;
}

// Connections that one run closed would hold their ports for a minute, and the next run in this
// namespace would find them taken.
void forget_closed_tcp(json& config, const HostFacts& facts) {
  if (facts.forgets_closed_tcp) config["Sysctls"] = {{"net.ipv4.tcp_max_tw_buckets", "0"}};
}

std::string_view network_mode(std::string_view network) {
  return network == "none" ? std::string_view("none") : kNetworkName;
}

// Containers of one group have one process of containerd's (its shim) between them: one less for
// docker to start at each run. Docker passes this on from API 1.43 on; the pause outlives its runs.
json shim_group(std::string_view pause) { return {{"io.containerd.runc.v2.group", pause}}; }

json run_host_config(const ContainerJob& job, const RunPlace& place, const HostFacts& facts) {
  json config = limits_of(job, place.instance, facts);
  config["NetworkMode"] = job.no_network ? "none" : "container:" + place.pause;
  if (!job.no_network) config["Annotations"] = shim_group(place.pause);
  config["Mounts"].push_back(volume_mount(place.supervisor, kSupervisorFolder, place.instance));
  if (job.with_docker) config["Binds"] = {place.docker_socket + ":/var/run/docker.sock"};
  return config;
}

}  // namespace

std::string container_name(std::string_view instance, AttemptKey attempt) {
  return name_prefix(instance) + "-t" + std::to_string(attempt.task.value) + "-a" +
         std::to_string(attempt.number);
}

std::string output_volume_name(std::string_view instance, AttemptKey attempt) {
  return container_name(instance, attempt) + "-output";
}

std::string layer_container_name(std::string_view instance, std::uint64_t number) {
  return name_prefix(instance) + "-layer" + std::to_string(number);
}

std::string warm_name(std::string_view instance, std::uint64_t number) {
  return name_prefix(instance) + "-warm" + std::to_string(number);
}

std::string spare_name(std::string_view instance, std::uint64_t number) {
  return name_prefix(instance) + "-spare" + std::to_string(number);
}

std::string supervisor_volume_name(std::string_view instance) {
  return name_prefix(instance) + "-supervisor";
}

std::string pause_name(std::string_view instance, std::uint64_t number) {
  return name_prefix(instance) + "-pause" + std::to_string(number);
}

Result<void> check_variables(const Variables& variables) {
  std::size_t total = 0;
  for (const auto& [name, value] : variables) {
    const std::size_t size = name.size() + 1 + value.size();
    if (size > kVariableBytes) {
      return invalid("the variable " + name.substr(0, 100) + " is larger than 128 KB");
    }
    total += size;
  }
  if (total > kVariablesBytes) return invalid("the variables together are larger than 1 MB");
  return {};
}

std::vector<std::string> own_variables(const ContainerJob& job) {
  std::vector<std::string> list;
  for (const auto& [name, value] : job.variables) {
    if (name != "REPO_ROOT") list.push_back(name + "=" + value);
  }
  return list;
}

bool fits_in_request(const ContainerJob& job) {
  std::size_t total = 0;
  for (const auto& [path, content] : job.inputs) total += path.size() + content.size();
  return total <= kInputsInRequest;
}

namespace {

json container_body(const ContainerJob& job, const RunPlace& place, const HostFacts& facts,
                    const json& labels) {
  json body = {
      {"Image", place.image},
      {"Entrypoint", {std::string(kSupervisorFolder) + "/" + kSupervisorFile, "alone"}},
      {"Cmd", json::array()},
      {"WorkingDir", kRepoRoot},
      {"Env", run_environment(job)},
      {"Labels", labels},
      {"Healthcheck", {{"Test", {"NONE"}}}},
      {"OpenStdin", true},
      {"StdinOnce", true},
      {"AttachStdin", true},
      {"AttachStdout", true},
      {"AttachStderr", true},
      {"HostConfig", run_host_config(job, place, facts)},
  };
  // In a pause's network it has the pause's name.
  if (job.no_network) body["Hostname"] = kHostName;
  return body;
}

}  // namespace

std::string run_body(const ContainerJob& job, const RunPlace& place, const HostFacts& facts) {
  return dump(container_body(job, place, facts,
                             {{kInstanceLabel, place.instance},
                              {kKindLabel, "run"},
                              {"testlooper.task", std::to_string(job.attempt.task.value)},
                              {"testlooper.attempt", std::to_string(job.attempt.number)}}));
}

std::string spare_body(const ContainerJob& like, const RunPlace& place, const HostFacts& facts) {
  return dump(container_body(like, place, facts,
                             {{kInstanceLabel, place.instance}, {kKindLabel, "spare"}}));
}

std::string warm_body(const ContainerJob& job, const RunPlace& place, std::string_view network,
                      const HostFacts& facts) {
  json host = limits_of(job, place.instance, facts);
  host["NetworkMode"] = network_mode(network);
  // The supervisor's; no run has them (sandbox/supervisor/confine.cpp).
  for (const char* each : {"SYS_ADMIN", "SYS_CHROOT", "SETPCAP", "NET_ADMIN"}) {
    host["CapAdd"].push_back(each);
  }
  forget_closed_tcp(host, facts);
  json words = json::array({"vanish"});
  // The profile forbids mounts to whomever it confines: here the runs, and not the supervisor.
  if (!facts.profile.empty()) {
    host["SecurityOpt"].push_back("apparmor=unconfined");
    words.push_back("profile=" + facts.profile);
  }
  return dump({
      {"Image", place.image},
      {"Entrypoint", {std::string("/") + kSupervisorName}},
      {"Cmd", words},
      {"User", "0:0"},
      {"WorkingDir", "/"},
      {"Hostname", kHostName},
      {"OpenStdin", true},
      {"StdinOnce", true},
      {"Labels", {{kInstanceLabel, place.instance}, {kKindLabel, "warm"}}},
      {"Healthcheck", {{"Test", {"NONE"}}}},
      {"HostConfig", host},
  });
}

std::string filler_body(std::string_view image, std::string_view instance,
                        std::string_view volume) {
  return dump({
      {"Image", image},
      {"Entrypoint", {"/pause"}},
      {"Labels", {{kInstanceLabel, instance}, {kKindLabel, "filler"}}},
      {"HostConfig",
       {{"NetworkMode", "none"},
        {"Mounts",
         json::array({{{"Type", "volume"}, {"Source", volume}, {"Target", kSupervisorFolder}}})}}},
  });
}

std::string layer_container_body(std::string_view image, std::string_view instance) {
  return dump({
      {"Image", image},
      {"Entrypoint", {"/bin/sh"}},
      {"Labels", {{kInstanceLabel, instance}, {kKindLabel, "layer"}}},
      {"HostConfig", {{"NetworkMode", "none"}}},
  });
}

std::string pause_body(std::string_view name, std::string_view image, std::string_view instance,
                       std::string_view network, const HostFacts& facts) {
  json host = {
      {"NetworkMode", network_mode(network)},
      {"Annotations", shim_group(name)},
      {"CapDrop", {"ALL"}},
      {"CapAdd", {"CHOWN", "DAC_OVERRIDE", "FOWNER"}},
      {"SecurityOpt", {"no-new-privileges"}},
      {"PidsLimit", kPidsOfPause},
      {"Ulimits", ulimits(facts)},
      {"LogConfig", {{"Type", "none"}}},
  };
  if (!facts.runtime.empty()) host["Runtime"] = facts.runtime;
  forget_closed_tcp(host, facts);
  return dump({
      {"Image", image},
      {"Entrypoint", {"/pause"}},
      {"Hostname", kHostName},
      {"OpenStdin", true},
      {"StdinOnce", true},
      {"Labels", {{kInstanceLabel, instance}, {kKindLabel, "pause"}}},
      {"HostConfig", host},
  });
}

std::string network_body(bool apart) {
  return dump({
      {"Name", kNetworkName},
      {"Driver", "bridge"},
      {"CheckDuplicate", true},
      {"Options", {{kReachOption, apart ? "false" : "true"}}},
      {"Labels", {{"testlooper.network", "1"}}},
  });
}

std::string layer_commit_body(std::string_view instance, std::string_view kind) {
  return dump({{"Labels", {{kInstanceLabel, ""}, {kKindLabel, kind}, {kMadeByLabel, instance}}}});
}

std::string layer_commit_target(std::string_view container, std::string_view tag) {
  const std::size_t colon = tag.rfind(':');
  const std::string_view name = tag.substr(0, colon);
  const std::string_view version = colon == tag.npos ? "latest" : tag.substr(colon + 1);
  return "/commit?pause=0&container=" + net::percent_encoded(container) +
         "&repo=" + net::percent_encoded(name) + "&tag=" + net::percent_encoded(version);
}

std::string reap_target(std::string_view instance) {
  const json filters = {{"label", {std::string(kInstanceLabel) + "=" + std::string(instance)}}};
  return "/containers/json?all=1&filters=" + net::percent_encoded(dump(filters));
}

std::string volume_body(std::string_view name, std::string_view instance, std::string_view kind) {
  return dump({{"Name", name}, {"Labels", {{kInstanceLabel, instance}, {kKindLabel, kind}}}});
}

std::string volume_target(std::string_view name) {
  return "/volumes/" + net::percent_encoded(name);
}

std::string reap_volumes_target(std::string_view instance) {
  const json filters = {{"label", {std::string(kInstanceLabel) + "=" + std::string(instance)}}};
  return "/volumes?filters=" + net::percent_encoded(dump(filters));
}

std::string build_target(const ImageJob& job, std::string_view instance, const Builder& builder) {
  const json labels = {{kMadeByLabel, instance}};
  return "/build?rm=1&forcerm=1&t=" + net::percent_encoded(job.tag) +
         "&dockerfile=" + net::percent_encoded(job.dockerfile_path) +
         "&labels=" + net::percent_encoded(dump(labels)) + (builder.buildkit ? "&version=2" : "") +
         (builder.context.empty() ? "" : "&remote=" + net::percent_encoded(builder.context));
}

std::string pull_target(std::string_view reference) {
  const std::size_t slash = reference.rfind('/');
  const std::string_view last = slash == reference.npos ? reference : reference.substr(slash + 1);
  const bool exact = last.find_first_of(":@") != last.npos;
  return "/images/create?fromImage=" + net::percent_encoded(reference) +
         (exact ? "" : "&tag=latest");
}

std::string import_target(std::string_view tag) {
  const std::size_t colon = tag.rfind(':');
  return "/images/create?fromSrc=-&repo=" + net::percent_encoded(tag.substr(0, colon)) +
         "&tag=" + net::percent_encoded(tag.substr(colon + 1));
}

namespace {

// A reference as a path: its own slashes are part of it.
std::string image_path(std::string_view reference) {
  std::string path = "/images/";
  for (const char c : reference) {
    const bool part_of_path = c == '/' || c == ':' || c == '@';
    path += part_of_path ? std::string(1, c) : net::percent_encoded({&c, 1});
  }
  return path;
}

}  // namespace

std::string image_target(std::string_view reference) { return image_path(reference) + "/json"; }

std::string remove_image_target(std::string_view reference) { return image_path(reference); }

}  // namespace testlooper::docker
