// Which runs want a sandbox, before anybody looks at what the host can: asked by the reactor that
// makes series of such runs and by the executor that finds each run its place. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "testlooper/base/limits.hpp"
#include "testlooper/domain/place.hpp"

namespace testlooper {

// The request's wish comes before the suite's, and that before the server's.
inline Isolation wished_isolation(std::optional<Isolation> request, std::optional<Isolation> suite,
                                  Isolation server = Isolation::automatic) {
  return request.value_or(suite.value_or(server));
}

// `runs_before`: those that the test has had at this commit.
inline bool suits_sandbox(Isolation wished, std::int64_t runs_before) {
  return wished == Isolation::sandbox ||
         (wished == Isolation::automatic && runs_before >= limits::kFirstRuns);
}

}  // namespace testlooper
