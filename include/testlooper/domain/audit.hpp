// Who did what when: kept for ever, for people to read. An entry is written in the transaction of
// the change that it tells of.
#pragma once

#include <optional>
#include <string>

#include "testlooper/base/ids.hpp"

namespace testlooper {

struct AuditEntry {
  std::string who;     // a name for people: "cli", "web", "schedule", "configuration"
  std::string action;  // a word: "request", "change_request", "cancel", "clear", "rule",
                       // "repository", "drain", "resume"
  std::optional<RepoId> repo;
  std::string subject;  // what was acted upon: "request 12", "rule 3", "commit 0a1b2c"
  std::string detail;   // a sentence; capped to limits::kAuditTextBytes
  bool operator==(const AuditEntry&) const = default;
};

}  // namespace testlooper
