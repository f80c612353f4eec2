// Private refs that keep commits of ours from being collected: refs/testlooper/<sha>. One thread a
// call.
#pragma once

#include <string>
#include <vector>

#include <git2.h>

#include "testlooper/base/result.hpp"

namespace testlooper::git {

// Pins each commit, and drops the pins of near ancestors, which the new pin holds as well; so a
// branch that moves on leaves no trail of refs. Errors: the first one, after all were tried.
Result<void> pin_commits(git_repository* repo, const std::vector<std::string>& shas);

}  // namespace testlooper::git
