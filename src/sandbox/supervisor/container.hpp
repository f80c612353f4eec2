// The container that the supervisor is in: what docker has mounted there, and how often its memory
// ran out. Looked at once, at the start.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace testlooper::sandbox {

struct Mount {
  std::string path;
  std::string kind;  // of the file system
  bool read_only = false;
  bool folder = false;
};

// A file that docker gives each container, as it was at the start.
struct GivenFile {
  std::string path;
  std::string content;
};

struct Container {
  std::vector<Mount> below_proc;  // what docker masks there, or lets nobody write to
  std::vector<Mount> below_sys;
  std::vector<std::string> volumes;  // read-only ones; others show the image's own files
  std::vector<GivenFile> files;
  // A layer above the container's root with those files, and with a /dev of nodes alone; "" where
  // it could not be made.
  std::string layer;
  std::string profile;  // of AppArmor, that confines runs; "": none
  // Docker lists a user's own group among its further ones, which it does since 20.10.18.
  bool lists_own_group = true;
  int memory_events = -1;  // a file that counts "oom_kill"; -1 where there is none
};

Container look_at_container();
// Only what count_memory_kills() needs.
Container look_at_memory();
// Makes the layer, where nothing but this process can see it.
void make_layer(Container& container);
// So far; 0 where nothing counts them.
std::uint64_t count_memory_kills(const Container& container);

}  // namespace testlooper::sandbox
