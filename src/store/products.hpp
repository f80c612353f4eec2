// What is made once and shared by commits: images, set-up layers, artifacts. Which commits they
// concern. Called by the change handlers, inside their transaction.
#pragma once

#include <set>
#include <string>

#include "testlooper/domain/task.hpp"

#include "store/changes.hpp"

namespace testlooper::store {

// The images and set-up layers that the commit's config, environments and builds name, as far as
// they are known.
std::set<ImageKey> needed_images(Connection& db, CommitId commit);
std::set<ArtifactKey> needed_artifacts(Connection& db, CommitId commit);

// Touches the commits that need what has this key and are not done: unsettled ones, and those that
// came to rest with work left because it could not be made. A repository's thousands of finished
// commits share an image and are left in peace.
void touch_users_of(Applying& in, RepoId repo, const std::string& key);

// Forgets the artifact; its volume is to be removed.
void drop_artifact(Applying& in, RepoId repo, const ArtifactKey& key);

// What the commit needs and could not be made can be made again.
void forget_failed_products(Applying& in, CommitId commit);

}  // namespace testlooper::store
