// Bare clones of repositories that are named by a URL, in one folder of ours. Any thread; one
// clone is brought up to date by one thread at a time.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/repo.hpp"

#include "git/child.hpp"

namespace testlooper::git {

class Clones {
 public:
  Clones(std::string folder, ChildLimits limits);

  std::string path_of(const RepoSpec& spec) const;
  // Makes the clone, or fetches heads and tags into it, those that vanished at the source
  // vanishing here too. A failure leaves the clone as it was. Errors: unavailable, cancelled.
  Result<void> refresh(const RepoSpec& spec);
  // Asks the URL whether it is a repository. Errors: invalid, where it says no; one that does not
  // answer in time may be slow.
  Result<void> probe(const RepoSpec& spec);
  // Deletes the clone, after a fetch that is under way. Errors: unavailable.
  Result<void> forget(const RepoSpec& spec);
  // Ends running fetches, and refuses new ones.
  void stop();

 private:
  std::shared_ptr<std::mutex> lock_of(const std::string& path);
  Result<void> make(const RepoSpec& spec, const std::string& path);
  Result<void> fetch(const std::string& url, const std::string& git_dir);
  Result<void> follow_head(const std::string& url, const std::string& git_dir);

  std::string folder_;
  ChildLimits limits_;
  StopSignal stop_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<std::mutex>> locks_;  // by path; under mutex_
};

}  // namespace testlooper::git
