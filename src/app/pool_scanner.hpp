// Looks at repositories on the pool's threads, one scan of a repository at a time (the engine
// sees to that), and pins the heads it has seen.
#pragma once

#include <functional>

#include "testlooper/ports/repo_reader.hpp"
#include "testlooper/ports/scanner.hpp"

#include "app/worker_pool.hpp"

namespace testlooper::app {

class PoolScanner : public Scanner {
 public:
  PoolScanner(RepoReader& reader, WorkerPool& pool) : reader_(reader), pool_(pool) {}
  void scan(ScanRequest request, std::function<void(Result<RefsObserved>)> done) override;

 private:
  RepoReader& reader_;
  WorkerPool& pool_;
};

}  // namespace testlooper::app
