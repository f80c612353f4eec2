#include "sandbox/supervisor/place.hpp"

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "sandbox/supervisor/files.hpp"

namespace testlooper::sandbox {
namespace {

using Step = std::optional<Trouble>;

// In every container, and not below its root's own mount.
constexpr const char* kScratch = "/dev/shm";
constexpr unsigned long kPlain = MS_NOSUID | MS_NODEV | MS_NOEXEC;

Step trouble(std::string what) { return Trouble{std::move(what), errno}; }

Step mount_at(const char* kind, const std::string& path, unsigned long flags,
              const std::string& options) {
  if (mount(kind, path.c_str(), kind, flags, options.c_str()) == 0) return {};
  return trouble("a " + std::string(kind) + " can't be mounted for " + path);
}

Step bind_mount(const std::string& from, const std::string& to, unsigned long more = 0) {
  if (mount(from.c_str(), to.c_str(), nullptr, MS_BIND | more, nullptr) == 0) return {};
  return trouble("the mount of " + from + " can't be had again");
}

Step make_read_only(const std::string& path) {
  if (mount(nullptr, path.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | kPlain, nullptr) ==
      0) {
    return {};
  }
  return trouble(path + " can't be made read-only");
}

// A folder for what is written above `like`, which looks as that does.
Step make_like(const std::string& folder, const char* like) {
  struct stat is{};
  if (stat(like, &is) != 0 || mkdir(folder.c_str(), 0700) != 0 ||
      chown(folder.c_str(), is.st_uid, is.st_gid) != 0 ||
      chmod(folder.c_str(), is.st_mode & 07777) != 0) {
    return trouble("no folder for what is written to " + std::string(like));
  }
  return {};
}

// How an overlay remembers, in attributes of the folders that are written to, what a run removed:
// an option for its mount. Root of a user namespace (docker's, where it is rootless) can set no
// trusted ones, and a tmpfs has others since Linux 6.6.
std::optional<const char*> memory_option(const std::string& folder) {
  const auto can_set = [&](const char* name) {
    return setxattr(folder.c_str(), name, "y", 1, 0) == 0;
  };
  if (can_set("trusted.overlay.testlooper")) return "";
  if (can_set("user.overlay.testlooper")) return ",userxattr";
  return std::nullopt;
}

// `lower` at `target`, below the layer where there is one, with what is written going to folders of
// the scratch.
Step cover(const char* lower, const std::string& layer, const std::string& name,
           const std::string& target, unsigned long flags) {
  const std::string upper = std::string(kScratch) + "/" + name;
  const std::string work = upper + ".work";
  if (auto failed = make_like(upper, lower)) return failed;
  if (mkdir(work.c_str(), 0700) != 0) return trouble("no folder for an overlay");
  const auto memory = memory_option(upper);
  if (!memory) return trouble("an overlay in memory can't remember what a run removes");
  const std::string options = "lowerdir=" + layer + (layer.empty() ? "" : ":") + lower +
                              ",upperdir=" + upper + ",workdir=" + work + *memory;
  if (mount("overlay", target.c_str(), "overlay", flags, options.c_str()) == 0) return {};
  return trouble("an overlay above the container's " + std::string(lower) + " can't be mounted");
}

// The container's own: an overlay in a user namespace has none that work, and a rootless docker
// mounts those of the host over empty files.
Step bind_nodes(const std::string& dev) {
  DIR* const container = opendir("/dev");
  if (container == nullptr) return trouble("the container's /dev can't be read");
  Step failed;
  while (const dirent* each = readdir(container)) {
    const std::string name = std::string("/") + each->d_name;
    struct stat is{};
    if (failed || lstat(("/dev" + name).c_str(), &is) != 0 || !S_ISCHR(is.st_mode)) continue;
    failed = bind_mount("/dev" + name, dev + name);
  }
  closedir(container);
  return failed;
}

// Of nodes that the layer has already, or else above the container's.
Step make_dev(const RunRequest& request, const Container& container, const std::string& root) {
  const std::string dev = root + "/dev";
  if (container.layer.empty()) {
    if (auto failed = cover("/dev", "", "dev", dev, MS_NOSUID | MS_NOEXEC)) return failed;
    if (auto failed = bind_nodes(dev)) return failed;
  }
  if (auto failed = mount_at("devpts", dev + "/pts", MS_NOSUID | MS_NOEXEC,
                             "newinstance,ptmxmode=0666,mode=0620,gid=5")) {
    return failed;
  }
  if (auto failed = mount_at("tmpfs", dev + "/shm", kPlain,
                             "mode=1777,size=" + std::to_string(request.shm_bytes))) {
    return failed;
  }
  return mount_at("mqueue", dev + "/mqueue", kPlain, "");
}

Step make_proc(const Container& container, const std::string& root) {
  if (auto failed = mount_at("proc", root + "/proc", kPlain, "")) return failed;
  for (const auto& each : container.below_proc) {
    const std::string path = root + each.path;
    // What docker lets nobody write to is the same there; anything else hides what is there.
    const bool hides = each.kind != "proc";
    if (auto failed = bind_mount(hides ? each.path : path, path)) return failed;
    if (hides) continue;
    if (auto failed = make_read_only(path)) return failed;
  }
  return {};
}

Step make_sys(const Container& container, const std::string& root) {
  if (auto failed = bind_mount("/sys", root + "/sys", MS_REC)) return failed;
  for (const auto& each : container.below_sys) {
    if (each.read_only) continue;
    if (auto failed = make_read_only(root + each.path)) return failed;
  }
  return {};
}

// What is mounted once the new root is where its own links lead.
struct Later {
  int fd = -1;
  std::string path;
};

Step open_for_later(std::vector<Later>& list, const std::string& from, const std::string& path) {
  const int fd = open(from.c_str(), O_PATH | O_CLOEXEC);
  if (fd < 0) return trouble(from + " can't be opened");
  list.push_back({fd, path});
  return {};
}

Step collect_for_later(const Container& container, std::vector<Later>& list) {
  for (const auto& path : container.volumes) {
    if (auto failed = open_for_later(list, path, path)) return failed;
  }
  if (!container.layer.empty()) return {};
  int number = 0;
  for (const auto& [path, content] : container.files) {
    const std::string copy = std::string(kScratch) + "/file" + std::to_string(number++);
    const int fd = open(copy.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0 || fchmod(fd, 0644) != 0 || !write_all(fd, content)) {
      return trouble("no copy of " + path);
    }
    close(fd);
    if (auto failed = open_for_later(list, copy, path)) return failed;
  }
  return {};
}

Step mount_the_rest(const std::vector<Later>& list) {
  for (const auto& [fd, path] : list) {
    if (auto failed = bind_mount("/proc/self/fd/" + std::to_string(fd), path, MS_REC)) {
      failed->what = "the mount at " + path + " can't be had again";
      return failed;
    }
    close(fd);
  }
  return {};
}

// The container's seccomp filter allows no pivot_root. The old root stays below the new one, where
// nothing without CAP_SYS_CHROOT and CAP_SYS_ADMIN, which the run never has, can reach it.
Step become_root(const std::string& root) {
  if (chdir(root.c_str()) != 0 || mount(".", "/", nullptr, MS_MOVE, nullptr) != 0 ||
      chroot(".") != 0 || chdir("/") != 0) {
    return trouble("the new root can't be entered");
  }
  return {};
}

}  // namespace

Step enter_place(const Container& container, const RunRequest& request) {
  umask(0);
  const std::string root = std::string(kScratch) + "/root";
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return trouble("mounts can't be made private");
  }
  if (auto failed = mount_at("tmpfs", kScratch, MS_NOSUID,
                             "mode=0700,size=" + std::to_string(request.disk_bytes))) {
    return failed;
  }
  if (mkdir(root.c_str(), 0755) != 0) return trouble("no folder for the root");
  std::vector<Later> later;
  Step failed = cover("/", container.layer, "files", root, 0);
  if (!failed) failed = make_dev(request, container, root);
  if (!failed) failed = make_proc(container, root);
  if (!failed) failed = make_sys(container, root);
  if (!failed) failed = collect_for_later(container, later);
  if (!failed) failed = become_root(root);
  if (!failed) failed = mount_the_rest(later);
  umask(022);
  return failed;
}

Step check_place() {
  const int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
  struct stat is{};
  const bool works = fd >= 0 && fstat(fd, &is) == 0 && S_ISCHR(is.st_mode) &&
                     is.st_rdev == makedev(1, 3) && write(fd, "x", 1) == 1;
  Step failed = works ? Step{} : trouble("a run's /dev/null is not what it should be");
  if (fd >= 0) close(fd);
  return failed;
}

Step write_inputs(const RunRequest& request) {
  for (const auto& [path, content] : request.inputs) {
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    const bool written =
        fd >= 0 && fchown(fd, request.uid, request.gid) == 0 && write_all(fd, content);
    Step failed = written ? Step{} : trouble(path + " can't be written");
    if (fd >= 0) close(fd);
    if (failed) return failed;
  }
  return {};
}

}  // namespace testlooper::sandbox
