// Which ready tasks start now. Pure; ties break by the order given, never by hash or arrival.
#pragma once

#include <vector>

#include "testlooper/domain/task.hpp"

namespace testlooper::core {

// What is free. Reading a config needs no container, so it does not wait for one.
struct Capacity {
  int containers = 0;
  int readers = 0;
};

inline bool needs_container(TaskKind kind) { return kind != TaskKind::read_config; }

// The tasks to start, in order. `ready` is in the order in which tasks should start.
std::vector<Task> choose(std::vector<Task> ready, Capacity free);

}  // namespace testlooper::core
