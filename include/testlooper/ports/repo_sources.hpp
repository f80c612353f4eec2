// Repositories that come and go while the server runs. Calls block; they belong on a pool thread.
// One instance may be used by many threads.
#pragma once

#include <string>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/repo.hpp"

namespace testlooper {

class RepoSources {
 public:
  virtual ~RepoSources() = default;
  // True for a URL. Does not block.
  virtual bool is_cloned(const RepoSpec& spec) const = 0;
  // Where the objects of a source that a person named just now are, or will be. Errors: invalid,
  // naming the source, where it is no repository, or where its server says so at once; a server
  // that is silent for limits::kRepoProbeSeconds is taken for a slow one.
  virtual Result<std::string> probe(const RepoSpec& spec) = 0;
  // Deletes our clone of a URL, after a fetch that is under way. A path is left as it is.
  virtual Result<void> forget(const RepoSpec& spec) = 0;
};

}  // namespace testlooper
