// `${NAME}` inside the values of variables. Pure; any thread.
#pragma once

#include "testlooper/domain/config.hpp"

namespace testlooper::codec {

// `own` with each `${NAME}` replaced: by `known` (REPO_ROOT and the like) first, else by `own`,
// whose values may refer to each other in any order. A name that is in neither, a reference that
// leads back to itself, and everything else that begins with `$` is left as it is written.
Variables expand_variables(const Variables& own, const Variables& known);

}  // namespace testlooper::codec
