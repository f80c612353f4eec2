// Where a run happens: docs/isolation.md.
#pragma once

#include <cstdint>

namespace testlooper {

enum class Place : std::uint8_t {
  container,  // one of its own
  sandbox,    // a fresh place within a warm container
};

}  // namespace testlooper
