// Looks at repositories on threads of their own, one scan of a repository at a time (the engine
// sees to that), and pins the heads it has seen. Lanes keep them from waiting for each other: paths
// and URLs, and apart from them what was not read well last time, so that a server that does not
// answer, a clone that takes an hour, or a folder on a dead network disk hold up but their like.
// Commits are compared apart from them all.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "testlooper/base/limits.hpp"
#include "testlooper/ports/lineage_finder.hpp"
#include "testlooper/ports/repo_reader.hpp"
#include "testlooper/ports/repo_sources.hpp"
#include "testlooper/ports/scanner.hpp"

#include "app/worker_pool.hpp"

namespace testlooper::app {

class PoolScanner : public Scanner {
 public:
  PoolScanner(RepoReader& reader, RepoSources& sources, LineageFinder& lineage)
      : reader_(reader), sources_(sources), lineage_(lineage) {}
  void scan(ScanRequest request, std::function<void(Result<RefsObserved>)> done) override;
  void locate(RepoSpec spec, std::function<void(Result<std::string>)> done) override;
  void read_history(RepoSpec spec, std::string git_dir, std::vector<HistoryRange> ranges,
                    std::function<void(std::vector<CommitInfo>)> done) override;
  void find_lineage(LineageQuery query,
                    std::function<void(Result<std::vector<Continued>>)> done) override;
  void forget(RepoSpec spec, std::function<void()> done) override;

  // Finishes what has begun, forgets the rest, and ends the threads.
  void stop();

 private:
  WorkerPool& lane_of(const RepoSpec& spec, bool proven);

  RepoReader& reader_;
  RepoSources& sources_;
  LineageFinder& lineage_;
  WorkerPool paths_{limits::kLocalScans};
  WorkerPool unproven_paths_{limits::kLocalScans};
  WorkerPool urls_{limits::kFetches};
  WorkerPool unproven_urls_{limits::kUnprovenFetches};
  WorkerPool lineages_{limits::kLineagesAtOnce};
};

}  // namespace testlooper::app
