#include "app/pool_scanner.hpp"

#include <utility>

#include <spdlog/spdlog.h>

namespace testlooper::app {

void PoolScanner::scan(ScanRequest request, std::function<void(Result<RefsObserved>)> done) {
  pool_.post([this, request = std::move(request), done = std::move(done)] {
    auto seen = reader_.scan(request);
    if (seen) {
      for (const auto& problem : seen->problems) {
        spdlog::warn("repository '{}': {}", request.spec.name, problem);
      }
      std::vector<std::string> heads;
      for (const auto& [branch, sha] : seen->branches) heads.push_back(sha);
      // A repository we may not write to can still be tested; only gc could then take commits.
      if (const auto pinned = reader_.pin(request.git_dir, heads); !pinned) {
        spdlog::debug("repository '{}': {}", request.spec.name, pinned.error().text());
      }
    }
    done(std::move(seen));
  });
}

}  // namespace testlooper::app
