#include "sandbox/supervisor/network.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sandbox/supervisor/files.hpp"

namespace testlooper::sandbox {
namespace {

using Step = std::optional<Trouble>;

// What docker sets for its containers, in the order in which it is to be set.
constexpr const char* kSettings[] = {"net/ipv4/ip_unprivileged_port_start",
                                     "net/ipv4/ping_group_range", "net/ipv6/conf/all/disable_ipv6",
                                     "net/ipv6/conf/default/disable_ipv6",
                                     "net/ipv6/conf/lo/disable_ipv6"};
constexpr std::size_t kTableBytes = 64u << 10;
// A file system for settings, over something that every container has; only while they are set.
constexpr const char* kWritable = "/dev/shm";

Step trouble(std::string what) { return Trouble{std::move(what), errno}; }

std::string read_table(const char* name) {
  return read_file(std::string("/proc/self/net/") + name, kTableBytes);
}

// Of "NAME NUMBER NAME NUMBER…", what counts this namespace; the rest counts the whole machine.
std::string of_namespace(std::string_view counts) {
  constexpr std::string_view kOfMachine[] = {"orphan", "alloc", "mem"};
  std::string kept;
  while (!counts.empty()) {
    const auto end = std::min(counts.find_first_of(" \n"), counts.size());
    const auto word = counts.substr(0, end);
    counts.remove_prefix(std::min(end + 1, counts.size()));
    if (std::find(std::begin(kOfMachine), std::end(kOfMachine), word) == std::end(kOfMachine)) {
      kept.append(word).append(" ");
    } else {
      counts.remove_prefix(std::min(counts.find_first_of(" \n") + 1, counts.size()));
    }
  }
  return kept;
}

// All that processes without a capability for networks can leave in a namespace: what sent or
// received a packet, or tried to, is counted for good, and so is a socket that still exists (of
// the kernel's own, too, as a connection's that waits for its last packets). "" where it is not
// told.
std::string traces() {
  const std::string packets = read_table("dev"), sockets = read_table("sockstat");
  if (packets.empty() || sockets.empty()) return "";
  std::string all = packets + of_namespace(sockets) + of_namespace(read_table("sockstat6"));
  for (const char* each : {"snmp", "snmp6", "netstat", "ip6_flowlabel"}) all += read_table(each);
  return all;
}

Step raise_loopback() {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq wanted{};
  std::strcpy(wanted.ifr_name, "lo");
  wanted.ifr_flags = IFF_UP | IFF_RUNNING;
  const bool up = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &wanted) == 0;
  Step failed = up ? Step{} : trouble("the loopback can't be raised");
  if (fd >= 0) close(fd);
  return failed;
}

Step write_setting(const std::string& folder, const std::string& name, const std::string& value) {
  const int fd = open((folder + name).c_str(), O_WRONLY | O_CLOEXEC);
  Step failed;
  if (fd < 0 || !write_all(fd, value)) failed = trouble(name + " can't be set for a run's network");
  if (fd >= 0) close(fd);
  return failed;
}

}  // namespace

Network::Network() : container_(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)) {
  for (const char* each : kSettings) {
    settings_.push_back({each, read_file(std::string("/proc/sys/") + each, kTableBytes)});
  }
}

Network::~Network() {
  if (container_ >= 0) close(container_);
}

Step Network::enter(bool own) {
  if (own) return own_ && !unused_.empty() && traces() == unused_ ? Step{} : make_own();
  if (own_ && setns(container_, CLONE_NEWNET) != 0)
    return trouble("the container's network is gone");
  own_ = false;
  return {};
}

Step Network::make_own() {
  if (unshare(CLONE_NEWNET) != 0) return trouble("no network of its own can be made");
  own_ = true;
  unused_.clear();
  if (auto failed = set_like_container()) return failed;
  if (auto failed = raise_loopback()) return failed;
  unused_ = traces();
  return {};
}

// The container's own /proc/sys is read-only.
Step Network::set_like_container() const {
  if (mount("proc", kWritable, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
    return trouble("a run's network can't be given its settings");
  }
  const std::string folder = std::string(kWritable) + "/sys/";
  Step failed;
  for (const auto& [name, value] : settings_) {
    // Another may have changed it, as "all" changes the loopback's.
    if (failed || value.empty() || read_file(folder + name, kTableBytes) == value) continue;
    failed = write_setting(folder, name, value);
  }
  umount2(kWritable, MNT_DETACH);
  return failed;
}

}  // namespace testlooper::sandbox
