// How many runs a wish still lacks of a test: wanted − done − given up − in flight. Pure.
#pragma once

#include <cstdint>

#include "testlooper/domain/commit_state.hpp"

#include "core/filter.hpp"

namespace testlooper::core {

// Below 0 where more is in flight than is still wanted.
std::int64_t lacking(const DesiredState& desired, const SuiteState& suite, const KnownTest& test,
                     const TestMatcher& matcher);

}  // namespace testlooper::core
