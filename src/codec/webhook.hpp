// Reads the body of a webhook that announces a push: GitHub's shape, which the Python TestLooper's
// hook sends too, or our own shorter one. Pure; any thread. Who may send it is decided elsewhere.
#pragma once

#include <string>
#include <string_view>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/repo.hpp"

namespace testlooper::codec {

struct AnnouncedPush {
  std::string repo;       // the repository's name
  std::string full_name;  // "owner/name" where the sender says it; else empty
  Push push;              // delivery_id is a header's matter, and empty here
};

// Errors: invalid, naming the member.
Result<AnnouncedPush> parse_push(std::string_view body);

}  // namespace testlooper::codec
