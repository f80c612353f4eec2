// A filter in words, for people. Pure.
#pragma once

#include <string>

#include "testlooper/domain/test.hpp"

namespace testlooper::store {

// "suite unit, label slow*", "all tests".
std::string describe(const TestFilter& filter);

}  // namespace testlooper::store
