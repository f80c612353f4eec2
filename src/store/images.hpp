// Which commits an image concerns. Called by the change handlers, inside their transaction.
#pragma once

#include <set>

#include "testlooper/domain/task.hpp"

#include "store/changes.hpp"

namespace testlooper::store {

// The images that the commit's config and environments name, as far as they are known.
std::set<ImageKey> needed_images(Connection& db, CommitId commit);

// Touches the commits that need the image and are not done: unsettled ones, and those that came to
// rest with work left because the image could not be made. A repository's thousands of finished
// commits share an image and are left in peace.
void touch_users_of_image(Applying& in, RepoId repo, const ImageKey& key);

// The commit's failed images can be made again.
void forget_failed_images(Applying& in, CommitId commit);

}  // namespace testlooper::store
