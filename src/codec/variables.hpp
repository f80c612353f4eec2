// `${NAME}` inside the values of variables. Pure; any thread.
#pragma once

#include "testlooper/domain/config.hpp"

namespace testlooper::codec {

// `own` with each `${NAME}` replaced: by `known` (REPO_ROOT and the like) first, else by `own`,
// whose values may refer to each other in any order. Left as it is written: a name that is in
// neither, a reference that leads into a circle, what would make the result larger than
// limits::kVariablesBytes, and every other `$`.
Variables expand_variables(const Variables& own, const Variables& known);

}  // namespace testlooper::codec
