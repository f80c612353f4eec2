// Names the set-up layers and the artifacts of a plan by what they are made of, so that commits
// share them as long as none of that has changed. Reads git objects; blocks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "testlooper/base/result.hpp"
#include "testlooper/domain/assignment.hpp"

#include "executor/image_key.hpp"

namespace testlooper::executor {

// Names the files that a container gets: all of the commit's, or those at these paths.
Result<std::string> files_id(const Tree& tree,
                             const std::optional<std::vector<std::string>>& inputs);

// Fills in what is parallel to environments and builds, from their images' keys. An input that the
// commit does not have becomes a warning. Errors: unavailable.
Result<void> add_keys(const Tree& tree, PlanGenerated& generated);

// True for the key of a set-up layer: the commit's files are in it already.
bool is_set_up(const ImageKey& key);

}  // namespace testlooper::executor
