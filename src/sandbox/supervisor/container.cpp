#include "sandbox/supervisor/container.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/supervisor/files.hpp"

namespace testlooper::sandbox {
namespace {

constexpr std::size_t kGivenFileBytes = 256u << 10;
constexpr int kMostGroups = 64;  // of root; more are as if its own were among them

std::string_view next_word(std::string_view& line) {
  const auto end = line.find(' ');
  const auto word = line.substr(0, end);
  line.remove_prefix(end == line.npos ? line.size() : end + 1);
  return word;
}

// The kernel writes spaces and the like as \ooo.
std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                                 (text[i + 3] - '0'));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

// ID PARENT MAJOR:MINOR ROOT PATH OPTIONS [FIELDS…] - KIND SOURCE OPTIONS
Mount mount_of(std::string_view line) {
  Mount mount;
  for (int i = 0; i < 4; ++i) next_word(line);
  mount.path = unescaped(next_word(line));
  const auto options = next_word(line);
  mount.read_only = options == "ro" || options.starts_with("ro,");
  while (!line.empty() && next_word(line) != "-") continue;
  mount.kind = next_word(line);
  struct stat is{};
  mount.folder = stat(mount.path.c_str(), &is) == 0 && S_ISDIR(is.st_mode);
  return mount;
}

bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/';
}

void sort_in(Container& container, Mount mount) {
  const std::string& path = mount.path;
  if (is_below(path, "/proc")) {
    container.below_proc.push_back(std::move(mount));
  } else if (is_below(path, "/sys")) {
    container.below_sys.push_back(std::move(mount));
  } else if (path == "/" || path == "/proc" || path == "/sys" || path == "/dev" ||
             is_below(path, "/dev")) {
    return;
  } else if (mount.read_only) {
    container.volumes.push_back(path);
  } else if (!mount.folder) {
    container.files.push_back({path, read_file(path, kGivenFileBytes)});
  }
}

// Of this container alone: docker shows it its own group as the root of the tree.
int open_memory_events() {
  for (const char* path :
       {"/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"}) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) return fd;
  }
  return -1;
}

bool lists_own_group() {
  gid_t groups[kMostGroups];
  const int count = getgroups(kMostGroups, groups);
  return count < 0 || std::find(groups, groups + count, getgid()) != groups + count;
}

}  // namespace

Container look_at_container() {
  Container container;
  const std::string table = read_file("/proc/self/mountinfo", 4u << 20);
  std::string_view rest = table;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    sort_in(container, mount_of(rest.substr(0, end)));
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  }
  container.memory_events = open_memory_events();
  container.lists_own_group = lists_own_group();
  return container;
}

Container look_at_memory() {
  Container container;
  container.memory_events = open_memory_events();
  return container;
}

std::uint64_t count_memory_kills(const Container& container) {
  char text[1024];
  if (container.memory_events < 0) return 0;
  const ssize_t size = pread(container.memory_events, text, sizeof text - 1, 0);
  if (size <= 0) return 0;
  text[size] = 0;
  const char* found = std::strstr(text, "oom_kill ");
  return found == nullptr ? 0 : std::strtoull(found + std::strlen("oom_kill "), nullptr, 10);
}

}  // namespace testlooper::sandbox
