// Looks at repositories, somewhere else than on the engine's thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/lineage.hpp"
#include "testlooper/domain/repo.hpp"
#include "testlooper/ports/repo_reader.hpp"

namespace testlooper {

class Scanner {
 public:
  virtual ~Scanner() = default;
  // Returns at once; `done` is called once, from any thread. The heads that were seen are pinned,
  // so that a force-push can't take their objects away.
  virtual void scan(ScanRequest request, std::function<void(Result<RefsObserved>)> done) = 0;
  // Where the objects of this source are, or will be. Errors: invalid, where nobody could read
  // anything there; a URL that does not answer at once may do so later.
  virtual void locate(RepoSpec spec, std::function<void(Result<std::string>)> done) = 0;
  // Commits of these ranges, as far as they are there. What can't be found is left out.
  virtual void read_history(RepoSpec spec, std::string git_dir, std::vector<HistoryRange> ranges,
                            std::function<void(std::vector<CommitInfo>)> done) = 0;
  // Which tests go on under another name. Errors: those of LineageFinder.
  virtual void find_lineage(LineageQuery query,
                            std::function<void(Result<std::vector<Continued>>)> done) = 0;
  // Deletes what we keep of this source outside the store.
  virtual void forget(RepoSpec spec, std::function<void()> done) = 0;
};

}  // namespace testlooper
