// Which repositories are tested, and who may change that. Pure.
#pragma once

#include <string>
#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/change.hpp"
#include "testlooper/domain/repo.hpp"
#include "testlooper/ports/store.hpp"

namespace testlooper::core {

// A person adds it. A removed one of the same name and source comes back with its data. Errors:
// conflict, where the name is taken or there are limits::kRepos.
Result<change::RepoConfigured> add_repo(const std::vector<RepoState>& known,
                                        const ConfiguredRepo& added);

// Errors: not_found, conflict (the configuration names it).
Result<change::RepoConfigured> change_repo(const std::vector<RepoState>& known,
                                           const std::string& name, const RepoSettings& settings);

// `purge` takes a removed one, too. Errors: as above.
Result<change::RepoRemoved> remove_repo(const std::vector<RepoState>& known,
                                        const std::string& name, bool purge);

// What follows from the server's configuration: it wins over what people said through the API, and
// a repository that it no longer names is removed, unless a person added it.
struct Reconfiguration {
  Changes changes;  // one RepoConfigured or RepoRemoved for each repository that differs
  ReloadReport report;
};
Reconfiguration configure_repos(const std::vector<RepoState>& known,
                                const ConfiguredRepos& configured);

}  // namespace testlooper::core
