#include "core/schedule.hpp"

namespace testlooper::core {

std::vector<Task> choose(std::vector<Task> ready, Capacity free) {
  std::vector<Task> chosen;
  for (auto& task : ready) {
    int& left = needs_container(task.spec.kind) ? free.containers : free.readers;
    if (left <= 0) continue;
    --left;
    chosen.push_back(std::move(task));
  }
  return chosen;
}

}  // namespace testlooper::core
