// Where a run happens: docs/isolation.md.
#pragma once

#include <cstdint>

namespace testlooper {

enum class Place : std::uint8_t {
  container,  // one of its own
  sandbox,    // a fresh place within a warm container
};

// What somebody wants: always the one, always the other, or what suits each run.
enum class Isolation : std::uint8_t { container, sandbox, automatic };

}  // namespace testlooper
