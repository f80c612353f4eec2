// Looks at a repository's refs, somewhere else than on the engine's thread.
#pragma once

#include <functional>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/repo.hpp"
#include "testlooper/ports/repo_reader.hpp"

namespace testlooper {

class Scanner {
 public:
  virtual ~Scanner() = default;
  // Returns at once; `done` is called once, from any thread. The heads that were seen are pinned,
  // so that a force-push can't take their objects away.
  virtual void scan(ScanRequest request, std::function<void(Result<RefsObserved>)> done) = 0;
};

}  // namespace testlooper
