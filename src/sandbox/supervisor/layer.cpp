// What all runs find above the container's root, made once: the files that docker gives a
// container, and the nodes of its /dev. It is made in that /dev, for only there may nodes be
// linked.
#include <cstring>
#include <string>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "sandbox/supervisor/container.hpp"

namespace testlooper::sandbox {
namespace {

constexpr const char* kLayer = "/dev/.testlooper";

bool make_like(const std::string& folder, const std::string& like) {
  struct stat is{};
  return stat(like.c_str(), &is) == 0 && S_ISDIR(is.st_mode) && mkdir(folder.c_str(), 0700) == 0 &&
         chown(folder.c_str(), is.st_uid, is.st_gid) == 0 &&
         chmod(folder.c_str(), is.st_mode & 07777) == 0;
}

// The folders above a path in the layer, as they are in the container.
bool make_parents(const std::string& path) {
  for (auto at = path.find('/', 1); at != path.npos; at = path.find('/', at + 1)) {
    const auto folder = path.substr(0, at);
    struct stat is{};
    if (stat((kLayer + folder).c_str(), &is) == 0) continue;
    if (!make_like(kLayer + folder, folder)) return false;
  }
  return true;
}

bool write_file(const std::string& path, const std::string& content) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0) return false;
  const bool whole = fchmod(fd, 0644) == 0 && write(fd, content.data(), content.size()) ==
                                                  static_cast<ssize_t>(content.size());
  close(fd);
  return whole;
}

bool link_symbolic(const std::string& from, const std::string& to) {
  char target[4096];
  const ssize_t size = readlink(from.c_str(), target, sizeof target - 1);
  if (size < 0) return false;
  target[size] = 0;
  return symlink(target, to.c_str()) == 0;
}

// Folders are there for what is mounted on them.
bool add_entry(const std::string& name) {
  const std::string from = "/dev/" + name, to = std::string(kLayer) + "/dev/" + name;
  struct stat is{};
  if (lstat(from.c_str(), &is) != 0) return false;
  if (S_ISDIR(is.st_mode)) return make_like(to, from);
  if (S_ISLNK(is.st_mode)) return link_symbolic(from, to);
  return S_ISCHR(is.st_mode) && link(from.c_str(), to.c_str()) == 0;
}

bool add_dev() {
  if (!make_like(std::string(kLayer) + "/dev", "/dev")) return false;
  // What the image has there is not to be seen.
  if (setxattr((std::string(kLayer) + "/dev").c_str(), "trusted.overlay.opaque", "y", 1, 0) != 0) {
    return false;
  }
  DIR* const dev = opendir("/dev");
  if (dev == nullptr) return false;
  bool good = true;
  while (const dirent* each = readdir(dev)) {
    const std::string name = each->d_name;
    if (name == "." || name == ".." || std::string("/dev/") + name == kLayer) continue;
    good = good && add_entry(name);
  }
  closedir(dev);
  return good;
}

bool add_files(const Container& container) {
  for (const auto& [path, content] : container.files) {
    if (!make_parents(path) || !write_file(kLayer + path, content)) return false;
  }
  return true;
}

}  // namespace

void make_layer(Container& container) {
  umask(0);
  if (make_like(kLayer, "/") && add_dev() && add_files(container)) container.layer = kLayer;
  umask(022);
}

}  // namespace testlooper::sandbox
