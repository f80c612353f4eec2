// What the engine and the container host tell people who are watching. Calls come from any thread
// and only enqueue.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "testlooper/base/ids.hpp"

namespace testlooper {

// A committed revision, and which pages it may have changed.
struct ChangeNotice {
  Revision revision = 0;
  std::vector<CommitId> commits;
  bool refs = false;    // branches, tags, commits
  bool engine = false;  // tasks, slots
  std::vector<ExperimentId> experiments = {};
};

class LiveEvents {
 public:
  virtual ~LiveEvents() = default;
  virtual void published(const ChangeNotice& notice) = 0;
  // The log file of the attempt now holds `bytes`; `complete` once, when nothing will be added.
  virtual void log_grew(AttemptKey attempt, std::uint64_t bytes, bool complete) = 0;
};

}  // namespace testlooper
