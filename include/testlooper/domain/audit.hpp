// Who did what when: kept for ever, for people to read. An entry is written in the transaction of
// the change that it tells of.
#pragma once

#include <optional>
#include <string>

#include "testlooper/base/ids.hpp"

namespace testlooper {

struct AuditEntry {
  std::string who;     // the name of a token; where nobody is asked: "cli", "web", "api"
  std::string action;  // a word: "request", "change_request", "cancel", "clear", "rule",
                       // "repository", "drain", "resume", "token", "session"
  std::optional<RepoId> repo;
  std::string subject;  // what was acted upon: "request 12", "rule 3", "commit 0a1b2c"
  std::string detail;   // a sentence; capped to limits::kAuditTextBytes
  bool operator==(const AuditEntry&) const = default;
};

}  // namespace testlooper
