#include "docker/findings.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "testlooper/base/limits.hpp"

namespace testlooper::docker {
namespace {

using nlohmann::json;

// Nothing older was tried; docker 17.06 has the first that knows all that is asked for.
constexpr std::pair kOldestApi{1, 30};
constexpr std::pair kOldestTriedApi{1, 41};

json parse(std::string_view body) { return json::parse(body, nullptr, false); }

std::string text(const json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

bool truth(const json& object, const char* name, bool otherwise) {
  if (!object.is_object()) return otherwise;
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

// "name=seccomp,profile=default"
void read_security(DockerInfo& docker, const std::string& option) {
  if (option.starts_with("name=rootless")) docker.rootless = true;
  if (option.starts_with("name=userns")) docker.remaps_users = true;
  if (option.starts_with("name=apparmor")) docker.apparmor = true;
  if (!option.starts_with("name=seccomp")) return;
  docker.seccomp = true;
  docker.seccomp_is_default = option.find("profile=default") != option.npos ||
                              option.find("profile=builtin") != option.npos;
}

std::pair<int, int> numbers(const std::string& version) {
  std::pair<int, int> found{0, 0};
  const auto* const end = version.data() + version.size();
  const auto major = std::from_chars(version.data(), end, found.first);
  if (major.ptr != end) std::from_chars(major.ptr + 1, end, found.second);
  return found;
}

std::string gigabytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} GB", static_cast<double>(bytes) / (1u << 30));
}

Finding of_version(const DockerInfo& docker) {
  const auto api = numbers(docker.api);
  const auto what = "docker " + docker.version + " (API " + docker.api + ")";
  if (api < kOldestApi) {
    return {"docker", Health::needed, what + " is too old: API 1.30 is needed",
            "install docker 20.10 or newer"};
  }
  if (api < kOldestTriedApi) {
    return {"docker", Health::note, what + " answers; it is older than what was tried",
            "docker 20.10 or newer is what TestLooper is tested with"};
  }
  return {"docker", Health::good, what + " answers", ""};
}

Finding of_cgroups(const MachineFacts& machine, const DockerInfo& docker) {
  const std::string layout = docker.cgroups == 2 ? "version 2"
                             : machine.hybrid_cgroups
                                 ? "version 1, with a tree of version 2 beside it (hybrid)"
                                 : "version 1";
  std::string lacking;
  const auto lack = [&](bool has, const char* what) {
    if (!has) lacking += (lacking.empty() ? "" : ", ") + std::string(what);
  };
  const bool none = docker.cgroup_driver == "none";
  lack(docker.limits_memory && !none, "memory");
  lack(docker.limits_pids && !none, "processes");
  lack(docker.limits_cpu && !none, "cpu time");
  if (lacking.empty())
    return {"cgroups", Health::good, "cgroups " + layout + ": all limits hold", ""};
  return {"cgroups", Health::missing,
          "cgroups " + layout + ": runs go without a limit of " + lacking,
          docker.rootless
              ? "delegate the controllers to docker's user (systemd: Delegate=cpu cpuset io "
                "memory pids), with cgroups version 2"
              : "give the kernel these controllers (boot option cgroup_enable=memory, or a "
                "kernel with CONFIG_CFS_BANDWIDTH)"};
}

Finding of_users(const MachineFacts& machine, const DockerInfo& docker) {
  if (docker.rootless) {
    return {"users", Health::note,
            "docker is rootless: its root is an ordinary user of this machine", ""};
  }
  if (docker.remaps_users) {
    return {"users", Health::note, "docker gives containers users of their own (userns-remap)", ""};
  }
  return {"users", Health::good,
          machine.user_namespaces ? "docker runs as root; this machine has user namespaces, which "
                                    "only a rootless docker needs"
                                  : "docker runs as root; this machine has no user namespaces, "
                                    "which only a rootless docker "
                                    "needs",
          ""};
}

Finding of_seccomp(const DockerInfo& docker) {
  if (!docker.seccomp) {
    return {
        "seccomp", Health::missing, "docker filters no system calls of containers",
        "install a docker with seccomp, or remove --seccomp-profile=unconfined from its options"};
  }
  return {"seccomp", Health::good,
          docker.seccomp_is_default ? "docker filters system calls by its default profile"
                                    : "docker filters system calls by a profile of this machine's",
          ""};
}

bool offers(const DockerInfo& docker, const char* runtime) {
  return std::ranges::find(docker.runtimes, runtime) != docker.runtimes.end();
}

Finding of_runtime(const MachineFacts& machine, const DockerInfo& docker, const Trial& trial) {
  if (docker.default_runtime == "crun") {
    return {"runtime", Health::good, "docker's default runtime is crun, the quickest", ""};
  }
  if (!offers(docker, "crun")) {
    return {"runtime", Health::note,
            "containers are started by " + docker.default_runtime +
                "; crun would start them in about four fifths of the time",
            "install crun, add {\"runtimes\": {\"crun\": {\"path\": \"/usr/bin/crun\"}}} to "
            "/etc/docker/daemon.json, and reload docker: it is then used by itself"};
  }
  if (trial.crun.empty()) {
    return {"runtime", Health::good, "docker offers crun, it works, and it is used", ""};
  }
  return {"runtime", Health::note,
          "docker offers crun, which can't start a container here (" + trial.crun + "); " +
              docker.default_runtime + " is used",
          machine.hybrid_cgroups && docker.cgroups != 2
              ? "crun before 1.9 refuses a hybrid layout of cgroups: install a newer one, or boot "
                "with systemd.unified_cgroup_hierarchy=1"
              : "see whether `docker run --runtime crun` works by itself; a newer crun may"};
}

std::string remedy_of_sandbox(const DockerInfo& docker, const std::string& why) {
  if (why.find("AppArmor") != why.npos) {
    return "docker loads its profile when it starts and finds apparmor_parser (apt-get install "
           "apparmor); `aa-status` lists it";
  }
  if (docker.rootless || docker.remaps_users) {
    return "a docker of root, without userns-remap, may have them; runs have containers meanwhile";
  }
  if (why.find("overlay") != why.npos) {
    return "a kernel of 5.11 or newer and docker's storage on a disk of its own may have them";
  }
  return "nothing needs to be done: runs have containers";
}

Finding of_sandbox(const DockerInfo& docker, const Trial& trial) {
  if (trial.sandbox.empty()) {
    return {"sandbox", Health::good, "sandboxes work: reruns cost milliseconds", ""};
  }
  return {"sandbox", Health::missing, "no sandboxes: " + trial.sandbox,
          remedy_of_sandbox(docker, trial.sandbox)};
}

std::optional<Finding> of_other_docker(const MachineFacts& machine) {
  if (machine.other_docker.empty()) return std::nullopt;
  return Finding{"docker host", Health::note,
                 "DOCKER_HOST=" + machine.other_docker +
                     " is no socket of this machine and is not used: docker is at " +
                     machine.socket,
                 "TestLooper runs beside the docker that it uses; name another socket by "
                 "`docker_socket` or DOCKER_HOST=unix://PATH"};
}

std::optional<Finding> of_network(const Trial& trial) {
  if (trial.network.empty()) return std::nullopt;
  return Finding{"network", Health::missing,
                 "runs with a network may reach each other's: " + trial.network,
                 "load br_netfilter (modprobe br_netfilter), remove the network (docker network rm "
                 "testlooper) and start again; or have `network: none` for runs"};
}

std::optional<Finding> of_disk(const MachineFacts& machine, const DockerInfo& docker) {
  if (!machine.free_bytes) return std::nullopt;
  const auto what = gigabytes(*machine.free_bytes) + " are free where docker keeps its images" +
                    (docker.root_folder.empty() ? "" : " (" + docker.root_folder + ")");
  const auto least = static_cast<std::uint64_t>(limits::kDiskReserveMb) << 20;
  if (*machine.free_bytes < least) {
    return Finding{"disk", Health::needed, what + ": too few to start tasks",
                   "make room: `testlooper retention run`, `docker image prune`"};
  }
  if (*machine.free_bytes < 10 * least) {
    return Finding{"disk", Health::note, what,
                   "images of environments take some: 10 GB are a good beginning"};
  }
  return Finding{"disk", Health::good, what, ""};
}

Finding of_silence(const MachineFacts& machine, const std::string& why) {
  if (!machine.socket_is_there) {
    return {"docker", Health::needed, "docker does not run: there is no " + machine.socket,
            "install docker (apt-get install docker.io) and start it, or name its socket in "
            "`docker_socket` of the configuration"};
  }
  if (!machine.may_use_socket) {
    return {"docker", Health::needed, "this user may not use docker's " + machine.socket,
            "add the user to its group (sudo usermod -aG docker $USER) and log in again"};
  }
  return {"docker", Health::needed, "docker does not answer at " + machine.socket + ": " + why,
          "look at docker's own log (journalctl -u docker), and start it again"};
}

}  // namespace

DockerInfo parse_info(std::string_view info_body, std::string_view version_body) {
  const json info = parse(info_body), version = parse(version_body);
  DockerInfo docker;
  docker.version = text(version, "Version");
  docker.version = docker.version.substr(0, docker.version.find('+'));
  docker.api = text(version, "ApiVersion");
  docker.cgroups = text(info, "CgroupVersion") == "2" ? 2 : 1;
  docker.cgroup_driver = text(info, "CgroupDriver");
  docker.limits_memory = truth(info, "MemoryLimit", true);
  docker.limits_pids = truth(info, "PidsLimit", true);
  docker.limits_cpu = truth(info, "CpuCfsQuota", true);
  docker.storage = text(info, "Driver");
  docker.architecture = text(info, "Architecture");
  docker.kernel = text(info, "KernelVersion");
  docker.root_folder = text(info, "DockerRootDir");
  docker.default_runtime = text(info, "DefaultRuntime");
  if (docker.default_runtime.empty()) docker.default_runtime = "runc";
  if (!info.is_object()) return docker;
  if (const auto options = info.find("SecurityOptions"); options != info.end()) {
    docker.seccomp = false;
    for (const auto& each : *options) {
      if (each.is_string()) read_security(docker, each.get<std::string>());
    }
  }
  if (const auto runtimes = info.find("Runtimes");
      runtimes != info.end() && runtimes->is_object()) {
    for (const auto& [name, each] : runtimes->items()) docker.runtimes.push_back(name);
  }
  return docker;
}

std::vector<Finding> without_docker(const MachineFacts& machine, const std::string& why) {
  std::vector<Finding> findings{of_silence(machine, why)};
  if (auto other = of_other_docker(machine)) findings.push_back(std::move(*other));
  return findings;
}

std::vector<Finding> with_docker(const MachineFacts& machine, const DockerInfo& docker,
                                 const Trial& trial) {
  std::vector<Finding> findings{
      of_version(docker), of_cgroups(machine, docker),        of_users(machine, docker),
      of_seccomp(docker), of_runtime(machine, docker, trial), of_sandbox(docker, trial)};
  if (auto other = of_other_docker(machine)) findings.push_back(std::move(*other));
  if (auto network = of_network(trial)) findings.push_back(std::move(*network));
  if (auto disk = of_disk(machine, docker)) findings.push_back(std::move(*disk));
  return findings;
}

std::string places_text(const std::string& runtime, const Trial& trial) {
  std::string said = "containers by " + runtime;
  if (!trial.crun.empty()) said += " (docker's crun can't start one here: " + trial.crun + ")";
  return said + (trial.sandbox.empty() ? ", and sandboxes" : "; no sandboxes: " + trial.sandbox);
}

}  // namespace testlooper::docker
